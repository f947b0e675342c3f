// One key for each thing to do; they can be turned off, for people who speak to their computer.

const STORE = "queue-keys";
const box = document.getElementById("keys-on");
const REPEATED = new Set(["j", "k"]);

/** Have `actions[key]()` called for plain keys that are typed into nothing. */
export function start(actions) {
  box.checked = localStorage.getItem(STORE) !== "off";
  box.addEventListener("change", () => localStorage.setItem(STORE, box.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && typing(event.target)) return event.target.blur();
    if (!meant(event)) return;
    const action = actions[event.key] ?? actions[event.key.toLowerCase()];
    if (!action || (event.repeat && !REPEATED.has(event.key))) return;
    event.preventDefault();
    action();
  });
}

function meant(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
  if (document.querySelector("dialog[open]") || typing(event.target)) return false;
  return box.checked || event.key === "?";
}

function typing(target) {
  return target.matches?.("textarea, select, input:not([type=checkbox])") ?? false;
}
