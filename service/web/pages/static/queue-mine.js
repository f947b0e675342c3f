// The list of one's own last decisions, newest first, each of which can be undone; a bulk is one.

import { part } from "./api.js";
import { copyOf, datum, every, one, origin } from "./dom.js";
import { moved } from "./queue-details.js";
import * as outbox from "./queue-outbox.js";

// A sitting of a day makes thousands of decisions: so many lines would make each new one slow.
const MOST = 50;
const box = one("#last", HTMLOListElement);
const none = one("#none", HTMLElement);
const older = one("#older", HTMLButtonElement);
let before = box.dataset.before ?? "";
let added = 0;
/** @type {Promise<boolean> | null} */
let coming = null;

/** @typedef {{ what: string, kind: string, whom: (Node | string)[], who: string }} Words */

const lines = () => every(":scope > li", HTMLElement, box);
/** @param {HTMLElement} line */
const idsIn = (line) => datum(line, "ids").split(" ");

// The versions of what was decided on an earlier visit: an undo names them.
/** @param {HTMLElement} line */
function learn(line) {
  const seen = datum(line, "versions").split(" ").map(Number);
  idsIn(line).forEach((id, at) => moved(id, seen[at] ?? 0));
}

/** Add a decision on top, in words and with the nodes that name its comment.
 * @param {string[]} ids
 * @param {Words} words */
export function add(ids, { what, kind, whom, who }) {
  added += 1;
  for (const id of ids) remove(id);
  const made = one("li", HTMLElement, copyOf("decided"));
  made.dataset.ids = ids.join(" ");
  made.className = kind;
  one(".what", HTMLElement, made).textContent = what;
  one(".whom", HTMLElement, made).append(...whom);
  one(".about", HTMLElement, made).textContent = who;
  box.prepend(made);
  none.hidden = true;
}

/** @param {string} id */
const find = (id) => lines().find((line) => idsIn(line).includes(id)) ?? null;

/** The comments of one's newest decision that can be undone and is not being: several of a bulk.
 * @param {Set<string>} undoing */
export function latest(undoing) {
  const open = lines().filter((line) => line.querySelector("button"));
  return open.map(idsIn).find((ids) => !ids.some((id) => undoing.has(id))) ?? null;
}

/** The moment of a decision about more comments than its line names, or null.
 * @param {string} id */
export const moment = (id) => find(id)?.dataset.at ?? null;

/** Take a comment out of the decision that it is in.
 * @param {string} id */
export function remove(id) {
  const line = find(id);
  const left = line ? idsIn(line).filter((other) => other !== id) : [];
  if (line && left.length) line.dataset.ids = left.join(" ");
  else line?.remove();
  none.hidden = box.children.length > 0;
}

/** Say how a decision fares; nothing when it is done.
 * @param {string} id
 * @param {string} text */
export function state(id, text) {
  const line = find(id);
  if (line) one(".state", HTMLElement, line).textContent = text;
}

/** Leave a decision there that can no longer be undone, with why.
 * @param {string} id
 * @param {string} why */
export function settle(id, why) {
  find(id)?.querySelector("button")?.remove();
  state(id, why);
}

/** Fetch the decisions before those that are here, once at a time; says whether there were any. */
export async function more() {
  coming ??= fetchMore().finally(() => { coming = null; });
  return coming;
}

async function fetchMore() {
  if (!before) return false;
  const found = one("ol", HTMLOListElement, await part(`/queue/mine?${new URLSearchParams({ before })}`));
  before = found.dataset.before ?? "";
  older.hidden = !before;
  const added = every(":scope > li", HTMLElement, found);
  added.forEach(learn);
  box.append(...added);
  none.hidden = box.children.length > 0;
  return added.length > 0;
}

/** Show one's last decisions as they are by now. */
export async function again() { show(await newest()); }

async function newest() {
  return one("ol", HTMLOListElement, await part("/queue/mine"));
}

/** @param {HTMLOListElement} found */
function show(found) {
  box.replaceChildren(...found.children);
  lines().forEach(learn);
  before = found.dataset.before ?? "";
  older.hidden = !before;
  none.hidden = box.children.length > 0;
}

// Leave the newest, when nothing is on its way; the others come back by the button for earlier ones.
async function shorten() {
  if (box.children.length <= MOST || box.contains(document.activeElement)) return;
  const seen = added;
  const found = await newest().catch(() => null);
  if (found && seen === added && !outbox.jobs.length) show(found);
}
outbox.events.on("empty", () => { shorten(); });

/** Have `undo(ids)` called for the buttons, the plain forms of the first paint included.
 * @param {(ids: string[]) => void} undo */
export function start(undo) {
  lines().forEach(learn);
  const act = (/** @type {Event} */ event) => {
    const at = origin(event);
    if (event.type === "click" && at?.closest("form")) return;
    const line = at?.closest(event.type === "submit" ? "form" : "button")?.closest("li");
    if (!line) return;
    event.preventDefault();
    undo(idsIn(line));
  };
  box.addEventListener("submit", act);
  box.addEventListener("click", act);
  older.addEventListener("click", () => { more().catch(() => {}); });
}
