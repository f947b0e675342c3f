// The parts of the queue, each with how much waits there: counted anew when that may be another number.

import { failureOf, part } from "./api.js";
import { every, one } from "./dom.js";
import { query } from "./queue-desk.js";
import * as live from "./queue-live.js";
import * as outbox from "./queue-outbox.js";
import * as reloading from "./queue-reload.js";
import * as work from "./queue-work.js";

// Counting takes the service longer than telling what has changed.
const EVERY = 2_000;
const nav = one(".tabs", HTMLElement);
let begun = -Infinity;
let timer = 0;

/** Count anew, at once or as soon as it is time. */
export function refresh() {
  clearTimeout(timer);
  timer = setTimeout(load, Math.max(0, begun + EVERY - performance.now()));
}

async function load() {
  begun = performance.now();
  const found = await part(`/queue/parts?${query}`).catch((caught) => void failureOf(caught));
  if (found) put(every("a", HTMLAnchorElement, found));
}

/** @param {HTMLAnchorElement[]} links */
const places = (links) => links.map((link) => link.getAttribute("href")).join();

// A link stays the same while a finger is on it: mostly only its number is another.
/** @param {HTMLAnchorElement[]} fresh */
function put(fresh) {
  const stale = every("a", HTMLAnchorElement, nav);
  if (places(fresh) !== places(stale)) {
    const at = stale.findIndex((link) => link === document.activeElement);
    nav.replaceChildren(...fresh);
    fresh[Math.min(at, fresh.length - 1)]?.focus();
    return;
  }
  stale.forEach((link, at) => {
    const now = fresh[at]?.innerHTML ?? "";
    if (link.innerHTML !== now) link.innerHTML = now;
  });
}

live.events.on("counted", refresh);
outbox.events.on("empty", refresh);
work.events.on("skipped", refresh);
reloading.events.on("done", refresh);
