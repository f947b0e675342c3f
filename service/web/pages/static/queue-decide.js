// Decides and skips: at once on the page, while the answers come behind.

import { call } from "./api.js";
import * as claims from "./queue-claims.js";
import { stays } from "./queue-desk.js";
import * as details from "./queue-details.js";
import * as list from "./queue-list.js";
import * as mine from "./queue-mine.js";
import * as outbox from "./queue-outbox.js";
import { toComment } from "./queue-panes.js";
import { beginning, comments, ending, say, sayTooSoon } from "./queue-say.js";
import * as seat from "./queue-seat.js";
import { decided, events, fail, land, move } from "./queue-work.js";
import { apart, counted, words } from "./words.js";

/** @typedef {import("./queue-work.js").Decision} Decision */
/** @typedef {"approve" | "reject"} Action */
/** @typedef {{ action: Action, reason: string | null, note: string | null }} Verdict */
/** @typedef {import("./api.js").Result} Result */

/** How each reason for rejecting is called in a sentence. */
const titles = new Map([...document.querySelectorAll("[name=reject]")].map((button) => [button.getAttribute("value") ?? "", button.getAttribute("data-title") ?? ""]));
/** @type {Record<Action, "approved" | "rejected">} */
const WANTED = { approve: "approved", reject: "rejected" };

outbox.events.on("kept", (jobs) => {
  for (const { ids } of jobs) if (ids[0]) mine.state(ids[0], words("goes out when the connection is back"));
});

// What has not gone out when the page is left is there when one comes back to write it.
window.addEventListener("pagehide", () => {
  for (const { ids, note } of outbox.jobs) if (note) seat.setNote(ids, note);
});

/** Decide about the comment in focus; `reason` is empty where none is given.
 * @param {Action} action
 * @param {string} [reason] */
export function decide(action, reason = "") {
  const id = list.current();
  if (!id || !details.have(id)) return say(words("There is no comment to decide about yet."));
  if (!isRead()) return undefined;
  const obstacle = list.obstacle(id);
  if (obstacle) return say(obstacle, "bad");
  if (isSo(id, action)) return say(already(action));
  const verdict = { action, reason: reason || null, note: seat.note.value.trim() || null };
  const next = seat.nextOf(id) ?? (stays ? id : null);
  const who = list.name(id);
  const what = send([id], verdict);
  seat.setNote([id], null);
  seat.show(next);
  return say(`${what}: ${apart(who)}. ${seat.about(next)}`, action === "approve" ? "good" : "plain", { undo: true });
}

// Whether the comment in focus may have been read; one that the list hid comes up now.
function isRead() {
  const hid = toComment();
  if (hid) seat.comeUp();
  const read = !hid && seat.isReadable();
  if (!read) sayTooSoon(words("This comment has only just come up; read it, then decide."));
  return read;
}

/** Whether a comment in a list in which it stays is what it would become.
 * @param {string} id
 * @param {Action} action */
const isSo = (id, action) => list.status(id) === WANTED[action];

/** @param {Action} action */
const already = (action) => (action === "approve" ? words("It is approved already. J goes on.") : words("It is rejected already. J goes on."));

/** Decide about many as one, which is undone as one.
 * @param {string[]} selected
 * @param {Verdict} verdict */
export function decideMany(selected, verdict) {
  const ids = selected.filter((id) => !isSo(id, verdict.action));
  const current = list.current();
  if (!ids.length) { say(already(verdict.action)); return; }
  say(beginning(verdict.action, ids.length));
  send(ids, verdict, { ofMany: true });
  if (current && ids.includes(current)) seat.show(list.workable(null, 1)[0] ?? null);
}

/** Send a decision; of a bulk it is said how many were decided.
 * @param {string[]} ids
 * @param {Verdict} verdict */
function send(ids, verdict, { ofMany = false } = {}) {
  const told = inWords(ids, verdict);
  const taken = new Map(ids.map((id) => [id, leave(id)]));
  for (const id of stays ? ids : []) list.became(id, WANTED[verdict.action], words("You, just now. %(what)s", { what: told.what }));
  mine.add(ids, told);
  const [first = ""] = ids;
  const body = { action: verdict.action, reason: verdict.reason, note: verdict.note };
  /** @type {Decision} */
  const job = {
    ids, taken, note: verdict.note,
    send: () => (ids.length === 1
      ? call("POST", `/v1/review/${first}/decision`, { ...body, version: details.version(first) })
      : call("POST", "/v1/review/decisions", { ...body, items: details.seen(ids) })),
    done: (answer) => {
      if (ids.length > 1) return landedMany(job, answer.results, verdict.action);
      landed(first, answer.version);
      return ofMany ? say(ending(verdict.action, 1), "good") : undefined;
    },
    refused: async (failure, tries) => {
      const one = ids.length === 1 && tries && failure.code === "stale";
      const version = one ? await outbox.landed(first, WANTED[verdict.action]).catch(() => null) : null;
      if (version) landed(first, version);
      else for (const id of ids) comeBack(job, id, failure.message);
    },
  };
  for (const id of ids) decided.set(id, job);
  move(ids, -1);
  mine.state(first, words("sending"));
  outbox.push(job);
  return told.what;
}

/** Take a comment out of the list, unless it stays there.
 * @param {string} id */
function leave(id) {
  claims.ended(id);
  const taken = stays ? list.copied(id) : list.take(id);
  if (!taken) throw new Error("a comment that is not in the list");
  return taken;
}

/**
 * @param {string[]} ids
 * @param {Verdict} verdict
 */
function inWords(ids, { action, reason }) {
  const why = reason ? `: ${titles.get(reason) ?? reason}` : "";
  const verb = action === "approve" ? words("Approved") : `${words("Rejected")}${why}`;
  const [first = ""] = ids;
  if (ids.length > 1) {
    const whom = ids.slice(0, 3).map((id) => apart(list.name(id))).join(words(", "));
    return { what: `${verb}: ${comments(ids.length)}`, kind: action, whom: [whom], who: comments(ids.length) };
  }
  const nodes = [...(list.find(first)?.querySelectorAll(".name, .excerpt") ?? [])].slice(0, 2);
  const whom = nodes.flatMap((node) => [node.cloneNode(true), " "]);
  return { what: verb, kind: action, whom, who: list.name(first) };
}

/**
 * @param {string} id
 * @param {number} version
 */
function landed(id, version) {
  details.moved(id, version);
  land(id);
  mine.state(id, "");
  if (stays) seat.renew([id]);
}

/**
 * @param {Decision} job
 * @param {Result[]} results
 * @param {Action} action
 */
function landedMany(job, results, action) {
  // The first answer may have been lost, and this is the second: then it is as it was wanted.
  const refused = results.filter((one) => !one.ok && one.status !== WANTED[action]);
  for (const one of results) if (!refused.includes(one) && one.version) landed(one.id, one.version);
  for (const one of refused) comeBack(job, one.id, one.detail ?? "");
  const well = ending(action, results.length - refused.length);
  const back = counted("%(num)s comment came back.", "%(num)s comments came back.", refused.length);
  say(refused.length ? `${well} ${back}` : well, refused.length ? "bad" : "good");
}

/** A decision was refused: its comment is in the list again, with what happened.
 * @param {Decision} job
 * @param {string} id
 * @param {string} why */
async function comeBack({ taken, note }, id, why) {
  decided.delete(id);
  fail(id);
  mine.remove(id);
  details.forget(id);
  if (note) seat.setNote([...taken.keys()], note);
  const was = taken.get(id);
  if (was) list.put(was);
  const what = stays ? words("The comment by %(name)s stays as it was.", { name: list.name(id) }) : words("The comment by %(name)s came back.", { name: list.name(id) });
  say(`${what} ${why}`, "bad");
  await details.ahead([id]).catch(() => {});
  const now = details.have(id)?.dataset.status;
  if (stays && (now === "approved" || now === "rejected")) list.became(id, now, why);
  if (!stays) tellBack(id, why);
  if (!list.current() || list.current() === id) seat.show(id, { unasked: true });
}

/** @param {string} id
 * @param {string} why */
function tellBack(id, why) {
  const status = details.have(id)?.dataset.status ?? "pending";
  list.tell(id, status === "pending" ? why : status === "approved" ? words("Came back: it is approved by now.") : words("Came back: it is rejected by now."), status !== "pending");
}

/** Leave the comment in focus to colleagues. */
export function skip() {
  const id = list.current();
  if (!id) return;
  if (!isRead()) return;
  const next = seat.nextOf(id);
  if (!next) { say(words("There is no other comment to go on with.")); return; }
  list.leave(id, true);
  claims.release(id);
  // Where that fails it is offered again in another sitting.
  call("POST", `/v1/review/${id}/skip`).then(() => events.emit("skipped", null), () => {});
  seat.show(next);
  say(`${words("Skipped.")} ${seat.about(next)}`);
}
