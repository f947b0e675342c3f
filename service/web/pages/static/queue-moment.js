// A moment in which what has just been shown is seen: what began before its end was meant for what was there before.

/** Shorter than anybody takes to see and decide, longer than the second press of a double one. */
const SEEN = 300;
let begun = 0;
/** @type {Set<string>} */
const down = new Set();

// What is done counts from when a key or finger went down, not from when the page came to it.
window.addEventListener("keydown", ({ code, repeat, timeStamp }) => {
  down.add(code);
  if (!repeat) begun = timeStamp;
}, { capture: true });
// Of what is let go while Command is down macOS says nothing, and only then that Command is.
window.addEventListener("keyup", ({ code, key }) => {
  if (key === "Meta") down.clear();
  else down.delete(code);
}, { capture: true });
window.addEventListener("blur", () => { down.clear(); });
window.addEventListener("pointerdown", ({ timeStamp }) => { begun = timeStamp; }, { capture: true, passive: true });
// A screen reader, or a voice, presses a button without a key or a finger; a key that is held does not press it anew.
window.addEventListener("click", ({ detail, timeStamp }) => { if (!detail && !down.size) begun = timeStamp; }, { capture: true });

/** The moment after something new is shown in an element, which has `data-new` until it is over.
 * @param {HTMLElement} place */
export function momentOf(place) {
  let over = 0;
  let timer = 0;
  const end = () => {
    over = performance.now();
    delete place.dataset.new;
  };
  return {
    /** Begin it: it lasts for so many milliseconds after the next paint. */
    begin(ms = SEEN) {
      over = Infinity;
      place.dataset.new = "";
      clearTimeout(timer);
      requestAnimationFrame(() => {
        clearTimeout(timer);
        timer = setTimeout(end, ms);
      });
    },
    /** Whether what is being done began after it. */
    isOver: () => begun >= over,
  };
}
