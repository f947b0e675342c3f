// On a touch screen a comment is drawn aside to decide: with the writing approves, against it rejects.

import { one } from "./dom.js";
import { decide } from "./queue-decide.js";
import * as list from "./queue-list.js";
import { words } from "./words.js";

const BEGINS = 14;
const SHARE = 0.3;
const MOST = 140;
const focus = one("#focus", HTMLElement);
const sign = one("#swipe", HTMLElement);
const still = matchMedia("(prefers-reduced-motion: reduce)");
const forward = document.dir === "rtl" ? -1 : 1;

/** @typedef {{ pointer: number, id: string, x: number, y: number, aside: boolean }} Swipe */

/** @type {Swipe | null} */
let swipe = null;

// Two fingers enlarged the page: one finger goes along its lines then, and decides nothing.
const isEnlarged = () => (visualViewport?.scale ?? 1) > 1;
visualViewport?.addEventListener("resize", () => { focus.style.touchAction = isEnlarged() ? "auto" : ""; });

/** How far a finger has to go: less on a narrow screen.  */
const far = () => Math.min(MOST, focus.clientWidth * SHARE);

focus.addEventListener("pointerdown", (event) => {
  const id = list.current();
  const other = swipe !== null || isEnlarged() || !event.isPrimary || event.pointerType !== "touch" || id === null;
  swipe = other || getSelection()?.type === "Range" ? null : { pointer: event.pointerId, id, x: event.clientX, y: event.clientY, aside: false };
});

focus.addEventListener("pointermove", (event) => {
  if (swipe?.pointer !== event.pointerId) return;
  const [across, along] = [event.clientX - swipe.x, event.clientY - swipe.y];
  if (!swipe.aside && Math.abs(along) > BEGINS) { end(); return; }
  if (!swipe.aside && Math.abs(across) < BEGINS) return;
  swipe.aside = true;
  draw(across);
});

focus.addEventListener("pointerup", (event) => {
  if (swipe?.pointer !== event.pointerId) return;
  const { id, aside, x } = swipe;
  const across = (event.clientX - x) * forward;
  end();
  if (!aside || Math.abs(across) < far() || id !== list.current()) return;
  decide(across > 0 ? "approve" : "reject");
});

// The browser scrolls instead: what goes up or down is its own.
focus.addEventListener("pointercancel", end);

/** Show where a finger is, and what would be done there.
 * @param {number} across */
function draw(across) {
  const approves = across * forward > 0;
  sign.hidden = false;
  sign.textContent = approves ? words("Approve") : words("Reject");
  sign.dataset.kind = approves ? "good" : "bad";
  sign.classList.toggle("far", Math.abs(across) >= far());
  if (!still.matches) focus.style.translate = `${across}px`;
}

function end() {
  swipe = null;
  sign.hidden = true;
  focus.style.translate = "";
}
