// Times in the reader's own zone: relative where they are short, the whole moment as a title.

import { LANGUAGE, words } from "./words.js";

const UNITS = /** @type {const} */ ([["day", 86_400], ["hour", 3_600], ["minute", 60]]);
const EVERY = 30_000;
const DAY = 86_400;
const moment = new Intl.DateTimeFormat(LANGUAGE, { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
const whole = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "full", timeStyle: "long" });
const relative = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: "always" });
/** To make one takes longer than to write a hundred times with it.
 * @type {Map<string, Intl.NumberFormat>} */
const lengths = new Map();

// By the service's clock: one's own may be wrong by days.
const ahead = Date.parse(document.body.dataset.now ?? "") - Date.now() || 0;

/** What time it is. */
export const now = () => Date.now() + ahead;

/** The reader's time zone, by its name. */
export const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** A length of time in its largest whole unit.
 * @param {number} seconds */
export function lasting(seconds) {
  const found = largest(seconds);
  if (!found) return words("under a minute");
  const [count, unit] = found;
  const length = lengths.get(unit) ?? new Intl.NumberFormat(LANGUAGE, { style: "unit", unit, unitDisplay: "long" });
  lengths.set(unit, length);
  return length.format(count);
}

/** The same as a sentence says it of what is past.
 * @param {number} seconds */
function past(seconds) {
  const found = largest(seconds);
  return found ? relative.format(-found[0], found[1]) : words("under a minute ago");
}

/** @param {number} seconds
 * @returns {[number, "day" | "hour" | "minute"] | null} */
function largest(seconds) {
  const found = UNITS.find(([, size]) => seconds >= size);
  return found ? [Math.floor(seconds / found[1]), found[0]] : null;
}

/** @param {string | number} at */
const since = (at) => Math.max(0, (now() - new Date(at).getTime()) / 1000);

/** Write the time of one element as its `data-as` says: `ago`, `age` or `when`.
 * @param {HTMLTimeElement} node */
function write(node) {
  const at = new Date(node.dateTime);
  if (Number.isNaN(at.getTime())) return;
  const gone = since(at.getTime());
  const how = node.dataset.as;
  const lately = gone < DAY ? ` (${past(gone)})` : "";
  const text = how === "when" ? moment.format(at) + lately : how === "ago" ? past(gone) : lasting(gone);
  if (node.textContent !== text) node.textContent = text;
  if (!node.title) node.title = whole.format(at);
}

/** Write all times beneath a node, and itself.
 * @param {ParentNode} root */
export function dress(root) {
  if (root instanceof HTMLTimeElement && root.dataset.as) write(root);
  for (const node of root.querySelectorAll("time[data-as]")) if (node instanceof HTMLTimeElement) write(node);
}

dress(document);
setInterval(() => dress(document), EVERY);
// Days that are asked for are the reader's days, and so are those of a page that nobody asks.
const home = document.querySelector("a.brand");
const path = home instanceof HTMLAnchorElement ? home.pathname : "/";
document.cookie = `zone=${ZONE}; path=${path}; max-age=${400 * DAY}; samesite=lax`;
for (const field of document.querySelectorAll('input[name="zone"]')) {
  if (field instanceof HTMLInputElement) field.value = ZONE;
}
new MutationObserver((changes) => {
  for (const { addedNodes } of changes) {
    for (const node of addedNodes) if (node instanceof Element) dress(node);
  }
}).observe(document.body, { childList: true, subtree: true });
