// One decision about many: a selection, a question with their number, and no answer by accident.

import { call, failureOf } from "./api.js";
import { datum, one, origin } from "./dom.js";
import { note as keep, noted } from "./notes.js";
import { reload } from "./queue-colleagues.js";
import { decideMany } from "./queue-decide.js";
import * as list from "./queue-list.js";
import * as mine from "./queue-mine.js";
import { comments, say } from "./queue-say.js";
import { touched } from "./queue-work.js";

const MOST = 200;
const filters = Object.fromEntries([...new URLSearchParams(datum(one("#desk", HTMLElement), "query"))].filter(([name]) => name !== "order"));
const bar = one("#bulk", HTMLElement);
const all = one("#all", HTMLInputElement);
const picked = one("#picked", HTMLElement);
const dialog = one("#many", HTMLDialogElement);
const form = one("form", HTMLFormElement, dialog);
const yes = one("#many-yes", HTMLButtonElement);
const reason = one("select", HTMLSelectElement, form);
const note = one("textarea", HTMLTextAreaElement, form);
const NOTE = "many";
const whole = one("#whole", HTMLButtonElement);
let counting = false;
/** @type {HTMLElement | null} */
let last = null;

/** @typedef {import("./queue-decide.js").Action} Action */

function count() {
  counting = false;
  const selected = list.selected().length;
  const all_ = matching();
  if (!selected) press(false);
  const asked = whole.getAttribute("aria-pressed") === "true";
  whole.hidden = !selected || (all_ <= selected && !asked);
  whole.textContent = asked ? "Only these" : `All ${all_} that match`;
  picked.textContent = asked ? `All ${all_} selected` : selected ? `${selected} selected` : "Select";
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
  if (whole.getAttribute("aria-pressed") === "true") return askWhole(action);
  const ids = list.selected().slice(0, MOST);
  if (!ids.length) return say("Nothing is selected. X selects the comment in focus.");
  return question(action, ids.length, namesOf(ids), (verdict) => decideMany(ids.filter((id) => list.find(id)), verdict));
}

/**
 * @param {Action} action
 * @param {number} count
 * @param {string} who
 * @param {(verdict: import("./queue-decide.js").Verdict) => void} answered
 */
function question(action, count, who, answered) {
  const words = `${action === "approve" ? "Approve" : "Reject"} ${comments(count)}`;
  one("#many-title", HTMLElement).textContent = `${words}?`;
  yes.textContent = words;
  one("#many-reason", HTMLElement).hidden = action === "approve";
  one("#many-who", HTMLElement).textContent = who;
  note.value = noted(NOTE);
  dialog.returnValue = "";
  dialog.onclose = () => {
    if (dialog.returnValue !== "yes") return;
    const text = note.value.trim() || null;
    keep(NOTE, null);
    answered({ action, reason: (action === "reject" && reason.value) || null, note: text });
  };
  dialog.showModal();
  return one("#many-no", HTMLButtonElement).focus();
}

// All that match, counted anew when it is asked: what comes after that is left alone.
/** @param {Action} action */
async function askWhole(action) {
  try {
    /** @type {{ count: number, until: string, sample: { name: string }[] }} */
    const found = await call("GET", `/v1/review/matching?${new URLSearchParams(filters)}`, undefined, { seconds: 60 });
    if (!found.count) return say("Nothing matches any more.");
    const names = found.sample.map((each) => each.name).join(", ");
    const more = found.count - found.sample.length;
    return question(action, found.count, names + (more > 0 ? ` and ${more} more` : ""), (verdict) => decideWhole(found, verdict));
  } catch (caught) {
    return say(failureOf(caught).message, "bad");
  }
}

/**
 * @param {{ count: number, until: string }} found
 * @param {import("./queue-decide.js").Verdict} verdict
 */
async function decideWhole({ count, until }, verdict) {
  say(`${verdict.action === "approve" ? "Approving" : "Rejecting"} ${comments(count)}.`);
  try {
    const asked = { ...verdict, filters, until, count };
    /** @type {{ decided: number, refused: unknown[] }} */
    const done = await call("POST", "/v1/review/matching", asked, { seconds: 60 });
    for (const id of list.ids()) touched.add(id);
    list.clear();
    await Promise.all([mine.again(), reload()]);
    const left = done.refused.length ? ` ${comments(done.refused.length)} of colleagues stayed.` : "";
    say(`${done.decided} ${verdict.action === "approve" ? "approved" : "rejected"}.${left}`, "good");
  } catch (caught) {
    say(failureOf(caught).message, "bad");
  }
}

/** How many match, as the page counts them. */
const matching = () => Number((document.getElementById("matching") ?? one("#pending", HTMLElement)).textContent);

/** @param {boolean} on */
function press(on) {
  whole.setAttribute("aria-pressed", String(on));
}

/** Select all that match, or only what is selected here. */
export function turnWhole() {
  const on = whole.getAttribute("aria-pressed") !== "true";
  if (on) for (const entry of list.entries()) list.pick(entry, true);
  press(on);
  list.events.emit("picked", null);
}

whole.addEventListener("click", turnWhole);
one("#list", HTMLElement).addEventListener("click", (event) => {
  const entry = origin(event)?.closest(".pick")?.closest(".entry");
  if (!(entry instanceof HTMLElement)) return;
  if (event.shiftKey && last) list.range(last, entry);
  last = entry;
});

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
