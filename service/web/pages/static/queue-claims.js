// Claims the comments that come next, a few at a time, renews the one in focus, gives back the rest.

import { call, failureOf } from "./api.js";
import * as details from "./queue-details.js";
import * as list from "./queue-list.js";
import { undoing } from "./queue-work.js";
import { Signal } from "./signal.js";
import { now } from "./times.js";
import { words } from "./words.js";

const BATCH = 6;
const LEFT = 3;
const SOON = 120_000;
const RENEW = 30_000;
// Ten thousand characters are read in less, without a key or a hand.
const AWAY = 600_000;
/** @type {Map<string, number>} */
const mine = new Map();
let working = false;
let busy = false;
let again = false;

/** @type {Signal<{ missed: string, failed: null }>} `missed`: the comment in focus is a colleague's
 * after all; `failed`: the service was not reached. */
export const events = new Signal();

/** @param {string | null} id */
const holds = (id) => id !== null && (mine.get(id) ?? 0) > now() + SOON;

/** Claim from now on: where nothing waits there is nothing to claim. */
export function start() { working = true; }

/** See to it that the comment in focus and the next ones are one's own.
 * @returns {Promise<void>} */
export async function ensure() {
  if (!working) return;
  if (busy) { again = true; return; }
  const id = list.current();
  const next = list.workable(id, BATCH).filter((one) => !undoing.has(one));
  const settled = holds(id) || (id !== null && (undoing.has(id) || list.holder(id) !== null));
  if (!next.length || (settled && next.filter(holds).length >= Math.min(LEFT, next.length))) return;
  busy = true;
  try {
    await claim(next.filter((one) => !holds(one)));
  } catch (caught) {
    failureOf(caught);
    events.emit("failed", null);
  } finally {
    busy = false;
  }
  if (again) { again = false; ensure(); }
}

/** @param {string[]} ids */
async function claim(ids) {
  const got = await ask(ids, {});
  for (const id of ids) {
    if (got.has(id) || !list.find(id)) continue;
    list.theirs(id, { who: words("A colleague"), until: null });
    if (id === list.current()) events.emit("missed", id);
    again = true;
  }
}

/** Take a colleague's claim over; says whether it is one's own now.
 * @param {string} id */
export async function takeOver(id) {
  const got = await ask([id], { take_over: true });
  if (got.has(id)) list.theirs(id, null);
  return got.has(id);
}

/**
 * @param {string[]} ids
 * @param {{ take_over?: boolean }} how
 */
async function ask(ids, how) {
  /** @type {{ items: import("./api.js").Item[] }} */
  const { items } = await call("POST", "/v1/review/claims", { ids, limit: ids.length, ...how });
  for (const item of items) {
    if (!list.find(item.id)) continue; // decided about meanwhile
    mine.set(item.id, Date.parse(item.claim_expires_at ?? ""));
    details.changed(item.id, item.version);
  }
  return new Set(items.map((item) => item.id));
}

/** Forget a claim that ended with its decision, or that a colleague took over.
 * @param {string} id */
export function ended(id) { return mine.delete(id); }

/** Give a claim back.
 * @param {string} id */
export function release(id) {
  if (!mine.delete(id)) return;
  call("DELETE", `/v1/review/claims/${id}`, undefined, { keepalive: true }).catch(() => {});
}

// Whoever reads a long comment keeps it; who has gone away leaves it to colleagues when the claim ends.
let lastAt = performance.now();
for (const kind of ["keydown", "wheel", "touchstart", "touchmove", "pointerdown", "pointermove"]) {
  window.addEventListener(kind, () => { lastAt = performance.now(); }, { capture: true, passive: true });
}
setInterval(() => { if (!document.hidden && performance.now() - lastAt < AWAY) ensure(); }, RENEW);

window.addEventListener("pagehide", () => { for (const id of [...mine.keys()]) release(id); });
