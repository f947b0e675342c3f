// Comments whole, fetched ahead of the moderator, and the versions that they were seen in.

import { part } from "./api.js";
import { datum, every } from "./dom.js";
import { query } from "./queue-desk.js";
import { Signal } from "./signal.js";

const KEPT = 150;
const AT_ONCE = 10;
const MOST = 100; // entries at once
const search = new URLSearchParams(query).get("q");
/** What was searched for is marked in what is fetched.
 * @type {Record<string, string>} */
const sought = search ? { q: search } : {};
/** @type {Map<string, HTMLElement>} */
const known = new Map();
/** @type {Map<string, Promise<void>>} */
const asked = new Map();
/** @type {Map<string, number>} */
const times = new Map();
/** @type {Map<string, number>} */
const versions = new Map();
/** @type {Map<string, HTMLElement>} */
const entryOf = new Map();
/** What is asked for within one turn goes out together.
 * @type {{ ids: string[], sent: Promise<void> } | null} */
let next = null;

/** @type {Signal<{ came: string, stale: string }>} `came`: this comment is here now, whoever asked
 * for it; `stale`: its text may be another by now
 * than the one that was shown. */
export const events = new Signal();

/** Keep a comment that is here now.
 * @param {HTMLElement} article */
export function keep(article) {
  const id = datum(article, "id");
  known.delete(id);
  known.set(id, article);
  changed(id, Number(datum(article, "version")));
  const oldest = known.keys().next().value;
  if (known.size > KEPT && oldest !== undefined) known.delete(oldest);
}

/** @param {string | null} id */
export const have = (id) => (id === null ? null : known.get(id) ?? null);
/** @param {string} id */
export const version = (id) => versions.get(id) ?? 0;

/** Comments as a decision about many names them: each with the version that was seen.
 * @param {string[]} ids */
export const seen = (ids) => ids.map((id) => ({ id, version: version(id) }));

/** Note the version in which a comment stands now; what is here of an older one is forgotten.
 * @param {string} id
 * @param {number} now */
export function changed(id, now) {
  const before = version(id);
  if (before >= now) return;
  versions.set(id, now);
  if (Number(known.get(id)?.dataset.version) < now) known.delete(id);
  if (before) events.emit("stale", id);
}

/** @param {string} id */
export function forget(id) { known.delete(id); }

/** Note a version that one's own decision made: what is shown stays as it is.
 * @param {string} id
 * @param {number} now */
export function moved(id, now) { versions.set(id, Math.max(version(id), now)); }

/** When what is here of a comment, or is coming, was asked for.
 * @param {string} id */
export const askedAt = (id) => times.get(id) ?? 0;

/** Fetch the entries of comments that are not in the list; of a few the comments come with them.
 * @param {string[]} ids */
export async function withEntries(ids) {
  if (ids.length <= AT_ONCE) { await fetchSome(ids, { listed: "yes" }); return; }
  for (let at = 0; at < ids.length; at += MOST) learn(await ask(ids.slice(at, at + MOST), { listed: "alone" }));
}

/** Fetch comments anew; until then they stay as they are.
 * @param {string[]} ids */
export async function allAgain(ids) {
  fetchInParts(ids);
  await Promise.all(ids.map((id) => asked.get(id)));
}

/** All that are here, by id. */
export const here = () => [...known];

/** Fetch those of these comments that are not here; gives when they are.
 * @param {string[]} ids */
export async function ahead(ids) {
  fetchInParts(ids.filter((id) => !known.has(id) && !asked.has(id)));
  await Promise.all(ids.map((id) => asked.get(id)));
}

/** @param {string[]} ids */
function fetchInParts(ids) {
  for (const id of ids) {
    if (next?.ids.includes(id)) continue;
    if (!next || next.ids.length >= AT_ONCE) next = begun();
    next.ids.push(id);
    asked.set(id, next.sent);
  }
}

function begun() {
  /** @type {string[]} */
  const ids = [];
  return { ids, sent: Promise.resolve().then(() => { next = null; return fetchSome(ids); }) };
}

/**
 * @param {string[]} ids
 * @param {Record<string, string>} [more]
 */
function fetchSome(ids, more = {}) {
  const fetching = ask(ids, more).then(learn).finally(() => ids.forEach((id) => asked.delete(id)));
  for (const id of ids) {
    asked.set(id, fetching);
    times.set(id, performance.now());
  }
  return fetching;
}

/**
 * @param {string[]} ids
 * @param {Record<string, string>} more
 */
const ask = (ids, more) => part(`/queue/details?${new URLSearchParams({ ...sought, ...more, ids: ids.join(",") })}`);

/** @param {DocumentFragment | HTMLElement} content */
function learn(content) {
  for (const each of every("[data-for]", HTMLElement, content)) {
    for (const entry of every(".entry", HTMLElement, each)) entryOf.set(datum(each, "for"), entry);
    for (const article of every("article", HTMLElement, each)) {
      keep(article);
      events.emit("came", datum(each, "for"));
    }
  }
}

/** The entry that came with a comment, once: for one that was not in the list.
 * @param {string} id */
export function entry(id) {
  const found = entryOf.get(id) ?? null;
  entryOf.delete(id);
  return found;
}
