// What is out: decisions that were made here and undos that are on their way.

/** @typedef {import("./queue-list.js").Taken} Taken */
/** @typedef {import("./queue-outbox.js").Job & { taken: Map<string, Taken>, note: string | null }} Decision */

/** The decision made here about a comment, until it is taken back or refused; such a comment is in
 * no list.
 * @type {Map<string, Decision>} */
export const decided = new Map();

/** Comments that were ever decided about in this window, taken back or not.
 * @type {Set<string>} */
export const touched = new Set();

/** Comments that wait again only when an undo that is on its way has been answered.
 * @type {Set<string>} */
export const undoing = new Set();
