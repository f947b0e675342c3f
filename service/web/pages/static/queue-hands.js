// What mouse and touch do at a desk, and the keys that every desk has.

import { datum, every, one, origin } from "./dom.js";
import * as bulk from "./queue-bulk.js";
import { decide, skip } from "./queue-decide.js";
import * as list from "./queue-list.js";
import * as outbox from "./queue-outbox.js";
import { toComment, toList } from "./queue-panes.js";
import { reload } from "./queue-reload.js";
import { later, say, sayTooSoon } from "./queue-say.js";
import * as scores from "./queue-scores.js";
import { hold, more, note, show, step, takeOver } from "./queue-seat.js";
import { undoLast } from "./queue-undo.js";
import { words } from "./words.js";

// As many as one decision without a filter takes.
const MOST = 200;
const actions = one("#actions", HTMLFormElement);
const search = one("#find", HTMLFormElement);
const reasons = every("#rejections button", HTMLButtonElement);

function openAuthor() { later(import("./queue-author.js").then(({ open }) => open())); }

// Only admins have the button that stands beside what is selected.
const picks = document.getElementById("pick") !== null;
function pickWord() {
  if (picks) later(import("./queue-pick.js").then(({ open }) => open()));
  else say(words("Only admins add words to the lists of a website."));
}

/** What the keys of every desk do.
 * @type {import("./queue-keys.js").Actions} */
export const KEYS = {
  a: () => act("approve"),
  ...Object.fromEntries(reasons.map((button) => [datum(button, "key"), () => act("reject", button.value)])),
  r: chooseReason,
  v: scores.turn,
  u: undoLast,
  n: writeNote,
  j: () => step(1),
  k: () => step(-1),
  x: list.turn,
  b: () => bulk.ask("approve"),
  d: () => bulk.ask("reject"),
  g: openAuthor,
  w: pickWord,
  l: reload,
  "/": () => { toList(); one('[type="search"]', HTMLInputElement, search).focus(); },
  "?": () => one("#help", HTMLDialogElement).showModal(),
};

const sheets = every("[popover]", HTMLElement, actions);
function closeSheets() { for (const sheet of sheets) if (sheet.matches(":popover-open")) sheet.hidePopover(); }

/** Decide, and leave nothing open over the comment that comes up.
 * @param {import("./queue-decide.js").Action} action
 * @param {string} [reason] */
function act(action, reason) {
  closeSheets();
  decide(action, reason);
}

/** Go to the reasons, first to the likely one; where the window has room they stand in the row, and are no sheet to open. */
export function chooseReason() {
  if (!reasons[0]?.checkVisibility()) one("#rejections", HTMLElement).showPopover();
  (reasons.find((button) => button.matches(".likely")) ?? reasons[0])?.focus();
}

/** Go to the note. */
export function writeNote() {
  if (!note.checkVisibility()) one("#more-actions", HTMLElement).showPopover();
  note.focus();
}

actions.addEventListener("submit", (event) => {
  event.preventDefault();
  const button = event.submitter;
  if (!(button instanceof HTMLButtonElement)) return;
  if (button.name === "reject") act("reject", button.value);
  else if (button.value === "approve") act("approve");
});
one(".foot", HTMLElement).addEventListener("click", (event) => {
  const what = origin(event)?.closest("[data-do]")?.getAttribute("data-do");
  if (what) closeSheets();
  if (what === "skip") skip();
  else if (what === "undo") undoLast();
  else if (what === "take") takeOver();
});
note.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  event.preventDefault();
  note.blur();
  hold();
  say(words("The note is kept. A approves with it, a digit rejects."));
});
for (const place of every("#focus, #beside", HTMLElement)) {
  place.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || !origin(event)?.closest("[data-do=author]")) return;
    event.preventDefault();
    openAuthor();
  });
}
one("#list", HTMLElement).addEventListener("click", (event) => {
  const entry = origin(event)?.closest("a")?.closest(".entry");
  if (!(entry instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  list.leave(datum(entry, "id"), false);
  toComment();
  show(datum(entry, "id"));
});
/** @type {HTMLElement | null} */
let lastPicked = null;
one("#list", HTMLElement).addEventListener("click", (event) => {
  const entry = origin(event)?.closest(".pick")?.closest(".entry");
  if (!(entry instanceof HTMLElement)) return;
  if (event.shiftKey && lastPicked) list.range(lastPicked, entry);
  lastPicked = entry;
});
one("#all", HTMLInputElement).addEventListener("change", ({ target }) => {
  if (target instanceof HTMLInputElement) for (const entry of list.entries().slice(0, MOST)) list.pick(entry, target.checked);
});
document.getElementById("more")?.addEventListener("click", (event) => {
  event.preventDefault();
  more();
});
search.addEventListener("change", ({ target }) => {
  if (target instanceof HTMLSelectElement) search.requestSubmit();
});
// Going back, a browser puts what was typed later into the fields of this view.
window.addEventListener("pageshow", () => search.reset());

// The second click of a double one meets a comment, or a question, that nobody has read.
document.addEventListener("click", (event) => {
  if (event.detail < 2 || !origin(event)?.closest("main :is(button, .entry a)")) return;
  event.preventDefault();
  event.stopPropagation();
  sayTooSoon();
}, { capture: true });
// Nor does a key that is held press a button, or send a form, again and again.
document.addEventListener("keydown", (event) => {
  if (event.repeat && event.key === "Enter" && origin(event)?.closest("main :is(button, input, a, summary)")) event.preventDefault();
}, { capture: true });
// A button that keeps the keyboard after a click would decide about the next comment at a Space.
document.addEventListener("click", (event) => {
  if (event.detail && origin(event)?.closest("main :is(button, .entry a, [type=checkbox])")) hold();
});
for (const dialog of every("dialog", HTMLDialogElement)) dialog.addEventListener("close", hold);

window.addEventListener("beforeunload", (event) => { if (outbox.jobs.length) event.preventDefault(); });

if (picks) later(import("./queue-pick.js"));
// Where there is room the author stands beside; a window may get wider.
const wide = matchMedia("(min-width: 120rem) and (min-height: 40rem)");
const widen = () => later(import("./queue-beside.js").then(({ start }) => start(wide)));
if (wide.matches) widen();
else wide.addEventListener("change", widen, { once: true });
if (navigator.maxTouchPoints > 0) later(import("./queue-swipe.js"));
