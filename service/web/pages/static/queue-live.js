// Keeps the page up to date by asking what has changed, and shows when the connection is lost.

import { ask } from "./api.js";
import * as outbox from "./queue-outbox.js";
import { ago, say } from "./queue-say.js";
import * as session from "./queue-session.js";

const SEEN_EVERY = 4;
const HIDDEN_EVERY = 30;
const WAITS = [1, 2, 4, 8, 15];
const desk = document.getElementById("desk");
const sign = document.getElementById("live");
const link = document.getElementById("link");
const told = new Set();
let since = desk.dataset.until;
let etag = "";
let failures = 0;
let timer = 0;
let asking = false;

/** What others want to hear: `decided(decisions)`, `held(claims)`, `queue(pending)`, `found()`. */
export const on = { decided: () => {}, held: () => {}, queue: () => {}, found: () => {} };

/** Begin, and ask again whenever the page is looked at or the network is back. */
export function start() {
  document.addEventListener("visibilitychange", now);
  window.addEventListener("online", now);
  window.addEventListener("offline", () => lose());
  outbox.on.lost = () => lose();
  outbox.on.found = () => now();
  now();
}

/** Ask now. */
export function now() {
  clearTimeout(timer);
  poll();
}

async function poll() {
  if (asking) return;
  asking = true;
  let seconds = document.hidden ? HIDDEN_EVERY : SEEN_EVERY;
  try {
    const headers = etag ? { "If-None-Match": etag } : {};
    const answer = await ask("GET", `/v1/review/changes?since=${encodeURIComponent(since)}`, undefined, { headers });
    find();
    if (answer.status !== 304) take(await answer.json(), answer.headers.get("ETag"));
  } catch (failure) {
    if (failure.status === undefined) throw failure;
    if (!(await session.mend(failure))) seconds = lose();
    else if (failure.status === 401) seconds = 0;
  } finally {
    asking = false;
    timer = setTimeout(poll, seconds * 1000);
  }
}

function take(changes, tag) {
  etag = tag ?? "";
  since = changes.until;
  document.getElementById("pending").textContent = changes.pending;
  document.getElementById("oldest").textContent = changes.oldest_at ? `, oldest ${ago(changes.oldest_at)}` : "";
  const fresh = changes.decisions.filter((one) => !told.has(`${one.id}:${one.version}`));
  for (const one of fresh) told.add(`${one.id}:${one.version}`);
  on.decided(fresh);
  on.held(changes.claims);
  on.queue(changes.pending);
}

function lose() {
  const kept = outbox.waiting();
  const seconds = WAITS[Math.min(failures, WAITS.length - 1)];
  if (failures === 0) say("The connection is lost. You can go on; decisions are kept and go out later.", "bad");
  failures += 1;
  sign.dataset.state = "lost";
  link.textContent = `Connection lost, trying again${kept ? `; ${kept} ${kept === 1 ? "decision" : "decisions"} kept` : ""}`;
  return seconds;
}

function find() {
  if (failures) {
    say("The connection is back.", "good");
    outbox.hurry();
    on.found();
  }
  failures = 0;
  sign.dataset.state = "live";
  link.textContent = "";
}
