// Claims the comments that come next, a few at a time, renews the one in focus, gives back the rest.

import { call } from "./api.js";
import * as details from "./queue-details.js";
import * as list from "./queue-list.js";

const BATCH = 6;
const LEFT = 3;
const SOON = 120_000;
const mine = new Map();
let busy = false;
let again = false;

/** What others want to hear: `missed(id)`, the comment in focus is a colleague's after all; and say:
 * `undoing(id)`, whether it waits again only when an undo that is on its way has been answered. */
export const on = { missed: () => {}, failed: () => {}, undoing: () => false };

const holds = (id) => (mine.get(id) ?? 0) > Date.now() + SOON;

/** See to it that the comment in focus and the next ones are one's own. */
export async function ensure() {
  if (busy) { again = true; return; }
  const id = list.current();
  const next = list.workable(id, BATCH).filter((one) => !on.undoing(one));
  if (!next.length || ((holds(id) || on.undoing(id)) && next.filter(holds).length >= Math.min(LEFT, next.length))) return;
  busy = true;
  try {
    await claim(next.filter((one) => !holds(one)));
  } catch (failure) {
    if (failure.status === undefined) throw failure;
    on.failed(failure);
  } finally {
    busy = false;
  }
  if (again) { again = false; ensure(); }
}

async function claim(ids) {
  const { items } = await call("POST", "/v1/review/claims", { ids, limit: ids.length });
  for (const item of items) {
    if (!list.find(item.id)) continue; // decided about meanwhile
    mine.set(item.id, Date.parse(item.claim_expires_at));
    details.changed(item.id, item.version);
  }
  for (const id of ids) {
    if (items.some((item) => item.id === id) || !list.find(id)) continue;
    list.theirs(id, "A colleague");
    if (id === list.current()) on.missed(id);
    again = true;
  }
}

/** Forget a claim that ended with its decision. */
export function ended(id) { mine.delete(id); }

/** Give a claim back. */
export function release(id) {
  if (!mine.delete(id)) return;
  call("DELETE", `/v1/review/claims/${id}`, undefined, { keepalive: true }).catch(() => {});
}

window.addEventListener("pagehide", () => { for (const id of [...mine.keys()]) release(id); });
