// Decides, skips and takes back: at once on the page, while the answers come behind.

import { call, failureOf } from "./api.js";
import { datum } from "./dom.js";
import * as claims from "./queue-claims.js";
import { reload } from "./queue-colleagues.js";
import * as details from "./queue-details.js";
import * as list from "./queue-list.js";
import * as mine from "./queue-mine.js";
import * as outbox from "./queue-outbox.js";
import { beginning, comments, ending, say } from "./queue-say.js";
import * as seat from "./queue-seat.js";
import { decided, touched, undoing } from "./queue-work.js";
import { counted, words } from "./words.js";

/** @typedef {import("./queue-work.js").Decision} Decision */
/** @typedef {"approve" | "reject"} Action */
/** @typedef {{ action: Action, reason: string | null, note: string | null }} Verdict */
/** @typedef {import("./api.js").Result} Result */

/** How each reason for rejecting is called in a sentence. */
const titles = new Map([...document.querySelectorAll("[name=reject]")].map((button) => [button.getAttribute("value") ?? "", button.getAttribute("data-title") ?? ""]));
const WANTED = { approve: "approved", reject: "rejected" };

outbox.events.on("kept", (jobs) => {
  for (const { ids } of jobs) if (ids[0]) mine.state(ids[0], words("goes out when the connection is back"));
});

/** Decide about the comment in focus; `reason` is empty where none is given.
 * @param {Action} action
 * @param {string} [reason] */
export function decide(action, reason = "") {
  const id = list.current();
  if (!id || !details.have(id)) return say(words("There is no comment to decide about yet."));
  if (!seat.isReadable()) return say(words("This comment has only just come up; read it, then decide."), "bad");
  const obstacle = list.obstacle(id);
  if (obstacle) return say(obstacle, "bad");
  const verdict = { action, reason: reason || null, note: seat.note.value.trim() || null };
  const next = seat.nextOf(id);
  const who = list.name(id);
  const what = send([id], verdict);
  seat.setNote(id, null);
  seat.show(next);
  return say(`${what}: ${who}. ${seat.about(next)}`, action === "approve" ? "good" : "plain");
}

/** Decide about many as one, which is undone as one.
 * @param {string[]} ids
 * @param {Verdict} verdict */
export function decideMany(ids, verdict) {
  const current = list.current();
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
  mine.add(ids, told);
  const [first = ""] = ids;
  const body = { action: verdict.action, reason: verdict.reason, note: verdict.note };
  /** @type {Decision} */
  const job = {
    ids, taken, note: verdict.note,
    send: () => (ids.length === 1
      ? call("POST", `/v1/review/${first}/decision`, { ...body, version: details.version(first) })
      : call("POST", "/v1/review/decisions", { ...body, items: seen(ids) })),
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
  mine.state(first, words("sending"));
  outbox.push(job);
  return told.what;
}

/** @param {string[]} ids */
const seen = (ids) => ids.map((id) => ({ id, version: details.version(id) }));

/** Take a comment out of the list.
 * @param {string} id */
function leave(id) {
  claims.ended(id);
  touched.add(id);
  const taken = list.take(id);
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
    const whom = ids.slice(0, 3).map((id) => list.name(id)).join(words(", "));
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
  mine.state(id, "");
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
  mine.remove(id);
  details.forget(id);
  if (note && taken.size === 1) seat.setNote(id, note);
  const was = taken.get(id);
  if (was) list.put(was);
  say(`${words("The comment by %(name)s came back.", { name: list.name(id) })} ${why}`, "bad");
  await details.ahead([id]).catch(() => {});
  const status = details.have(id)?.dataset.status ?? "pending";
  list.tell(id, status === "pending" ? why : status === "approved" ? words("Came back: it is approved by now.") : words("Came back: it is rejected by now."), status !== "pending");
  if (!list.current() || list.current() === id) seat.show(id, { unasked: true });
}

/** Leave the comment in focus to colleagues. */
export function skip() {
  const id = list.current();
  if (!id) return;
  const next = seat.nextOf(id);
  if (!next) { say(words("There is no other comment to go on with.")); return; }
  list.skipped.add(id);
  list.find(id)?.classList.add("skipped");
  claims.release(id);
  call("POST", `/v1/review/${id}/skip`).catch(() => {}); // else it is offered again in another sitting
  seat.show(next);
  say(`${words("Skipped.")} ${seat.about(next)}`);
}

/** Take back one's last decision, of whatever time it is. */
export async function undoLast() {
  try {
    const ids = mine.latest(undoing) ?? ((await mine.more()) ? mine.latest(undoing) : null);
    if (ids) undo(ids);
    else say(words("There is nothing to undo."));
  } catch (caught) {
    say(failureOf(caught).message, "bad");
  }
}

/** Take back a decision; that of a bulk takes all of it back.
 * @param {string[]} ids */
export function undo(ids) {
  const [first = ""] = ids;
  const at = mine.moment(first);
  if (at) { undoWhole(at, first); return; }
  const job = decided.get(first);
  for (const id of ids) decided.delete(id);
  if (job && outbox.withdraw(job)) { restore(ids, job); return; }
  mine.state(first, words("undoing"));
  for (const id of ids) undoing.add(id);
  if (job) restore(ids, job);
  outbox.push({
    ids,
    send: () => (ids.length === 1
      ? call("POST", `/v1/review/${first}/undo`, details.version(first) ? { version: details.version(first) } : undefined)
      : call("POST", "/v1/review/decisions", { action: "undo", items: seen(ids) })),
    done: (answer) => (ids.length === 1 ? undone([{ id: first, version: answer.version }], job) : undoneMany(answer.results, job)),
    refused: (failure) => { for (const id of ids) notUndone(id, failure.message, job); },
  });
}

/** Take back a bulk of more comments than are named here.
 * @param {string} at
 * @param {string} first */
async function undoWhole(at, first) {
  mine.state(first, words("undoing"));
  try {
    /** @type {{ decided: number }} */
    const { decided: count } = await call("POST", "/v1/review/decisions/undo", { at }, { seconds: 60 });
    await Promise.all([mine.again(), reload()]);
    say(counted("Undone. %(num)s comment waits again.", "Undone. %(num)s comments wait again.", count), "good");
  } catch (caught) {
    mine.state(first, failureOf(caught).message);
  }
}

/** Put comments back where they were.
 * @param {string[]} ids
 * @param {Decision} job */
function restore(ids, job) {
  // From the last on: each finds the neighbour that it stood before.
  for (const id of [...ids].reverse()) {
    mine.remove(id);
    list.skipped.delete(id);
    const was = job.taken.get(id);
    if (was) list.put(was);
  }
  if (job.note && ids.length === 1 && ids[0]) seat.setNote(ids[0], job.note);
  seat.show(ids[0] ?? null);
  sayUndone(ids);
}

/** @param {string[]} ids */
function sayUndone(ids) {
  const [first = null] = ids;
  const what = ids.length === 1
    ? words("Undone. The comment by %(name)s waits again.", { name: list.name(first) })
    : counted("Undone. %(num)s comment waits again.", "Undone. %(num)s comments wait again.", ids.length);
  say(what, "good");
}

/**
 * @param {{ id: string, version: number }[]} items
 * @param {Decision | undefined} job
 */
async function undone(items, job) {
  const ids = items.map(({ id }) => id);
  for (const { id, version } of items) {
    undoing.delete(id);
    details.moved(id, version);
  }
  await Promise.all(ids.map((id) => details.again(id).catch(() => {})));
  if (!job) bringIn(ids);
  else if (ids.includes(list.current() ?? "")) seat.show(list.current(), { unasked: true });
  claims.ensure();
}

/** Put comments into the list that were decided about before this visit.
 * @param {string[]} ids */
function bringIn(ids) {
  for (const id of [...ids].reverse()) {
    mine.remove(id);
    const entry = details.entry(id);
    const top = list.entries()[0];
    if (entry && !list.find(id)) list.put({ entry, after: top ? datum(top, "id") : null });
  }
  seat.show(ids.find((id) => list.find(id)) ?? list.current(), { unasked: true });
  sayUndone(ids);
}

/**
 * @param {Result[]} results
 * @param {Decision | undefined} job
 */
function undoneMany(results, job) {
  const well = results.flatMap(({ id, ok, version }) => (ok && version ? [{ id, version }] : []));
  for (const { id, ok, detail } of results) if (!ok) notUndone(id, detail ?? "", job);
  if (well.length) undone(well, job);
}

/**
 * @param {string} id
 * @param {string} why
 * @param {Decision | undefined} job
 */
function notUndone(id, why, job) {
  undoing.delete(id);
  if (job) {
    list.tell(id, why, true);
    if (list.current() === id) seat.show(seat.nextOf(id), { unasked: true });
  }
  mine.settle(id, why);
  say(why, "bad");
}
