// The comment in focus: shown at once where it is here, with the ones after it fetched and claimed.

import { at, part } from "./api.js";
import * as claims from "./queue-claims.js";
import * as details from "./queue-details.js";
import * as list from "./queue-list.js";
import { say } from "./queue-say.js";

const AHEAD = 8;
const LOW = 12;
const desk = document.getElementById("desk");
const seat = document.getElementById("seat");
const focus = document.getElementById("focus");
const actions = document.getElementById("actions");
const notes = new Map();
const SWAPPED = 700;
const AGAIN = 3_000;
// A scroll that a key began goes on for so long, also when the comment is another by then.
const GLIDE = 700;
let after = desk.dataset.next;
let loading = null;
let addressTimer = 0;
let addressAt = 0;
let readable = 0;
let pinned = 0;

export const note = document.getElementById("note");

/** Whether a comment is out for a decision, and so in no list; set by queue-decide.js. */
export const on = { away: () => false };

/** Show a comment, or with null that nothing waits; `unasked` when the moderator did not ask for it. */
export function show(id, { unasked = false } = {}) {
  keepNote();
  if (unasked && focus.querySelector("article")?.dataset.id !== id) readable = performance.now() + SWAPPED;
  const entry = list.mark(id);
  const article = id && details.have(id);
  if (article) focus.replaceChildren(article);
  else if (id) fetchShown(id);
  else focus.replaceChildren(document.getElementById(after ? "more-coming" : "nothing").content.cloneNode(true));
  if (!unasked || !document.activeElement || seat.contains(document.activeElement)) hold();
  enable(Boolean(article));
  actions.hidden = !id;
  actions.elements.id.value = id ?? "";
  actions.elements.version.value = details.version(id) ?? "";
  note.value = notes.get(id) ?? "";
  setTimeout(() => settle(id, entry));
}

/** Begin with the comment that the page came with. */
export function start() {
  const first = focus.querySelector("article");
  if (!first) return;
  details.keep(first);
  show(first.dataset.id);
}

/** Give the keys that scroll to the comment's text, unless something is being typed or asked. */
export function hold() {
  const at = document.activeElement;
  if (document.querySelector("dialog[open]") || at?.matches("textarea, select, input:not([type=checkbox])")) return;
  focus.focus({ preventScroll: true });
}

/** Whether the comment in focus has been on screen long enough for a key or click to mean it. */
export const isReadable = () => performance.now() >= readable;

function enable(on) {
  for (const button of actions.querySelectorAll("[name=action], [name=reject]")) button.disabled = !on;
}

// Until a comment is here the pane names it, and never keeps the one before.
async function fetchShown(id) {
  const coming = document.getElementById("coming").content.cloneNode(true);
  coming.querySelector(".name").textContent = list.name(id);
  focus.replaceChildren(coming);
  try {
    await details.ahead([id]);
    if (list.current() === id && !details.have(id)) gone(id);
  } catch (failure) {
    if (failure.status === undefined) throw failure;
    if (list.current() === id && !details.have(id)) tryLater(id, failure.message);
  }
  if (list.current() === id && details.have(id)) show(id, { unasked: true });
}

function gone(id) {
  list.tell(id, "It is not there any more.", true);
  focus.querySelector(".state").textContent = "It is not there any more. J goes on.";
}

function tryLater(id, why) {
  focus.querySelector(".state").textContent = `It could not be fetched yet. ${why} It is tried again by itself.`;
  setTimeout(() => { if (list.current() === id) retry(); }, AGAIN);
}

/** Fetch what could not be fetched before: the comment in focus, or the rest of the list. */
export function retry() {
  const id = list.current();
  if (id && !details.have(id)) fetchShown(id);
  else if (!id && after) goOn();
}

async function goOn() {
  await more();
  const next = list.workable(null, 1)[0] ?? null;
  if (!list.current() && (next || !after)) show(next, { unasked: true });
}

function toBeginning() {
  if (seat.scrollTop) seat.scrollTop = 0;
  if (scrollY) seat.scrollIntoView({ behavior: "instant" });
}

function stay() {
  if (performance.now() >= pinned || (!seat.scrollTop && seat.getBoundingClientRect().top >= 0)) return;
  pinned = performance.now() + GLIDE;
  toBeginning();
}
seat.addEventListener("scroll", stay);
window.addEventListener("scroll", stay);
for (const kind of ["keydown", "wheel", "touchstart", "pointerdown"]) {
  window.addEventListener(kind, () => { pinned = 0; }, { capture: true, passive: true });
}

// What need not be done before the comment is painted.
function settle(id, entry) {
  if (list.current() !== id) return;
  pinned = performance.now() + GLIDE;
  toBeginning();
  if (entry) list.reveal(entry);
  const ids = list.workable(id, AHEAD);
  details.ahead(ids).catch(() => {});
  claims.ensure();
  if (!id && after) goOn();
  else if (list.entries().length < LOW) more();
  clearTimeout(addressTimer);
  // A browser ignores addresses that change too often.
  addressTimer = setTimeout(() => writeAddress(id), Math.max(0, addressAt + 400 - performance.now()));
}

function writeAddress(id) {
  addressAt = performance.now();
  const query = new URLSearchParams(desk.dataset.query);
  if (id) query.set("comment", id);
  history.replaceState(null, "", at(`/queue${query.size ? `?${query}` : ""}`));
}

function keepNote() {
  setNote(actions.elements.id.value, note.value);
}

/** Keep what was written about a comment, until it is decided or written anew. */
export function setNote(id, text) {
  if (text?.trim()) notes.set(id, text);
  else notes.delete(id);
  if (id === list.current() && note.value !== (text ?? "")) note.value = text ?? "";
}

/** The comment to go on with. */
export const nextOf = (id) => list.workable(id, 1, { itself: false })[0] ?? null;

/** Go to the entry after or before. */
export function step(by) {
  const id = list.beside(list.current(), by);
  if (id) show(id);
  else say(by > 0 ? "This is the last one here." : "This is the first one.");
}

/** What comes next, in words. */
export function about(id) {
  const words = list.plain(list.find(id)?.querySelector(".excerpt")).slice(0, 90);
  return id ? `Next: ${list.name(id)}. ${words}` : "Nothing else waits here.";
}

/** Load the next part of the list. */
export async function more() {
  if (!after || loading) return loading;
  loading = entriesFrom(new URLSearchParams([...new URLSearchParams(desk.dataset.query), ["cursor", after]]))
    .then((found) => list.append(found))
    .catch(() => {})
    .finally(() => { loading = null; });
  return loading;
}

/** Load a part of the list; gives its entries. */
export async function entriesFrom(query) {
  const found = (await part(`/queue/entries?${query}`)).querySelector("ol");
  after = found.dataset.next;
  document.getElementById("more")?.toggleAttribute("hidden", !after);
  return [...found.children].filter((entry) => !on.away(entry.dataset.id));
}
