// The queue's page: what keys, mouse and touch do, and the start of everything.

import * as bulk from "./queue-bulk.js";
import { reload } from "./queue-colleagues.js";
import { decide, skip, undo } from "./queue-decide.js";
import * as keys from "./queue-keys.js";
import * as list from "./queue-list.js";
import * as live from "./queue-live.js";
import * as mine from "./queue-mine.js";
import * as outbox from "./queue-outbox.js";
import { say } from "./queue-say.js";
import { hold, more, note, retry, show, start, step } from "./queue-seat.js";

const actions = document.getElementById("actions");

function pick() {
  const entry = list.find(list.current());
  if (!entry) return;
  list.pick(entry, !entry.querySelector(".pick").checked);
  bulk.count();
}

const reasons = [...document.querySelectorAll("#rejections button")];
keys.start({
  a: () => decide("approve"),
  ...Object.fromEntries(reasons.map(({ value }, at) => [String(at + 1), () => decide("reject", value)])),
  r: () => reasons[0].focus(),
  s: skip,
  u: () => undo(),
  n: () => note.focus(),
  j: () => step(1),
  k: () => step(-1),
  x: pick,
  b: () => bulk.ask(document.activeElement?.dataset?.bulk ?? "approve"),
  l: reload,
  "/": () => document.querySelector('#find [type="search"]').focus(),
  "?": () => document.getElementById("help").showModal(),
});

actions.addEventListener("submit", (event) => {
  event.preventDefault();
  const { name, value } = event.submitter ?? {};
  if (name === "reject") decide("reject", value);
  else if (value === "approve") decide("approve");
});
actions.addEventListener("click", ({ target }) => {
  const what = target.closest("[data-do]")?.dataset.do;
  if (what) ({ skip, undo })[what]();
});
document.getElementById("list").addEventListener("click", (event) => {
  const entry = event.target.closest("a")?.closest(".entry");
  if (!entry || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  list.skipped.delete(entry.dataset.id);
  show(entry.dataset.id);
});
document.getElementById("more")?.addEventListener("click", (event) => {
  event.preventDefault();
  more();
});
document.getElementById("find").addEventListener("change", ({ target }) => {
  if (target.matches("select")) target.form.requestSubmit();
});

// The second click of a double one meets a comment, or a question, that nobody has read.
document.addEventListener("click", (event) => {
  if (event.detail < 2 || !event.target.closest("main :is(button, .entry a)")) return;
  event.preventDefault();
  event.stopPropagation();
  say("Two quick clicks count as one.");
}, { capture: true });
// A button that keeps the keyboard after a click would decide about the next comment at a Space.
document.addEventListener("click", ({ detail, target }) => {
  if (detail && target.closest("main :is(button, .entry a, [type=checkbox])")) hold();
});
for (const dialog of document.querySelectorAll("dialog")) dialog.addEventListener("close", () => hold());
live.on.found = retry;

window.addEventListener("beforeunload", (event) => { if (outbox.waiting()) event.preventDefault(); });

document.getElementById("desk").classList.add("at-work");
mine.start(undo);
start();
live.start();
