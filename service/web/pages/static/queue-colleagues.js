// What colleagues do: their claims and decisions show in the list, new comments are offered.

import { one } from "./dom.js";
import * as claims from "./queue-claims.js";
import * as details from "./queue-details.js";
import * as list from "./queue-list.js";
import * as live from "./queue-live.js";
import * as mine from "./queue-mine.js";
import * as outbox from "./queue-outbox.js";
import * as reloading from "./queue-reload.js";
import { say } from "./queue-say.js";
import * as seat from "./queue-seat.js";
import { decided, undoing } from "./queue-work.js";
import { counted, words } from "./words.js";

/** @typedef {import("./api.js").Decided} Decided */

const MOST = 4;
/** What a colleague did with somebody's comment, after their name.
 * @type {Record<string, (whose: string | null) => string>} */
const DID = {
  approve: (whose) => (whose ? words("approved the comment by %(name)s", { name: whose }) : words("approved a comment")),
  reject: (whose) => (whose ? words("rejected the comment by %(name)s", { name: whose }) : words("rejected a comment")),
  undo: (whose) => (whose ? words("took back a decision about %(name)s", { name: whose }) : words("took back a decision")),
};
const others = one("#others", HTMLElement);
const fresh = one("#fresh", HTMLButtonElement);

// Newest first: of several decisions about one comment the first one says how it stands.
live.events.on("decided", (decisions) => {
  const seen = new Set();
  let elsewhere = false;
  for (const each of decisions) {
    const known = details.version(each.id) > 0;
    const newest = !seen.has(each.id) && each.version > details.version(each.id);
    seen.add(each.id);
    if (newest && each.status === "pending") decided.delete(each.id);
    if (each.own && isOut(each.id)) continue;
    if (!each.own) tellOthers(each);
    if (newest && each.status !== "pending") passed(each);
    elsewhere ||= newest && each.own && known;
  }
  if (elsewhere && !outbox.jobs.length) mine.again().catch(() => {});
});

// What one does here is told here; one's own from another window, or that went out after all, is news.
/** @param {string} id */
const isOut = (id) => decided.has(id) || undoing.has(id);

/** @param {Decided} decision */
function passed({ id, status, staff, own }) {
  const what = became({ status, staff, own });
  if (id === list.current()) {
    list.tell(id, what, true);
    say(words("%(what)s J goes on.", { what }), "bad");
  } else list.take(id);
  details.forget(id);
  claims.ended(id);
}

/** What somebody made of a comment, as a sentence.
 * @param {{ status: string, staff: string, own: boolean }} decision */
function became({ status, staff, own }) {
  const approved = status === "approved";
  if (own) return approved ? words("You approved it in another window.") : words("You rejected it in another window.");
  return approved ? words("%(who)s approved it.", { who: staff }) : words("%(who)s rejected it.", { who: staff });
}

/** @param {Decided} decision */
function tellOthers({ staff, action, id }) {
  const line = document.createElement("li");
  const who = document.createElement("bdi");
  who.textContent = staff;
  const whose = list.find(id) ? list.name(id) : null;
  line.append(who, ` ${DID[action]?.(whose) ?? action}`);
  others.prepend(line);
  while (others.children.length > MOST) others.lastElementChild?.remove();
  one("#others-part", HTMLElement).hidden = false;
}

live.events.on("held", (held) => {
  const whose = new Map(held.filter((each) => !each.own).map((each) => [each.id, { who: each.staff, until: each.expires_at }]));
  for (const id of list.ids()) {
    const who = whose.get(id) ?? null;
    if (who === null && !list.holder(id)) continue;
    list.theirs(id, who);
    if (who && claims.ended(id) && id === list.current()) say(words("%(who)s has taken this comment over.", { who: who.who }), "bad");
  }
});

live.events.on("arrived", (ids) => {
  const count = ids.filter((id) => !list.find(id) && !decided.has(id)).length;
  fresh.hidden = count === 0;
  fresh.textContent = counted("Show %(num)s new comment", "Show %(num)s new comments", count);
  if (count && !list.entries().length) reloading.reload();
});

claims.events.on("missed", (id) => {
  const next = seat.nextOf(id);
  seat.show(next, { unasked: true });
  say(`${words("A colleague has the comment by %(name)s.", { name: list.name(id) })} ${list.current() === next ? seat.about(next) : ""}`);
});
claims.events.on("failed", live.now);
live.events.on("found", seat.retry);

reloading.events.on("begun", live.reloaded);
reloading.events.on("done", () => { fresh.hidden = true; });
fresh.addEventListener("click", reloading.reload);
