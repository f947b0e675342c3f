// A word for the website's lists out of the comment that is read: it is selected, counted, then added.

import { failureOf } from "./api.js";
import { one } from "./dom.js";
import * as drawer from "./queue-drawer.js";
import { say } from "./queue-say.js";

const LONGEST = 100;
const focus = one("#focus", HTMLElement);
const button = one("#pick", HTMLButtonElement);
const link = () => focus.querySelector("[data-do=word]");

/** What is selected in the comment in focus, as one line. */
function selected() {
  const selection = getSelection();
  const inside = selection?.anchorNode && focus.contains(selection.anchorNode) && focus.contains(selection.focusNode);
  return inside ? selection.toString().replace(/\s+/g, " ").trim().slice(0, LONGEST) : "";
}

/** Open the form with what is selected. */
export async function open() {
  const form = link();
  if (!(form instanceof HTMLAnchorElement)) return undefined;
  const path = `${form.pathname}?${new URLSearchParams({ text: selected() })}`;
  return drawer.show(path).catch((caught) => say(failureOf(caught).message, "bad"));
}

// The button stands under what is selected, and is no part of what a keyboard goes through: W does the same.
document.addEventListener("selectionchange", () => {
  const range = selected() && link() ? getSelection()?.getRangeAt(0).getBoundingClientRect() : null;
  button.hidden = !range;
  if (!range) return;
  const edge = document.documentElement.clientWidth - button.offsetWidth - 8;
  button.style.insetBlockStart = `${range.bottom + 8}px`;
  button.style.left = `${Math.max(8, Math.min(range.left, edge))}px`;
});
document.addEventListener("scroll", () => { button.hidden = true; }, { capture: true, passive: true });
button.addEventListener("pointerdown", (event) => event.preventDefault()); // the selection stays
button.addEventListener("click", open);
focus.addEventListener("click", (event) => {
  if (!(event.target instanceof Element) || !event.target.closest("[data-do=word]")) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open();
});
