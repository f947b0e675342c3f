// A session that has ended: sign in again in place, so that nothing that was typed is lost.

import { at, renew } from "./api.js";

const dialog = document.getElementById("again");
const form = dialog.querySelector("form");
const said = document.getElementById("again-said");
const me = document.getElementById("desk").dataset.me;
let back = null;
let mended = () => {};

/** If a call failed for want of a session, have the person sign in; says whether to call again. */
export async function mend(failure) {
  if (failure.status !== 401 && failure.status !== 403) return false;
  if (await look("/password")) return true;
  if (failure.status === 403) return false;
  back ??= new Promise((resolve) => { mended = resolve; });
  if (!dialog.open) {
    dialog.showModal();
    form.password.focus();
  }
  await back;
  return true;
}

async function look(path, options = {}) {
  const answer = await fetch(at(path), { headers: { Accept: "text/html" }, ...options }).catch(() => null);
  if (!answer) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector('meta[name="csrf"]')?.content;
  if (!token) {
    said.textContent = page.getElementById("said")?.textContent || "That did not work; try again.";
    return false;
  }
  if (page.querySelector('input[name="name"]')?.value !== me) location.reload();
  renew(token);
  for (const field of document.querySelectorAll('input[name="csrf"]')) field.value = token;
  return true;
}

function finish() {
  dialog.close();
  form.password.value = "";
  said.hidden = true;
  back = null;
  mended();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = new URLSearchParams({ name: form.elements.name.value, password: form.password.value, next: "/password" });
  if (await look("/sign-in", { method: "POST", body })) finish();
  else said.hidden = false;
});
dialog.addEventListener("cancel", (event) => event.preventDefault());
window.addEventListener("focus", async () => {
  if (dialog.open && (await look("/password"))) finish();
});
