// One key for each thing to do; they can be turned off, for people who speak to their computer.

import { keep, kept, one, typing } from "./dom.js";

const STORE = "queue-keys";
const box = one("#keys-on", HTMLInputElement);
const REPEATED = new Set(["j", "k"]);
const OTHER_LETTER = /^(?!.*\p{Script=Latin})[\p{L}\p{M}]/u;

/** @typedef {Record<string, () => void>} Actions */

/** Have `actions[key]()` called for plain keys that are typed into nothing.
 * @param {Actions} actions */
export function start(actions) {
  box.checked = kept(STORE) !== "off";
  box.addEventListener("change", () => keep(STORE, box.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    // While letters are being put together, Escape is for these.
    if (event.key === "Escape" && typing(event.target) && !event.isComposing) {
      if (event.target instanceof HTMLElement) event.target.blur();
      return;
    }
    const name = meant(event, actions);
    if (name === null || (event.repeat && !REPEATED.has(name))) return;
    event.preventDefault();
    actions[name]?.();
  });
}

/**
 * @param {KeyboardEvent} event
 * @param {Actions} actions
 */
function meant(event, actions) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return null;
  if (document.querySelector("dialog[open]") || typing(event.target)) return null;
  const name = nameOf(event, actions);
  return name === "?" || box.checked ? name : null;
}

/** The action that a key is for: by what it writes, or by its place where that is no Latin letter.
 *
 * Digits go by their place first: French and Czech keyboards write signs there, Persian ones digits
 * of their own. Letters go by it on Cyrillic, Greek, Arabic and such keyboards, as do / and ?.
 * @param {KeyboardEvent} event
 * @param {Actions} actions */
function nameOf(event, actions) {
  const { key, code } = event;
  const digit = /^Digit(\d)$/.exec(code)?.[1];
  const plain = !event.shiftKey && !event.getModifierState("AltGraph");
  const there = (/** @type {string | undefined} */ name) => (name !== undefined && name in actions ? name : null);
  if (digit && plain && there(digit)) return digit;
  const written = there(key) ?? there(key.toLowerCase());
  if (written !== null) return written;
  // Where W is, Hebrew keyboards write a sign.
  if ((OTHER_LETTER.test(key) && code.startsWith("Key")) || (key === "'" && code === "KeyW")) return there(code.slice(3).toLowerCase());
  // Cyrillic and Hebrew keyboards have a full stop or comma there, Arabic ones a letter and a sign of their own.
  if (code === "Slash" && (OTHER_LETTER.test(key) || /^[.,\u061f]$/.test(key))) return there(event.shiftKey ? "?" : "/");
  return null;
}
