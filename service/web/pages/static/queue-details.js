// Comments whole, fetched ahead of the moderator, and the versions that they were seen in.

import { part } from "./api.js";

const KEPT = 150;
const AT_ONCE = 10;
const known = new Map();
const asked = new Map();
const versions = new Map();
const entryOf = new Map();

/** Keep a comment that the page came with. */
export function keep(article) {
  const { id, version } = article.dataset;
  known.delete(id);
  known.set(id, article);
  versions.set(id, Math.max(versions.get(id) ?? 0, Number(version)));
  if (known.size > KEPT) known.delete(known.keys().next().value);
}

export const have = (id) => known.get(id) ?? null;
export const version = (id) => versions.get(id);

/** Note that a comment has another version now; one that is no longer as shown is forgotten. */
export function changed(id, now) {
  if ((versions.get(id) ?? 0) >= now) return;
  versions.set(id, now);
  known.delete(id);
}
export function forget(id) { known.delete(id); }

/** Note a version that one's own decision made: what is shown stays as it is. */
export function moved(id, now) { versions.set(id, now); }

/** Fetch a comment anew; until then it stays as it is. */
export function again(id) {
  if (!asked.has(id)) fetchSome([id]);
  return asked.get(id);
}

/** Fetch those of these comments that are not here; gives when they are. */
export async function ahead(ids) {
  const missing = ids.filter((id) => !known.has(id) && !asked.has(id));
  for (let at = 0; at < missing.length; at += AT_ONCE) fetchSome(missing.slice(at, at + AT_ONCE));
  await Promise.all(ids.map((id) => asked.get(id)));
}

function fetchSome(ids) {
  const fetching = part(`/queue/details?ids=${ids.join(",")}`)
    .then((content) => {
      for (const each of content.querySelectorAll("[data-for]")) {
        entryOf.set(each.dataset.for, each.querySelector(".entry"));
        keep(each.querySelector("article"));
      }
    })
    .finally(() => ids.forEach((id) => asked.delete(id)));
  for (const id of ids) asked.set(id, fetching);
}

/** The entry that came with a comment, once: for one that was not in the list. */
export function entry(id) {
  const found = entryOf.get(id) ?? null;
  entryOf.delete(id);
  return found;
}
