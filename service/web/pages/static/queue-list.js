// The list of waiting comments: which is in focus, which can be worked, what is selected.

const box = document.getElementById("list");
const side = document.getElementById("side");
const bar = document.getElementById("bulk");
const EDGE = 12;
let focused = null;

/** Ids that a moderator left to colleagues in this sitting. */
export const skipped = new Set();

export const current = () => focused;
export const entries = () => [...box.children];
export const find = (id) => (id ? box.querySelector(`:scope > [data-id="${CSS.escape(id)}"]`) : null);
export const name = (id) => plain(find(id)?.querySelector(".name")) || "this author";
const free = (entry) => !entry.classList.contains("theirs") && !entry.classList.contains("gone");

/** The words of an untrusted text for a sentence of ours: what stands in a box is set apart. */
export function plain(node) {
  const copy = node?.cloneNode(true);
  for (const hidden of copy?.querySelectorAll(".hidden") ?? []) hidden.replaceWith(` [${hidden.textContent}] `);
  return copy?.textContent.replace(/\s+/g, " ").trim() ?? "";
}

/** Put the mark of the focus on an entry, or on none. */
export function mark(id) {
  find(focused)?.querySelector("a").removeAttribute("aria-current");
  focused = id;
  const entry = find(id);
  entry?.querySelector("a").setAttribute("aria-current", "true");
  return entry;
}

/** Scroll the list to an entry, where it scrolls by itself; the window stays, for the comment is in it. */
export function reveal(entry) {
  const [frame, place] = [side.getBoundingClientRect(), entry.getBoundingClientRect()];
  const above = place.top - Math.max(frame.top, bar.getBoundingClientRect().bottom) - EDGE;
  const below = place.bottom - frame.bottom + EDGE;
  if (above < 0) side.scrollTop += above;
  else if (below > 0) side.scrollTop += below;
}

/** The entry after or before another, whoever has it. */
export function beside(id, step) {
  const all = entries();
  const at = all.findIndex((entry) => entry.dataset.id === id);
  return all[at < 0 ? 0 : at + step]?.dataset.id ?? null;
}

/** Up to `count` comments to work from an entry on, from the top again at the end. */
export function workable(from, count, { itself = true } = {}) {
  const all = entries();
  const at = Math.max(0, all.findIndex((entry) => entry.dataset.id === from));
  const turned = [...all.slice(at), ...all.slice(0, at)];
  return turned
    .filter((entry) => free(entry) && !skipped.has(entry.dataset.id))
    .map((entry) => entry.dataset.id)
    .filter((id) => itself || id !== from)
    .slice(0, count);
}

/** Take an entry out; gives what `put` needs to bring it back to its place. */
export function take(id) {
  const entry = find(id);
  if (!entry) return null;
  const after = entry.nextElementSibling?.dataset.id ?? null;
  entry.remove();
  return { entry, after };
}

/** Bring an entry back to where it was, or to the top if its neighbour has gone. */
export function put({ entry, after }) {
  if (find(entry.dataset.id)) return;
  pick(entry, false);
  const anchor = find(after);
  if (after === null) box.append(entry);
  else box.insertBefore(entry, anchor ?? box.firstElementChild);
}

/** Add entries at the end, without those that are there. */
export function append(added) {
  for (const entry of [...added]) if (!find(entry.dataset.id)) box.append(entry);
}

/** Replace the list, keeping the entry in focus where the new list has it, else on top. */
export function replace(added) {
  const kept = find(focused);
  const seen = new Set(selected().map((entry) => entry.dataset.id));
  box.replaceChildren(...added);
  const again = find(focused);
  if (again) again.replaceWith(kept);
  else if (kept) box.prepend(kept);
  for (const entry of entries()) pick(entry, seen.has(entry.dataset.id));
  mark(focused);
}

/** Show that a colleague has an entry, or with null that nobody has. */
export function theirs(id, who) {
  const entry = find(id);
  if (!entry) return;
  entry.classList.toggle("theirs", who !== null);
  const holder = entry.querySelector(".holder");
  const whose = document.createElement("bdi");
  whose.textContent = who ?? "";
  holder.replaceChildren(...(who === null ? [] : [whose, " has it"]));
  if (who !== null) pick(entry, false);
}

/** Show in an entry what became of it; `gone` is for one that waits no longer. */
export function tell(id, text, gone = false) {
  const entry = find(id);
  if (!entry) return;
  entry.classList.add("told");
  entry.classList.toggle("gone", gone);
  entry.querySelector(".holder").textContent = text;
}

/** Select or unselect an entry; a colleague's cannot be. */
export function pick(entry, on) {
  const tick = entry.querySelector(".pick");
  tick.disabled = !free(entry);
  tick.checked = on && !tick.disabled;
}
export const selected = () => entries().filter((entry) => entry.querySelector(".pick").checked);
