// The band chooser: two handles on a label's scores; what they would change is shown as they stand.

import { datum, one } from "./dom.js";
import { LANGUAGE, words } from "./words.js";

const PAUSE_MS = 120; // between two places of a handle that is moving nothing is asked for
const stage = document.getElementById("stage");
if (stage) start(stage);

/** @param {HTMLElement} stage */
function start(stage) {
  const form = one("#band", HTMLFormElement);
  const axis = datum(stage, "axis").split(" ").map(Number);
  const last = axis.length - 1;
  const scores = new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 4 });
  /** @param {string} name */
  const end = (name) => ({ handle: one(`#${name}-at`, HTMLInputElement), field: one(`[name=${name}]`, HTMLInputElement, form) });
  const [low, high] = [end("low"), end("high")];
  const zones = ["clear", "between", "beyond"].map((name) => one(`.${name}`, SVGRectElement, stage));
  const figures = one("#figures", HTMLElement);
  let timer = 0;
  /** @type {AbortController | null} */
  let asking = null;

  function draw() {
    const [from, to] = [low.handle.valueAsNumber, high.handle.valueAsNumber];
    const ends = [[0, from], [from, to], [to, last]];
    zones.forEach((zone, at) => {
      const [begin = 0, until = 0] = ends[at] ?? [];
      zone.setAttribute("x", String(begin));
      zone.setAttribute("width", String(Math.max(0, until - begin)));
    });
    for (const { handle, field } of [low, high]) {
      handle.setAttribute("aria-valuetext", field.value || field.placeholder || scores.format(axis[handle.valueAsNumber] ?? 0));
    }
  }

  async function look() {
    asking?.abort();
    const mine = new AbortController();
    asking = mine;
    const asked = new URLSearchParams(/** @type {any} */ (new FormData(form)));
    history.replaceState(null, "", `${location.pathname}?${asked}`);
    try {
      const answer = await fetch(`${location.pathname}?${asked}`, { headers: { Accept: "text/html" }, signal: mine.signal });
      const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("figures");
      if (!found) location.reload(); // the session is over: one signs in again
      else if (asking === mine) figures.replaceChildren(...found.childNodes);
    } catch {
      if (!mine.signal.aborted) failed();
    }
  }

  function failed() {
    const said = document.createElement("p");
    said.classList.add("notice", "bad");
    said.textContent = words("The service did not answer.");
    figures.replaceChildren(said);
  }

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE_MS);
  }

  // Where a handle would cross the other, that one goes with it; one that is the model's stays so.
  /** @param {ReturnType<typeof end>} moved */
  function move(moved) {
    const other = moved === low ? high : low;
    moved.field.value = scoreAt(moved.handle);
    const crosses = low.handle.valueAsNumber > high.handle.valueAsNumber;
    if (crosses) {
      other.handle.value = moved.handle.value;
      if (other.field.value) other.field.value = moved.field.value;
    }
    draw();
    soon();
  }

  /** @param {HTMLInputElement} handle */
  const scoreAt = (handle) => String(axis[handle.valueAsNumber] ?? "");

  /** Put a handle where its field says.
   * @param {ReturnType<typeof end>} typed */
  function typedInto({ handle, field }) {
    const score = Number.parseFloat(field.value.replace(",", "."));
    if (score >= 0 && score <= 1) handle.value = String(nearest(score));
    draw();
    soon();
  }

  /** @param {number} score */
  const nearest = (score) => axis.reduce((best, place, at) => (Math.abs(place - score) < Math.abs((axis[best] ?? 0) - score) ? at : best), 0);

  for (const each of [low, high]) {
    each.handle.hidden = false;
    each.handle.addEventListener("input", () => move(each));
    each.field.addEventListener("input", () => typedInto(each));
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    look();
  });
  draw();
}
