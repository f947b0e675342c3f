// The list of waiting comments: which is in focus, which can be worked, what is selected.

import { datum, one } from "./dom.js";
import { stays } from "./queue-desk.js";
import * as details from "./queue-details.js";
import { Signal } from "./signal.js";
import { shortened, words } from "./words.js";

const box = one("#list", HTMLOListElement);
const side = one("#side", HTMLElement);
const bar = one(".parts", HTMLElement);
const EDGE = 12;
const LONGEST = 200;
/** @type {string | null} */
let focused = null;

/** @typedef {{ entry: HTMLElement, after: string | null }} Taken */
/** @typedef {{ who: string, until: string | null }} Holder */

/** @type {Signal<{ picked: boolean, holder: string }>} `picked`: the selection may have changed, or has
 * by hand; `holder`: of this comment somebody else has, or has no longer, a claim. */
export const events = new Signal();

/** Ids that a moderator left to colleagues, in this sitting or before.
 * @type {Set<string>} */
const skipped = new Set(datum(one("#desk", HTMLElement), "skipped").split(" ").filter(Boolean));
/** What an entry says of itself instead of being free: who has it, or what became of it.
 * @type {Map<string, string>} */
const told = new Map();
/** @type {Map<string, Holder>} */
const holders = new Map();

export const current = () => focused;
export const entries = () => [...box.children].filter((entry) => entry instanceof HTMLElement);
export const ids = () => entries().map((entry) => datum(entry, "id"));

/** @param {string | null} id
 * @returns {HTMLElement | null} */
export const find = (id) => (id ? box.querySelector(`:scope > [data-id="${CSS.escape(id)}"]`) : null);

/** The author's name, for a sentence of ours.
 * @param {string | null} id */
export const name = (id) => plain(find(id), ".name") ?? words("this author");
/** @param {string | null} id */
export const excerpt = (id) => plain(find(id), ".excerpt") ?? "";

// What an entry shows, in one line: what cannot be seen in it is set apart.
/** @param {HTMLElement | null} entry
 * @param {string} what */
function plain(entry, what) {
  const shown = entry?.querySelector(what)?.cloneNode(true);
  if (!(shown instanceof HTMLElement)) return null;
  for (const box of shown.querySelectorAll(".hidden")) box.replaceWith(` [${box.textContent}] `);
  return (shown.textContent ?? "").replace(/\s+/g, " ").trim();
}

/** @param {HTMLElement} entry */
const free = (entry) => !entry.matches(".theirs, .gone");
/** @param {HTMLElement} entry */
const tick = (entry) => one(".pick", HTMLInputElement, entry);
/** @param {HTMLElement} entry */
const versionOf = (entry) => Number(datum(entry, "version"));

/** Who else has a comment, if somebody has.
 * @param {string | null} id */
export const holder = (id) => (id === null ? null : holders.get(id) ?? null);

/** Why nobody here can decide about a comment, or nothing.
 * @param {string} id */
export const obstacle = (id) => (find(id)?.matches(".theirs, .gone") ? told.get(id) ?? words("It waits no longer.") : null);

/** Begin with the entries that the page came with. */
export function start() { for (const entry of entries()) learn(entry); }

// What a new entry says of itself: its version, and who has it; a box to select it is for scripts alone.
/** @param {HTMLElement} entry */
function learn(entry) {
  const id = datum(entry, "id");
  if (!entry.querySelector(".pick")) {
    const box = document.createElement("input");
    box.type = "checkbox";
    box.className = "pick";
    box.ariaLabel = words("Select the comment by %(name)s", { name: plain(entry, ".name") ?? "" });
    entry.prepend(box);
    one("a", HTMLAnchorElement, entry).draggable = false;
  }
  details.changed(id, versionOf(entry));
  dress(entry);
  const { holder: who, until } = entry.dataset;
  if (who) {
    holders.set(id, { who, until: until ?? null });
    told.set(id, words("%(who)s has it", { who }));
  } else holders.delete(id);
}

/** Note that a comment is left to colleagues, or no longer.
 * @param {string} id
 * @param {boolean} on */
export function leave(id, on) {
  if (on) skipped.add(id);
  else skipped.delete(id);
  const entry = find(id);
  if (entry) dress(entry);
}

// A sign for eyes, and a word for who hears the list.
/** @param {HTMLElement} entry */
function dress(entry) {
  const on = skipped.has(datum(entry, "id"));
  entry.classList.toggle("skipped", on);
  const told = entry.querySelector(".left-alone");
  if (!on) told?.remove();
  if (!on || told) return;
  const word = document.createElement("span");
  word.classList.add("left-alone", "unseen");
  word.textContent = ` ${words("skipped")}`;
  one(".name", HTMLElement, entry).after(word);
}

/** Put the mark of the focus on an entry, or on none.
 * @param {string | null} id */
export function mark(id) {
  find(focused)?.querySelector("a")?.removeAttribute("aria-current");
  focused = id;
  const entry = find(id);
  entry?.querySelector("a")?.setAttribute("aria-current", "true");
  return entry;
}

/** Scroll the list to an entry, where it scrolls by itself; the window stays, for the comment is in it.
 * @param {HTMLElement} entry */
export function reveal(entry) {
  const [frame, place] = [side.getBoundingClientRect(), entry.getBoundingClientRect()];
  const above = place.top - Math.max(frame.top, bar.getBoundingClientRect().bottom) - EDGE;
  const below = place.bottom - frame.bottom + EDGE;
  if (above < 0) side.scrollTop += above;
  else if (below > 0) side.scrollTop += below;
}

/** The entry after or before another, whoever has it.
 * @param {string | null} id
 * @param {number} step */
export function beside(id, step) {
  const all = ids();
  const at = id === null ? -1 : all.indexOf(id);
  return all[at < 0 ? 0 : at + step] ?? null;
}

/** Up to `count` comments to work from an entry on, from the top again at the end.
 * @param {string | null} from
 * @param {number} count */
export function workable(from, count, { itself = true } = {}) {
  const all = entries();
  const at = Math.max(0, all.findIndex((entry) => entry.dataset.id === from));
  return [...all.slice(at), ...all.slice(0, at)]
    .filter(free)
    .map((entry) => datum(entry, "id"))
    .filter((id) => !skipped.has(id) && (itself || id !== from))
    .slice(0, count);
}

/** Take an entry out; gives what `put` needs to bring it back to its place.
 * @param {string} id
 * @returns {Taken | null} */
export function take(id) {
  const entry = find(id);
  if (!entry) return null;
  const next = entry.nextElementSibling;
  const after = next instanceof HTMLElement ? datum(next, "id") : null;
  entry.remove();
  events.emit("picked", false);
  return { entry, after };
}

/** What `put` needs to bring an entry back as it is, which stays in its place.
 * @param {string} id
 * @returns {Taken | null} */
export function copied(id) {
  const entry = find(id)?.cloneNode(true);
  return entry instanceof HTMLElement ? { entry, after: null } : null;
}

/** How an entry's comment stands, where the list says so.
 * @param {string} id */
export const status = (id) => find(id)?.dataset.status ?? null;

/** Show in an entry that stays what was decided about it.
 * @param {string} id
 * @param {"approved" | "rejected"} now
 * @param {string} text */
export function became(id, now, text) {
  const entry = find(id);
  if (!entry) return;
  entry.dataset.status = now;
  const badge = one(".status", HTMLElement, entry);
  badge.classList.remove("approved", "rejected");
  badge.classList.add(now);
  badge.textContent = now === "approved" ? words("approved") : words("rejected");
  one(".who", HTMLElement, entry).textContent = text;
  pick(entry, false);
}

/** Bring an entry back to where it was, or to the top if its neighbour has gone.
 * @param {Taken} taken */
export function put({ entry, after }) {
  const there = find(datum(entry, "id"));
  if (there && stays) there.replaceWith(entry);
  if (there) return;
  learn(entry);
  pick(entry, false);
  if (after === null) box.append(entry);
  else box.insertBefore(entry, find(after) ?? box.firstElementChild);
  events.emit("picked", false);
}

/** Add entries at the end, without those that are there.
 * @param {HTMLElement[]} added */
export function append(added) {
  for (const entry of added) {
    if (find(datum(entry, "id"))) continue;
    learn(entry);
    box.append(entry);
  }
  events.emit("picked", false);
}

/** Replace the list, keeping the entry in focus where the new list has it, else on top.
 * @param {HTMLElement[]} added */
export function replace(added) {
  const kept = find(focused);
  const seen = new Map(selected().map((id) => [id, find(id)?.dataset.version]));
  box.replaceChildren(...added);
  for (const entry of added) learn(entry);
  const again = find(focused);
  if (kept && !again) box.prepend(kept);
  else if (kept?.dataset.version === again?.dataset.version) again?.replaceWith(kept ?? again);
  for (const entry of entries()) pick(entry, seen.get(datum(entry, "id")) === entry.dataset.version);
  mark(focused);
  events.emit("picked", false);
}

/** Take all entries out. */
export function clear() {
  mark(null);
  box.replaceChildren();
  events.emit("picked", false);
}

/** Select all entries from one to another, whichever is above.
 * @param {HTMLElement} from
 * @param {HTMLElement} to */
export function range(from, to) {
  const all = entries();
  const [begin = 0, end = 0] = [all.indexOf(from), all.indexOf(to)].sort((a, b) => a - b);
  if (begin >= 0) for (const entry of all.slice(begin, end + 1)) pick(entry, true);
}

/** Show that a colleague has an entry, or with null that nobody has.
 * @param {string} id
 * @param {Holder | null} whose */
export function theirs(id, whose) {
  const entry = find(id);
  if (!entry) return;
  entry.classList.toggle("theirs", whose !== null);
  entry.querySelector(".holder")?.remove();
  if (whose) {
    holders.set(id, whose);
    told.set(id, words("%(who)s has it", { who: whose.who }));
    const who = document.createElement("bdi");
    who.textContent = whose.who;
    hold(entry, who, ` ${words("has it")}`);
    pick(entry, false);
  } else {
    holders.delete(id);
    told.delete(id);
    pick(entry, tick(entry).checked);
  }
  events.emit("holder", id);
}

/** Show in an entry what became of it; `gone` is for one that waits no longer.
 * @param {string} id
 * @param {string} text
 * @param {boolean} [gone] */
export function tell(id, text, gone = false) {
  const entry = find(id);
  if (!entry) return;
  entry.classList.add("told");
  entry.classList.toggle("gone", gone);
  told.set(id, text);
  entry.querySelector(".holder")?.remove();
  hold(entry, text);
  events.emit("holder", id);
}

/** @param {HTMLElement} entry
 * @param {(Node | string)[]} what */
function hold(entry, ...what) {
  const line = document.createElement("span");
  line.className = "holder";
  line.append(...what);
  one("a", HTMLElement, entry).append(line);
}

// What has been read of a comment in the list is not what one would decide about.
details.events.on("stale", (id) => {
  const entry = find(id);
  if (!entry || versionOf(entry) >= details.version(id)) return;
  entry.classList.add("outdated");
  pick(entry, false);
});
details.events.on("came", (id) => {
  const entry = find(id);
  if (!entry?.matches(".outdated")) return;
  one(".excerpt", HTMLElement, entry).textContent = shortened(plain(details.have(id), ".words") ?? "", LONGEST);
  entry.dataset.version = String(details.version(id));
  entry.classList.remove("outdated");
  pick(entry, false);
});

/** Select or unselect an entry; a colleague's cannot be, nor one whose text is another by now.
 * @param {HTMLElement} entry
 * @param {boolean} on */
export function pick(entry, on) {
  tick(entry).disabled = !free(entry) || entry.matches(".outdated");
  tick(entry).checked = on && !tick(entry).disabled;
  events.emit("picked", false);
}

/** Select the comment in focus, or unselect it. */
export function turn() {
  const entry = find(focused);
  if (entry) pick(entry, !tick(entry).checked);
  events.emit("picked", true);
}

/** The ids of what is selected. */
export const selected = () => entries().filter((entry) => tick(entry).checked).map((entry) => datum(entry, "id"));

box.addEventListener("change", () => events.emit("picked", true));
