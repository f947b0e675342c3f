// Notes that are being written outlive a reload: kept in this tab, until they go out with a decision.

const me = document.body.dataset.me ?? "";
/** What a note about several comments is kept under. */
export const MANY = "many";
/** @param {string} what */
const key = (what) => `note:${me}:${what}`;

/** What was written about a comment, or for many of them under another name.
 * @param {string | null} what
 * @returns {string} */
export function noted(what) {
  try {
    return (what && sessionStorage.getItem(key(what))) ?? "";
  } catch { // a browser may keep nothing
    return "";
  }
}

/** Keep what is written; nothing but blanks is forgotten.
 * @param {string} what
 * @param {string | null} text */
export function note(what, text) {
  try {
    if (text?.trim()) sessionStorage.setItem(key(what), text);
    else sessionStorage.removeItem(key(what));
  } catch { // a browser may keep nothing, or be full: the field has it still
  }
}
