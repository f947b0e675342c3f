// Keeps the page up to date by asking what has changed, and shows when the connection is lost.

import { ask, failureOf, mend, whole } from "./api.js";
import { datum, one } from "./dom.js";
import * as outbox from "./queue-outbox.js";
import { say } from "./queue-say.js";
import * as work from "./queue-work.js";
import { Signal } from "./signal.js";
import { counted, words } from "./words.js";

/** @typedef {import("./api.js").Changes} Changes */

const SEEN_EVERY = 4;
const HIDDEN_EVERY = 30;
const WAITS = [1, 2, 4, 8, 15];
// Of what filters let through no more is counted.
const COUNTED = 10_000;
const desk = one("#desk", HTMLElement);
const sign = one("#live", HTMLElement);
const link = one("#link", HTMLElement);
const late = one("#late", HTMLElement);
const matching = document.getElementById("matching");
const filters = new URLSearchParams(datum(desk, "query"));
/** @type {Set<string>} */
const told = new Set();
let since = datum(desk, "until");
let loaded = since;
let waitedTooLong = Number(datum(desk, "late"));
let etag = "";
let failures = 0;
let timer = 0;
let asking = false;
let again = false;
// As the service last counted them.
let last = { pending: numberIn(one("#pending", HTMLElement)), matching: numberIn(matching ?? one("#pending", HTMLElement)) };

/** @type {Signal<{ counted: null, decided: import("./api.js").Decided[], held: import("./api.js").Held[], arrived: string[], found: null, late: string }>}
 * `counted`: there are other numbers; `decided`: moderators' decisions not told before; `held`: the claims in force; `arrived`: what
 * has come into this view since the list was loaded; `found`: the connection is back; `late`: in words, more wait
 * too long than before. */
export const events = new Signal();

/** Begin, and ask again whenever the page is looked at or the network is back. */
export function start() {
  document.addEventListener("visibilitychange", now);
  window.addEventListener("online", now);
  window.addEventListener("offline", () => lose());
  outbox.events.on("lost", () => lose());
  outbox.events.on("found", now);
  work.events.on("moved", showCounts);
  now();
}

/** Ask now. */
export function now() {
  clearTimeout(timer);
  poll();
}

/** From now on only what comes after this moment is new: the list was loaded. */
export function reloaded() { loaded = since; }

async function poll() {
  if (asking) { again = true; return; }
  asking = true;
  again = false;
  const begun = performance.now();
  let seconds = document.hidden ? HIDDEN_EVERY : SEEN_EVERY;
  try {
    const query = new URLSearchParams([...filters, ["since", since], ["arrived_since", loaded]]);
    query.delete("order");
    const answer = await ask("GET", `/v1/review/changes?${query}`, undefined, { headers: etag ? { "If-None-Match": etag } : {} });
    find();
    work.count(begun);
    if (answer.status !== 304) take(await whole(answer.json()), answer.headers.get("ETag"));
  } catch (caught) {
    const failure = failureOf(caught);
    if (!(await mend(failure))) seconds = lose();
    else if (failure.status === 401) seconds = 0;
  } finally {
    asking = false;
    timer = setTimeout(poll, again && !failures ? 0 : seconds * 1000);
  }
}

/**
 * @param {Changes} changes
 * @param {string | null} tag
 */
function take(changes, tag) {
  etag = tag ?? "";
  since = changes.until;
  last = changes;
  showCounts();
  tellOldest(changes.oldest_at);
  const fresh = changes.decisions.filter((one) => !told.has(`${one.id}:${one.version}`));
  for (const one of fresh) told.add(`${one.id}:${one.version}`);
  alarm(changes.late);
  events.emit("counted", null);
  events.emit("decided", fresh);
  events.emit("held", changes.claims);
  events.emit("arrived", changes.arrived);
}

/** @param {HTMLElement} node */
function numberIn(node) { return parseInt(node.textContent ?? "", 10); }

// What is decided here is in no number from then on, whether its answer has come or not.
function showCounts() {
  const more = work.difference();
  const [waiting, match] = [last.pending, last.matching].map((each) => String(Math.max(0, each + more)));
  one("#pending", HTMLElement).textContent = waiting ?? "";
  const told = matching && last.matching >= COUNTED ? `${COUNTED}+` : match ?? "";
  if (matching) matching.textContent = told;
  document.title = document.title.replace(/^\(\d+\+?\)/, `(${told})`);
}

// A time that stays true while nothing changes.
/** @param {string | null} at */
function tellOldest(at) {
  const [before = "", after = ""] = words(", oldest %(time)s", { time: "\n" }).split("\n");
  const time = document.createElement("time");
  time.dateTime = at ?? "";
  time.dataset.as = "age";
  one("#oldest", HTMLElement).replaceChildren(...(at ? [before, time, after] : []));
}

// Said once when it begins: the mark in the head stays for as long as something waits too long.
/** @param {number} count */
function alarm(count) {
  const what = counted("%(num)s waits too long", "%(num)s wait too long", count);
  late.hidden = count === 0;
  late.textContent = what;
  if (count > waitedTooLong) {
    say(what, "bad");
    events.emit("late", what);
  }
  waitedTooLong = count;
}

function lose() {
  const kept = outbox.jobs.length;
  const seconds = WAITS[Math.min(failures, WAITS.length - 1)] ?? 0;
  if (failures === 0) say(words("The connection is lost. You can go on; decisions are kept and go out later."), "bad");
  failures += 1;
  sign.dataset.state = "lost";
  link.textContent = kept
    ? counted("Connection lost, trying again; %(num)s decision kept", "Connection lost, trying again; %(num)s decisions kept", kept)
    : words("Connection lost, trying again");
  return seconds;
}

function find() {
  const back = failures > 0;
  failures = 0;
  sign.dataset.state = "live";
  link.textContent = "";
  if (!back) return;
  say(words("The connection is back."), "good");
  outbox.hurry();
  events.emit("found", null);
}
