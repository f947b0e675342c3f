// One decision about many: a selection, a question with their number, and no answer by accident.

import { one, origin } from "./dom.js";
import { MANY, note as keep, noted } from "./notes.js";
import { decideMany } from "./queue-decide.js";
import * as list from "./queue-list.js";
import { momentOf } from "./queue-moment.js";
import { later, say, sayTooSoon } from "./queue-say.js";
import { apart, counted, number, words } from "./words.js";

const MOST = 200;
const SOME = 5;
const bar = one("#bulk", HTMLElement);
const all = one("#all", HTMLInputElement);
const picked = one("#picked", HTMLElement);
const dialog = one("#many", HTMLDialogElement);
const form = one("form", HTMLFormElement, dialog);
const moment = momentOf(dialog);
const yes = one("#many-yes", HTMLButtonElement);
const reason = one("select", HTMLSelectElement, form);
const note = one("textarea", HTMLTextAreaElement, form);
const sample = one("#many-sample", HTMLElement);
const whole = one("#whole", HTMLButtonElement);
let counting = false;

/** @typedef {import("./queue-decide.js").Action} Action */
/** @typedef {{ name: string, excerpt: string }} Sampled */

function count() {
  counting = false;
  const selected = list.selected().length;
  const all_ = matching();
  if (!selected) press(false);
  const asked = whole.getAttribute("aria-pressed") === "true";
  whole.hidden = !selected || (all_ <= selected && !asked);
  whole.textContent = asked ? words("Only these") : words("All %(num)s that match", { num: number(all_) });
  picked.textContent = asked ? words("All %(num)s selected", { num: number(all_) }) : selected ? words("%(num)s selected", { num: number(selected) }) : words("Select");
  all.checked = selected > 0;
  all.indeterminate = selected > 0 && selected < list.entries().length;
  for (const button of bar.querySelectorAll("button")) button.disabled = selected === 0;
}

// Entries leave, come back and go to colleagues by many ways; a list that is filled counts once.
list.events.on("picked", (byHand) => {
  if (byHand) press(false); // who leaves one out does not mean all
  if (!counting) queueMicrotask(count);
  counting = true;
});

/** Ask about the selection, and decide when the answer is yes: Cancel has the keyboard.
 * @param {Action} action */
export function ask(action) {
  if (whole.getAttribute("aria-pressed") === "true") return later(import("./queue-whole.js").then((whole) => whole.ask(action)));
  const ids = list.selected().slice(0, MOST);
  if (!ids.length) return say(words("Nothing is selected. X selects the comment in focus."));
  const some = ids.slice(0, SOME).map((id) => ({ name: list.name(id), excerpt: list.excerpt(id) }));
  return question(action, ids.length, some, (verdict) => {
    const left = list.selected().filter((id) => ids.includes(id));
    if (left.length) decideMany(left, verdict);
    else say(words("Nothing matches any more."));
  });
}

/** Ask about so many, of which some are shown.
 * @param {Action} action
 * @param {number} count
 * @param {Sampled[]} some
 * @param {(verdict: import("./queue-decide.js").Verdict) => void} answered
 */
export function question(action, count, some, answered) {
  const approves = action === "approve";
  one("#many-title", HTMLElement).textContent = approves
    ? counted("Approve %(num)s comment?", "Approve %(num)s comments?", count)
    : counted("Reject %(num)s comment?", "Reject %(num)s comments?", count);
  yes.textContent = approves
    ? counted("Approve %(num)s comment", "Approve %(num)s comments", count)
    : counted("Reject %(num)s comment", "Reject %(num)s comments", count);
  one("#many-reason", HTMLElement).hidden = approves;
  one("#many-who", HTMLElement).textContent = named(some.map(({ name }) => name), count);
  sample.replaceChildren(...some.map(row));
  note.value = noted(MANY);
  dialog.returnValue = "";
  dialog.onclose = () => {
    if (dialog.returnValue !== "yes") return;
    const text = note.value.trim() || null;
    keep(MANY, null);
    answered({ action, reason: (action === "reject" && reason.value) || null, note: text });
  };
  dialog.showModal();
  moment.begin();
  return one("#many-no", HTMLButtonElement).focus();
}

/** How many match, where the page counts them. */
const matching = () => parseInt((document.getElementById("matching") ?? document.getElementById("pending"))?.textContent ?? "0", 10);

/** @param {boolean} on */
function press(on) {
  whole.setAttribute("aria-pressed", String(on));
}

/** Select all that match, or only what is selected here. */
export function turnWhole() {
  const on = whole.getAttribute("aria-pressed") !== "true";
  if (on) for (const entry of list.entries()) list.pick(entry, true);
  press(on);
  list.events.emit("picked", false);
}

whole.addEventListener("click", turnWhole);

/** A comment of the sample: it is read before anything is decided about all.
 * @param {Sampled} sampled */
function row({ name, excerpt }) {
  const line = document.createElement("li");
  const [who, what] = [document.createElement("bdi"), document.createElement("span")];
  who.textContent = name;
  what.textContent = excerpt;
  what.dir = "auto";
  line.append(who, " ", what);
  return line;
}

/** Some names of so many.
 * @param {string[]} names
 * @param {number} count */
function named(names, count) {
  const told = names.map(apart).join(words(", "));
  const more = count - names.length;
  return more > 0 ? words("%(names)s and %(num)s more", { names: told, num: number(more) }) : told;
}

note.addEventListener("input", () => keep(MANY, note.value));
// A question is answered by who has seen it.
form.addEventListener("submit", (event) => {
  if (event.submitter !== yes || moment.isOver()) return;
  event.preventDefault();
  sayTooSoon();
});
dialog.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) {
    event.preventDefault();
    yes.click();
  }
});
bar.addEventListener("click", (event) => {
  const action = origin(event)?.closest("[data-bulk]")?.getAttribute("data-bulk");
  if (action) ask(action === "approve" ? "approve" : "reject");
});
