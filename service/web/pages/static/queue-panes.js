// Where a window has no room for both, the comment and the list are two tabs; the style sheet shows one.

import { one } from "./dom.js";
import { note, noted } from "./notes.js";

const PANE = "pane";
const seat = one("#pane-seat", HTMLInputElement);
const side = one("#pane-side", HTMLInputElement);
const focus = one("#focus", HTMLElement);

/** Show the comment, if the list hides it; whether it did. */
export function toComment() {
  if (focus.checkVisibility()) return false;
  seat.checked = true;
  turned();
  return true;
}

/** Show the list, if the comment hides it. */
export function toList() {
  side.checked = true;
  turned();
}

function turned() {
  note(PANE, side.checked ? "list" : null); // a filter's link brings a new page
  const entry = document.querySelector("#list [aria-current]");
  if (side.checked && focus.checkVisibility()) return; // both are there
  if (side.checked) entry?.scrollIntoView({ block: "center", behavior: "instant" });
  else scrollTo({ top: 0, behavior: "instant" });
}

for (const tab of [seat, side]) tab.addEventListener("change", turned);
if (noted(PANE)) toList();
