// Says what happened, to eyes and to screen readers: one line that goes away by itself.

import { one } from "./dom.js";

const box = one("#said", HTMLElement);
let timer = 0;

/** Say a sentence.
 * @param {string} text
 * @param {"good" | "bad" | "plain"} [kind] */
export function say(text, kind = "plain") {
  box.dataset.kind = kind;
  box.textContent = text;
  box.classList.add("shown");
  clearTimeout(timer);
  timer = setTimeout(() => box.classList.remove("shown"), kind === "bad" ? 12_000 : 5_000);
}

/** @param {number} count */
export const comments = (count) => (count === 1 ? "1 comment" : `${count} comments`);
