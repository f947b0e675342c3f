// What colleagues do: their claims and decisions show in the list, new comments are offered.

import * as claims from "./queue-claims.js";
import { here } from "./queue-decide.js";
import * as details from "./queue-details.js";
import * as list from "./queue-list.js";
import * as live from "./queue-live.js";
import { say } from "./queue-say.js";
import * as seat from "./queue-seat.js";

const desk = document.getElementById("desk");
const fresh = document.getElementById("fresh");
let known = Number(desk.dataset.pending);

// Newest first: of several decisions about one comment the first one says how it stands.
live.on.decided = (decisions) => {
  const seen = new Set();
  for (const one of decisions) {
    known += one.status === "pending" ? 1 : -1;
    const newest = !seen.has(one.id) && one.version > (details.version(one.id) ?? 0);
    seen.add(one.id);
    if (one.own && here(one.id)) continue;
    if (!one.own) tellOthers(one);
    if (newest && one.status !== "pending") passed(one);
  }
};

function passed({ id, status, staff, own }) {
  const what = `${own ? "You" : staff} ${status} it${own ? " in another window" : ""}`;
  if (id === list.current()) {
    list.tell(id, what, true);
    say(`${what}. J goes on.`, "bad");
  } else list.take(id);
  details.forget(id);
  claims.ended(id);
}

function tellOthers({ staff, action, id }) {
  const line = document.createElement("li");
  const who = document.createElement("bdi");
  who.textContent = staff;
  const words = { approve: "approved", reject: "rejected", undo: "took back" }[action] ?? action;
  const whom = list.find(id) ? ` ${list.name(id)}’s comment` : " a comment";
  line.append(who, ` ${words}${whom}`);
  const others = document.getElementById("others");
  others.prepend(line);
  while (others.children.length > 4) others.lastElementChild.remove();
  document.getElementById("others-part").hidden = false;
}

live.on.held = (held) => {
  const whose = new Map(held.filter((one) => !one.own).map((one) => [one.id, one.staff]));
  for (const entry of list.entries()) {
    const who = whose.get(entry.dataset.id) ?? null;
    if (who !== null || entry.classList.contains("theirs")) list.theirs(entry.dataset.id, who);
  }
};

live.on.queue = (pending) => {
  const count = pending - known;
  fresh.hidden = count <= 0;
  fresh.textContent = `Show ${count} new ${count === 1 ? "comment" : "comments"}`;
  if (count > 0 && !list.entries().length) reload();
};

claims.on.missed = (id) => {
  const next = seat.nextOf(id);
  say(`A colleague has ${list.name(id)}’s comment. ${seat.about(next)}`);
  seat.show(next, { unasked: true });
};
claims.on.failed = () => live.now();

/** Load the list anew; the comment in focus stays. */
export async function reload() {
  try {
    list.replace(await seat.entriesFrom(new URLSearchParams(desk.dataset.query)));
  } catch (failure) {
    return say(failure.message, "bad");
  }
  known = Number(document.getElementById("pending").textContent);
  fresh.hidden = true;
  if (!list.current()) seat.show(list.workable(null, 1)[0] ?? null, { unasked: true });
  return say("The list is up to date.");
}

fresh.addEventListener("click", reload);
