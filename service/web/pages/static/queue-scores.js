// All scores and the legend of a comment: closed, or open for every one that comes up.

import { one } from "./dom.js";

const focus = one("#focus", HTMLElement);
let open = false;

/** Open or close them in a comment that is about to be shown.
 * @param {HTMLElement} article */
export function dress(article) { one(".rest", HTMLDetailsElement, article).open = open; }

/** Open or close them here and in what comes. */
export function turn() {
  open = !open;
  const article = focus.querySelector("article");
  if (article instanceof HTMLElement) dress(article);
}
