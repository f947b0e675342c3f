// Takes back what was decided, in this visit or before: at once on the page, while the answer comes behind.

import { call, failureOf } from "./api.js";
import { datum, one } from "./dom.js";
import * as claims from "./queue-claims.js";
import { stays } from "./queue-desk.js";
import * as details from "./queue-details.js";
import * as list from "./queue-list.js";
import * as mine from "./queue-mine.js";
import { momentOf } from "./queue-moment.js";
import * as outbox from "./queue-outbox.js";
import { reload } from "./queue-reload.js";
import { later, say, sayTooSoon } from "./queue-say.js";
import * as seat from "./queue-seat.js";
import { decided, fail, land, move, undoing } from "./queue-work.js";
import { counted, words } from "./words.js";

/** @typedef {import("./queue-work.js").Decision} Decision */
/** @typedef {import("./api.js").Result} Result */

const moment = momentOf(one("#last", HTMLElement));

/** Take back one's last decision, of whatever time it is. */
export async function undoLast() {
  if (isTooSoon()) return;
  try {
    const ids = mine.latest(undoing) ?? ((await mine.more()) ? mine.latest(undoing) : null);
    if (ids) takeBack(ids);
    else say(words("There is nothing to undo."));
  } catch (caught) {
    say(failureOf(caught).message, "bad");
  }
}

/** Take back a decision; that of a bulk takes all of it back.
 * @param {string[]} ids */
export function undo(ids) { if (!isTooSoon()) takeBack(ids); }

// The second press of a double one would take back another decision than the one that was seen.
function isTooSoon() {
  const soon = !moment.isOver();
  if (soon) sayTooSoon();
  else moment.begin();
  return soon;
}

/** @param {string[]} ids */
function takeBack(ids) {
  const [first = ""] = ids;
  const at = mine.moment(first);
  if (at) {
    undoing.add(first);
    later(import("./queue-whole.js").then((whole) => whole.undo(at, first)).finally(() => undoing.delete(first)));
    return;
  }
  const job = decided.get(first);
  for (const id of ids) decided.delete(id);
  const withdrawn = job !== undefined && outbox.withdraw(job);
  if (withdrawn) for (const id of ids) fail(id);
  if (job && withdrawn && !job.unsure) { restore(ids, job); return; }
  if (!withdrawn) move(ids, 1);
  mine.state(first, words("undoing"));
  for (const id of ids) undoing.add(id);
  if (job) restore(ids, job);
  outbox.push(job && withdrawn ? undoOfUnsure(ids, job) : undoOf(ids, job));
}

/** Take back what was answered, or what is answered before.
 * @param {string[]} ids
 * @param {Decision | undefined} job
 * @returns {outbox.Job} */
function undoOf(ids, job) {
  const [first = ""] = ids;
  return {
    ids,
    send: () => (ids.length === 1
      ? call("POST", `/v1/review/${first}/undo`, details.version(first) ? { version: details.version(first) } : undefined)
      : call("POST", "/v1/review/decisions", { action: "undo", items: details.seen(ids) })),
    done: (answer) => (ids.length === 1 ? undone([{ id: first, version: answer.version }], job) : undoneMany(answer.results, job)),
    refused: (failure) => { for (const id of ids) notUndone(id, failure.message, job); },
  };
}

/** Take back what may have been done: if it was, it made the version after the one that was seen.
 * @param {string[]} ids
 * @param {Decision} job
 * @returns {outbox.Job} */
function undoOfUnsure(ids, job) {
  const seen = new Map(ids.map((id) => [id, details.version(id)]));
  const items = [...seen].map(([id, version]) => ({ id, version: version + 1 }));
  return {
    ...undoOf(ids, job),
    send: () => call("POST", "/v1/review/decisions", { action: "undo", items }),
    done: ({ results }) => undoneMany(results.map((/** @type {Result} */ one) => ({ ...one, ok: one.ok || one.version === seen.get(one.id) })), job),
  };
}

/** Put comments back where they were.
 * @param {string[]} ids
 * @param {Decision} job */
function restore(ids, job) {
  // From the last on: each finds the neighbour that it stood before.
  for (const id of [...ids].reverse()) {
    mine.remove(id);
    const was = job.taken.get(id);
    if (was) list.put(was);
    list.leave(id, false);
  }
  if (job.note) seat.setNote(ids, job.note);
  seat.show(ids[0] ?? null);
  sayUndone(ids);
}

/** @param {string[]} ids */
function sayUndone(ids) {
  const [first = null] = ids;
  const waits = stays
    ? words("Undone. The comment by %(name)s is as it was before.", { name: list.name(first) })
    : words("Undone. The comment by %(name)s waits again.", { name: list.name(first) });
  say(ids.length === 1 ? waits : undoneWords(ids.length), "good");
}

/** What was taken back about so many comments.
 * @param {number} count */
export const undoneWords = (count) => (stays
  ? counted("Undone. %(num)s comment is as it was before.", "Undone. %(num)s comments are as they were before.", count)
  : counted("Undone. %(num)s comment waits again.", "Undone. %(num)s comments wait again.", count));

/**
 * @param {{ id: string, version: number }[]} items
 * @param {Decision | undefined} job
 */
async function undone(items, job) {
  const ids = items.map(({ id }) => id);
  for (const { id, version } of items) {
    undoing.delete(id);
    land(id);
    details.moved(id, version);
  }
  if (job) await seat.renew(ids);
  else if (stays) await lookAgain(ids);
  else await bringIn(ids);
  claims.ensure();
}

/** Load a list anew in which something is as it was before; what waits again is not in it.
 * @param {string[]} ids */
async function lookAgain(ids) {
  const name = list.name(ids[0] ?? null);
  for (const id of ids) mine.remove(id);
  await reload();
  const first = ids.find((id) => list.find(id));
  await seat.renew(ids, first);
  if (first) seat.show(first, { unasked: true });
  say(ids.length === 1 ? words("Undone. The comment by %(name)s is as it was before.", { name }) : undoneWords(ids.length), "good");
}

/** Put comments into the list that were decided about before this visit.
 * @param {string[]} ids */
async function bringIn(ids) {
  for (const id of ids) details.forget(id);
  await details.withEntries(ids).catch(() => {});
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
  fail(id);
  if (job) {
    list.tell(id, why, true);
    if (list.current() === id) seat.show(seat.nextOf(id), { unasked: true });
  }
  mine.settle(id, why);
  say(why, "bad");
}
