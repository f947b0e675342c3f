// A page of ours beside the comment in focus: its forms are sent from here, and what comes back is shown.

import { at, part } from "./api.js";
import { one, origin, typing } from "./dom.js";
import { momentOf } from "./queue-moment.js";
import { say, sayTooSoon } from "./queue-say.js";
import { hold } from "./queue-seat.js";
import { Signal } from "./signal.js";
import { words } from "./words.js";

const LONGEST = 60_000; // all that waits of an author may be thousands
const drawer = one("#drawer", HTMLDialogElement);
const inside = one("#drawer-in", HTMLElement);
const moment = momentOf(inside);
let sending = false;

/** @type {Signal<{ sent: { form: HTMLFormElement, shown: HTMLElement } }>} */
export const events = new Signal();

/** Show the part of a page that is for a drawer.
 * @param {string} path */
export async function show(path) {
  put(one("[data-drawn]", HTMLElement, await part(path)));
  drawer.showModal();
  attend();
}

/** Close it when this key is pressed and the drawer shows what it is for.
 * @param {string} key
 * @param {string} shown - a selector */
export function closesBy(key, shown) {
  drawer.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== key || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (!inside.querySelector(shown)) return;
    event.stopPropagation(); // or the page's own key would open it again
    drawer.close();
  });
}

/** @param {HTMLElement} drawn */
function put(drawn) {
  inside.replaceChildren(drawn);
  moment.begin();
  drawer.setAttribute("aria-labelledby", drawn.getAttribute("aria-labelledby") ?? "");
}

// What a page has the keyboard begin at has it in the drawer too.
function attend() {
  const first = inside.querySelector("[autofocus]");
  if (first instanceof HTMLElement) first.focus();
}

// The button that was pressed is gone: what came of it has the keyboard then, and is heard.
/** @param {HTMLElement} shown */
function tell(shown) {
  const told = shown.querySelector("[role=status], [role=alert]");
  const at = told instanceof HTMLElement ? told : shown;
  at.scrollIntoView({ block: "nearest" });
  if (inside.contains(document.activeElement)) return;
  at.tabIndex = -1;
  at.focus();
}

drawer.addEventListener("click", (event) => { if (origin(event) === drawer) drawer.close(); });
drawer.addEventListener("close", hold);

inside.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== "post") return;
  event.preventDefault();
  if (sending || !moment.isOver()) { sayTooSoon(); return; }
  sending = true;
  const page = await sent(form, event.submitter);
  sending = false;
  const shown = page?.querySelector("[data-drawn]");
  if (!(shown instanceof HTMLElement)) { say(words("That did not work; open it again."), "bad"); return; }
  put(shown);
  attend();
  tell(shown);
  events.emit("sent", { form, shown });
});

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} submitter
 */
async function sent(form, submitter) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form, submitter)) body.append(name, String(value));
  const path = new URL(form.action).pathname;
  const call = fetch(at(path), { method: "POST", headers: { Accept: "text/html" }, body, signal: AbortSignal.timeout(LONGEST) });
  const text = await call.then((answer) => answer.text()).catch(() => null);
  return text === null ? null : new DOMParser().parseFromString(text, "text/html");
}
