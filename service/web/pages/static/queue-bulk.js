// One decision about many: a selection, a question with their number, and no answer by accident.

import { one, origin } from "./dom.js";
import { note as keep, noted } from "./notes.js";
import { decideMany } from "./queue-decide.js";
import * as list from "./queue-list.js";
import { comments, say } from "./queue-say.js";

const MOST = 200;
const bar = one("#bulk", HTMLElement);
const all = one("#all", HTMLInputElement);
const picked = one("#picked", HTMLElement);
const dialog = one("#many", HTMLDialogElement);
const form = one("form", HTMLFormElement, dialog);
const yes = one("#many-yes", HTMLButtonElement);
const reason = one("select", HTMLSelectElement, form);
const note = one("textarea", HTMLTextAreaElement, form);
const NOTE = "many";
let counting = false;

/** @typedef {import("./queue-decide.js").Action} Action */

function count() {
  counting = false;
  const selected = list.selected().length;
  picked.textContent = selected ? `${selected} selected` : "Select";
  all.checked = selected > 0;
  all.indeterminate = selected > 0 && selected < list.entries().length;
  for (const button of bar.querySelectorAll("button")) button.disabled = selected === 0;
}

// Entries leave, come back and go to colleagues by many ways; a list that is filled counts once.
list.events.on("picked", () => {
  if (!counting) queueMicrotask(count);
  counting = true;
});

/** Ask about the selection, and decide when the answer is yes: Cancel has the keyboard.
 * @param {Action} action */
export function ask(action) {
  const ids = list.selected().slice(0, MOST);
  if (!ids.length) return say("Nothing is selected. X selects the comment in focus.");
  const words = `${action === "approve" ? "Approve" : "Reject"} ${comments(ids.length)}`;
  one("#many-title", HTMLElement).textContent = `${words}?`;
  yes.textContent = words;
  one("#many-reason", HTMLElement).hidden = action === "approve";
  one("#many-who", HTMLElement).textContent = namesOf(ids);
  note.value = noted(NOTE);
  dialog.returnValue = "";
  dialog.onclose = () => {
    if (dialog.returnValue !== "yes") return;
    const text = note.value.trim() || null;
    keep(NOTE, null);
    decideMany(ids.filter((id) => list.find(id)), { action, reason: (action === "reject" && reason.value) || null, note: text });
  };
  dialog.showModal();
  return one("#many-no", HTMLButtonElement).focus();
}

/** @param {string[]} ids */
function namesOf(ids) {
  const names = ids.slice(0, 5).map((id) => list.name(id));
  return names.join(", ") + (ids.length > names.length ? ` and ${ids.length - names.length} more` : "");
}

note.addEventListener("input", () => keep(NOTE, note.value));
dialog.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    yes.click();
  }
});
bar.addEventListener("click", (event) => {
  const action = origin(event)?.closest("[data-bulk]")?.getAttribute("data-bulk");
  if (action) ask(action === "approve" ? "approve" : "reject");
});
all.addEventListener("change", () => {
  for (const entry of list.entries().slice(0, MOST)) list.pick(entry, all.checked);
});
