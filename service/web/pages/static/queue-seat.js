// The comment in focus: shown at once where it is here, with the ones after it fetched and claimed.

import { part } from "./api.js";
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
let after = desk.dataset.next;
let loading = null;
let addressTimer = 0;
let addressAt = 0;

export const note = document.getElementById("note");

/** Whether a comment is out for a decision, and so in no list; set by queue-decide.js. */
export const on = { away: () => false };

/** Show a comment, or with null that nothing waits. */
export function show(id) {
  keepNote();
  const entry = list.mark(id);
  const article = id && details.have(id);
  if (!id) focus.replaceChildren(document.getElementById("nothing").content.cloneNode(true));
  else if (article) focus.replaceChildren(article);
  else fetchShown(id);
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

async function fetchShown(id) {
  focus.setAttribute("aria-busy", "true");
  try {
    await details.ahead([id]);
  } catch (failure) {
    if (list.current() === id) say(`This comment could not be fetched. ${failure.message}`, "bad");
  } finally {
    focus.removeAttribute("aria-busy");
  }
  if (list.current() === id && details.have(id)) show(id);
}

// What need not be done before the comment is painted.
function settle(id, entry) {
  if (list.current() !== id) return;
  if (seat.scrollTop) seat.scrollTop = 0;
  if (scrollY && seat.getBoundingClientRect().top < 0) seat.scrollIntoView();
  if (entry) list.reveal(entry);
  const ids = list.workable(id, AHEAD);
  details.ahead(ids).catch(() => {});
  claims.ensure();
  if (list.entries().length < LOW) more();
  clearTimeout(addressTimer);
  // A browser ignores addresses that change too often.
  addressTimer = setTimeout(() => writeAddress(id), Math.max(0, addressAt + 400 - performance.now()));
}

function writeAddress(id) {
  addressAt = performance.now();
  const query = new URLSearchParams(desk.dataset.query);
  if (id) query.set("comment", id);
  history.replaceState(null, "", `/queue${query.size ? `?${query}` : ""}`);
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
