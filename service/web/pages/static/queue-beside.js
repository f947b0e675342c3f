// Where there is room the author stands beside the comment: how they stand here, and what they wrote last.

import { failureOf, part } from "./api.js";
import { one } from "./dom.js";

// Whoever decides at a glance looks at no author.
const REST = 250;
const box = one("#beside", HTMLElement);
const focus = one("#focus", HTMLElement);
let timer = 0;
let path = "";

/** Show them for as long as the window is wide.
 * @param {MediaQueryList} wide */
export function start(wide) {
  const see = () => look(wide.matches);
  new MutationObserver(see).observe(focus, { childList: true });
  wide.addEventListener("change", see);
  see();
}

/** Where the author of the comment in focus is, or nothing.
 * @param {boolean} wide */
function wanted(wide) {
  const link = wide ? focus.querySelector("[data-do=author]") : null;
  return link instanceof HTMLAnchorElement ? `${link.pathname}/beside` : "";
}

// Nobody stands there longer than their comment.
/** @param {boolean} wide */
function look(wide) {
  clearTimeout(timer);
  if (wanted(wide) !== path) box.replaceChildren();
  path = wanted(wide);
  box.hidden = !wide;
  if (path) timer = setTimeout(fill, REST);
}

async function fill() {
  const asked = path;
  try {
    const found = await part(asked);
    if (asked === path) box.replaceChildren(...found.children);
  } catch (caught) {
    failureOf(caught); // the key for the author says why
  }
}
