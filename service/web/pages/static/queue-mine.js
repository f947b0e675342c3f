// The list of one's own last decisions, each of which can be undone.

const MOST = 8;
const box = document.getElementById("last");
const none = document.getElementById("none");
const blank = document.getElementById("decided").content;

/** Add a decision on top: `what` in words, and the nodes that name its comment. */
export function add(id, what, kind, whom, who) {
  remove(id);
  const made = blank.cloneNode(true).firstElementChild;
  made.dataset.id = id;
  made.className = kind;
  made.querySelector(".what").textContent = what;
  made.querySelector(".whom").append(...whom);
  made.querySelector(".about").textContent = who;
  box.prepend(made);
  while (box.children.length > MOST) box.lastElementChild.remove();
  none.hidden = true;
}

export const find = (id) => box.querySelector(`:scope > [data-id="${CSS.escape(id)}"]`);
export const latest = () => box.firstElementChild?.dataset.id ?? null;

export function remove(id) {
  find(id)?.remove();
  none.hidden = box.children.length > 0;
}

/** Say in an entry how its decision fares; nothing when it is done. */
export function state(id, text) {
  const found = find(id)?.querySelector(".state");
  if (found) found.textContent = text;
}

/** Have `undo(id)` called for the buttons, the plain forms of the first paint included. */
export function start(undo) {
  const act = (event) => {
    if (event.type === "click" && event.target.closest("form")) return;
    const button = event.target.closest(event.type === "submit" ? "form" : "button");
    if (!button) return;
    event.preventDefault();
    undo(button.closest("[data-id]").dataset.id);
  };
  box.addEventListener("submit", act);
  box.addEventListener("click", act);
}
