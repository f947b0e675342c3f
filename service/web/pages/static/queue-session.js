// A session that has ended: sign in again in place, so that nothing that was typed is lost.

import { at, renew } from "./api.js";
import { datum, every, one } from "./dom.js";

const dialog = one("#again", HTMLDialogElement);
const form = one("form", HTMLFormElement, dialog);
const said = one("#again-said", HTMLElement);
const [name, password] = [one("[name=name]", HTMLInputElement, form), one("[name=password]", HTMLInputElement, form)];
const me = datum(document.body, "me");
/** @type {Promise<void> | null} */
let back = null;
let mended = () => {};

/** If a call failed for want of a session, have the person sign in; says whether to call again.
 * @param {import("./api.js").Failure} failure */
export async function mend(failure) {
  if (failure.status !== 401 && failure.status !== 403) return false;
  if (await look("/password")) return true;
  if (failure.status === 403) return false;
  back ??= new Promise((resolve) => { mended = resolve; });
  // The dialog has the keyboard and not its fields: keys that were meant for the queue go nowhere.
  if (!dialog.open) dialog.showModal();
  await back;
  return true;
}

/**
 * @param {string} path
 * @param {RequestInit} [options]
 */
async function look(path, options = {}) {
  const answer = await fetch(at(path), { headers: { Accept: "text/html" }, ...options }).catch(() => null);
  if (!answer) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector('meta[name="csrf"]')?.getAttribute("content");
  if (!token) {
    said.textContent = page.getElementById("said")?.textContent || "That did not work; try again.";
    return false;
  }
  if (page.body.dataset.me !== me) location.reload();
  renew(token);
  for (const field of every('input[name="csrf"]', HTMLInputElement)) field.value = token;
  return true;
}

function finish() {
  dialog.close();
  password.value = "";
  said.hidden = true;
  back = null;
  mended();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = new URLSearchParams({ name: name.value, password: password.value, next: "/password" });
  if (await look("/sign-in", { method: "POST", body })) finish();
  else said.hidden = false;
});
dialog.addEventListener("cancel", (event) => event.preventDefault());
window.addEventListener("focus", async () => {
  if (dialog.open && (await look("/password"))) finish();
});
