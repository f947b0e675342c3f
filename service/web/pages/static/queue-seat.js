// The comment in focus: shown at once where it is here, with the ones after it fetched and claimed.

import { failureOf, part } from "./api.js";
import { copyOf, datum, every, one, typing } from "./dom.js";
import { MANY, note as keep, noted } from "./notes.js";
import * as claims from "./queue-claims.js";
import { cursor, place, query, stays } from "./queue-desk.js";
import * as details from "./queue-details.js";
import * as list from "./queue-list.js";
import { momentOf } from "./queue-moment.js";
import { say } from "./queue-say.js";
import * as scores from "./queue-scores.js";
import { decided, undoing } from "./queue-work.js";
import { lasting, now } from "./times.js";
import { shortened, words } from "./words.js";

const AHEAD = 8;
const LOW = 12;
// What comes up by itself is seen later than what one has asked for.
const SWAPPED = 700;
const AGAIN = 3_000;
// A scroll that a key began goes on for so long, also when the comment is another by then.
const GLIDE = 700;
const seat = one("#seat", HTMLElement);
const moment = momentOf(seat);
const focus = one("#focus", HTMLElement);
const actions = one("#actions", HTMLFormElement);
const [sentId, sentVersion] = [one("[name=id]", HTMLInputElement, actions), one("[name=version]", HTMLInputElement, actions)];
const taken = one("#taken", HTMLElement);
const page = new URLSearchParams(query);
let after = datum(one("#desk", HTMLElement), "next");
/** @type {Promise<void> | null} */
let loading = null;
let addressTimer = 0;
let addressAt = 0;
let pinned = 0;
/** @type {string | null} */
let onScreen = null;

export const note = one("#note", HTMLTextAreaElement);

/** Show a comment, or with null that nothing waits; `unasked` when the moderator did not ask for it.
 * @param {string | null} id */
export function show(id, { unasked = false } = {}) {
  if (unasked && document.activeElement === note && id !== list.current()) return; // it goes with this comment
  if (onScreen !== id) moment.begin(unasked ? SWAPPED : undefined);
  const entry = list.mark(id);
  const article = details.have(id);
  onScreen = article ? id : null;
  if (article) scores.dress(article);
  if (article) focus.replaceChildren(article);
  else if (id) fetchShown(id);
  else focus.replaceChildren(copyOf(after ? "more-coming" : "nothing"));
  const at = document.activeElement;
  if (!unasked || !at || at === document.body || seat.contains(at)) hold();
  actions.hidden = !id;
  sentId.value = id ?? "";
  sentVersion.value = id ? String(details.version(id)) : "";
  note.value = noted(id);
  allow();
  setTimeout(() => settle(id, entry));
}

/** Begin with the comment that the page came with. */
export function start() {
  list.start();
  const first = focus.querySelector("article");
  if (!(first instanceof HTMLElement)) return hold();
  details.keep(first);
  return show(datum(first, "id"));
}

/** Give the keys that scroll to the comment's text, unless something is being typed or asked. */
export function hold() {
  if (!document.querySelector("dialog[open]") && !typing(document.activeElement)) focus.focus({ preventScroll: true });
}

/** Whether the comment in focus had been on screen long enough for a key, click or finger to mean it. */
export const isReadable = moment.isOver;

/** Note that the comment in focus comes up only now. */
export const comeUp = () => moment.begin();

// The buttons are off while there is nothing to decide about, and on what a colleague has.
function allow() {
  const id = list.current();
  const whose = list.holder(id);
  const on = id !== null && details.have(id) !== null && list.obstacle(id) === null;
  const likely = details.have(id)?.dataset.likely;
  for (const button of every("[name=action], [name=reject], #reject", HTMLButtonElement, actions)) {
    button.disabled = !on;
    button.classList.toggle("likely", likely === button.value);
  }
  taken.hidden = whose === null;
  if (!whose) return;
  const left = whose.until ? lasting((Date.parse(whose.until) - now()) / 1000) : "";
  one("bdi", HTMLElement, taken).textContent = whose.who;
  one(".left", HTMLElement, taken).textContent = ` ${left ? words("has this comment for %(time)s more.", { time: left }) : words("has this comment.")}`;
}

setInterval(() => { if (!taken.hidden) allow(); }, 30_000); // how long a colleague still has it
list.events.on("holder", (id) => { if (id === list.current()) allow(); });

/** Take the comment in focus over from a colleague. */
export async function takeOver() {
  const id = list.current();
  const whose = list.holder(id);
  if (!id || !whose) return say(words("No colleague has this comment."));
  try {
    if (!(await claims.takeOver(id))) return say(words("It could not be taken over: it waits no longer."), "bad");
  } catch (caught) {
    return say(failureOf(caught).message, "bad");
  }
  return say(words("You have it now, and %(who)s sees that.", { who: whose.who }), "good");
}

// Until a comment is here the pane names it, and never keeps the one before.
/** @param {string} id */
async function fetchShown(id) {
  onScreen = null;
  const coming = copyOf("coming");
  one(".name", HTMLElement, coming).textContent = list.name(id);
  focus.replaceChildren(coming);
  try {
    await details.ahead([id]);
    if (list.current() === id && onScreen !== id) gone(id);
  } catch (caught) {
    const failure = failureOf(caught);
    if (list.current() === id && onScreen !== id) tryLater(id, failure.message);
  }
}

// Whichever fetch brings the comment in focus: the one that the pane waits for may have failed.
details.events.on("came", (id) => { if (id === list.current() && onScreen !== id) show(id, { unasked: true }); });
details.events.on("stale", (id) => {
  if (id !== list.current()) return;
  onScreen = null; // it comes up anew, to be read
  show(id, { unasked: true });
});

/** @param {string} id */
function gone(id) {
  list.tell(id, words("It is not there any more."), true);
  one(".state", HTMLElement, focus).textContent = words("%(what)s J goes on.", { what: words("It is not there any more.") });
}

/**
 * @param {string} id
 * @param {string} why
 */
function tryLater(id, why) {
  one(".state", HTMLElement, focus).textContent = words("It could not be fetched yet. %(why)s It is tried again by itself.", { why });
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
/**
 * @param {string | null} id
 * @param {HTMLElement | null} entry
 */
function settle(id, entry) {
  if (list.current() !== id) return;
  pinned = performance.now() + GLIDE;
  toBeginning();
  if (entry) list.reveal(entry);
  // What is being taken back is another when that is answered, and fetched then.
  details.ahead(list.workable(id, AHEAD).filter((each) => !undoing.has(each))).catch(() => {});
  claims.ensure();
  if (!id && after) goOn();
  else if (list.entries().length < LOW) more();
  clearTimeout(addressTimer);
  // A browser ignores addresses that change too often.
  addressTimer = setTimeout(() => writeAddress(id), Math.max(0, addressAt + 400 - performance.now()));
}

/** @param {string | null} id */
function writeAddress(id) {
  addressAt = performance.now();
  const shown = new URLSearchParams(page);
  if (id) shown.set("comment", id);
  history.replaceState(null, "", `${location.pathname}${shown.size ? `?${shown}` : ""}`);
}

note.addEventListener("input", () => { if (sentId.value) keep(sentId.value, note.value); });

/** Keep what was written about a comment, or about many, until it is decided or written anew.
 * @param {string[]} ids
 * @param {string | null} text */
export function setNote(ids, text) {
  const [id = ""] = ids;
  keep(ids.length > 1 ? MANY : id, text);
  if (ids.length === 1 && id === list.current()) note.value = text ?? "";
}

/** Have comments that stand otherwise by now shown so: those at hand are fetched anew, the others when they come up.
 * @param {string[]} ids
 * @param {string | null} [from] */
export async function renew(ids, from = list.current()) {
  const near = new Set([list.current(), from, list.beside(from, -1), ...list.workable(from, AHEAD)]);
  for (const id of ids) if (!near.has(id)) details.forget(id);
  await details.allAgain(ids.filter((id) => near.has(id))).catch(() => {});
  const at = list.current();
  if (at && ids.includes(at)) show(at, { unasked: true });
}

/** The comment to go on with.
 * @param {string | null} id */
export const nextOf = (id) => list.workable(id, 1, { itself: false })[0] ?? null;

/** Go to the entry after or before.
 * @param {number} by */
export function step(by) {
  const id = list.beside(list.current(), by);
  if (id) show(id);
  else say(by > 0 ? words("This is the last one here.") : words("This is the first one."));
}

/** What comes next, in words.
 * @param {string | null} id */
export const about = (id) => (id ? words("Next: %(name)s. %(text)s", { name: list.name(id), text: shortened(list.excerpt(id), 90) }) : words("Nothing else waits here."));

/** Load the next part of the list.
 * @returns {Promise<void>} */
export async function more() {
  if (after) loading ??= loadMore().finally(() => { loading = null; });
  await loading;
}

async function loadMore() {
  try {
    list.append(await entriesFrom([[cursor, after]]));
  } catch (caught) {
    failureOf(caught); // the rest comes when there is a connection again
  }
}

/** Load the first part of the list, or with a cursor one that comes after; gives its entries.
 * @param {[string, string][]} [cursor] */
export async function entriesFrom(cursor = []) {
  const found = one("ol", HTMLOListElement, await part(`${place}/entries?${new URLSearchParams([...page, ...cursor])}`));
  after = datum(found, "next");
  document.getElementById("more")?.toggleAttribute("hidden", !after);
  return every(":scope > li", HTMLElement, found).filter((entry) => stays || !decided.has(datum(entry, "id")));
}
