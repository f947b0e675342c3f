// Says what happened, to eyes and to screen readers: one line that goes away by itself.

import { every, one } from "./dom.js";
import { counted, words } from "./words.js";

const box = one("#said", HTMLElement);
const back = one("#undo-now", HTMLButtonElement);
const inside = every("dialog .told-in", HTMLElement);
let timer = 0;

/** Say a sentence; with `undo` there is a button beside it, for who has no keys.
 * @param {string} text
 * @param {"good" | "bad" | "plain"} [kind] */
export function say(text, kind = "plain", { undo = false } = {}) {
  box.dataset.kind = kind;
  box.textContent = text;
  // What lies behind an open dialog is neither seen nor heard.
  for (const each of inside) each.textContent = each.closest("dialog")?.open ? text : "";
  box.classList.add("shown");
  back.hidden = !undo;
  clearTimeout(timer);
  timer = setTimeout(hush, kind === "bad" ? 12_000 : 5_000);
}

/** Say that what was done came too soon to be meant; what can be undone still can.
 * @param {string} [text] */
export const sayTooSoon = (text = words("Two quick presses count as one.")) => say(text, "bad", { undo: !back.hidden });

/** What most sittings need none of comes when it is first wanted: the page is there sooner.
 * @template T
 * @param {Promise<T>} coming */
export const later = (coming) => coming.catch(() => say(words("The service did not answer."), "bad"));

function hush() {
  for (const each of inside) each.textContent = "";
  box.classList.remove("shown");
  back.hidden = true;
}

/** So many comments, in words.
 * @param {number} count */
export const comments = (count) => counted("%(num)s comment", "%(num)s comments", count);

/** What is being done to so many comments.
 * @param {"approve" | "reject"} action
 * @param {number} count */
export const beginning = (action, count) => (action === "approve"
  ? counted("Approving %(num)s comment.", "Approving %(num)s comments.", count)
  : counted("Rejecting %(num)s comment.", "Rejecting %(num)s comments.", count));

/** What was done to so many comments.
 * @param {"approve" | "reject"} action
 * @param {number} count */
export const ending = (action, count) => (action === "approve"
  ? counted("%(num)s approved.", "%(num)s approved.", count)
  : counted("%(num)s rejected.", "%(num)s rejected.", count));
