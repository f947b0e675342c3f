// What is out: decisions that were made here and undos that are on their way.

import { Signal } from "./signal.js";

/** @typedef {import("./queue-list.js").Taken} Taken */
/** @typedef {import("./queue-outbox.js").Job & { taken: Map<string, Taken>, note: string | null }} Decision */

/** The decision made here about a comment, until it is taken back or refused; such a comment is in
 * no list.
 * @type {Map<string, Decision>} */
export const decided = new Map();

/** Comments that wait again only when an undo that is on its way has been answered.
 * @type {Set<string>} */
export const undoing = new Set();

/** What left the queue here, or came back, and when the service had that.
 * @type {{ id: string, by: -1 | 1, at: number }[]} */
let moves = [];

/** @type {Signal<{ moved: null, skipped: null, landed: string }>} `moved`: more or less waits than the
 * service last counted; `skipped`: it has that one was left to colleagues; `landed`: it has what was
 * done here about a comment. */
export const events = new Signal();

/** Note that comments leave the queue here, or come back.
 * @param {string[]} ids
 * @param {-1 | 1} by */
export function move(ids, by) {
  moves.push(...ids.map((id) => ({ id, by, at: Infinity })));
  events.emit("moved", null);
}

/** Note that the service has what was done here about a comment.
 * @param {string} id */
export function land(id) {
  const found = moves.find((each) => each.id === id && each.at === Infinity);
  if (found) found.at = performance.now();
  events.emit("landed", id);
}

/** Note that what was done here about a comment is not so after all.
 * @param {string} id */
export function fail(id) {
  const at = moves.findLastIndex((each) => each.id === id && each.at === Infinity);
  if (at >= 0) moves.splice(at, 1);
  events.emit("moved", null);
}

/** Note that the service has counted since a moment: what it had then is in its numbers.
 * @param {number} since */
export function count(since) { moves = moves.filter(({ at }) => at >= since); }

/** By how much more waits than the service last counted. */
export const difference = () => moves.reduce((sum, { by }) => sum + by, 0);
