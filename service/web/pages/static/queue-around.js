// What stands around comments that are here already is renewed when one's own decisions have changed it.

import { every, one } from "./dom.js";
import * as details from "./queue-details.js";
import * as list from "./queue-list.js";
import { undoing } from "./queue-work.js";

const SOON = 300;
const AROUND = [".facts", ".parent", ".conversation"];
const focus = one("#focus", HTMLElement);
/** Comments to renew, unless they were asked for since.
 * @type {Map<string, number>} */
const waiting = new Map();
let timer = 0;

/** Renew what shows a comment, in its conversation or by its author's record, now that it stands otherwise.
 * @param {string} id
 * @param {number} at - when the service had that */
export function changed(id, at) {
  const author = details.have(id)?.dataset.author;
  for (const [other, article] of details.here()) {
    const shows = (author && article.dataset.author === author) || article.querySelector(`[data-shows="${id}"]`);
    if (shows && other !== id) waiting.set(other, at);
  }
  clearTimeout(timer);
  timer = setTimeout(renew, SOON);
}

async function renew() {
  // What is being taken back is fetched when that is answered.
  const ids = [...waiting].filter(([id, at]) => list.find(id) && !undoing.has(id) && details.askedAt(id) < at).map(([id]) => id);
  waiting.clear();
  await details.allAgain(ids).catch(() => {}); // where it cannot be had it stays as it was seen
  const shown = every("article", HTMLElement, focus)[0];
  if (shown) put(shown);
}

// The comment that is being read stays where it is, and is what is known from now on.
/** @param {HTMLElement} shown */
function put(shown) {
  const fresh = details.have(shown.dataset.id ?? null);
  if (!fresh || fresh === shown || fresh.dataset.version !== shown.dataset.version) return;
  for (const part of AROUND) {
    const [was, now] = [shown, fresh].map((article) => every(part, HTMLElement, article)[0]);
    if (was && now && !was.contains(document.activeElement)) was.replaceWith(now);
  }
  details.keep(shown);
}
