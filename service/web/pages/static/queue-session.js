// A session that has ended: sign in again in place, so that nothing that was typed is lost.

import { at, renew } from "./api.js";
import { datum, every, one } from "./dom.js";
import { words } from "./words.js";

const LONGEST = 15_000;
const dialog = one("#again", HTMLDialogElement);
const form = one("form", HTMLFormElement, dialog);
const said = one("#again-said", HTMLElement);
const [name, password] = [one("[name=name]", HTMLInputElement, form), one("[name=password]", HTMLInputElement, form)];
const code = one("[name=code]", HTMLInputElement, form);
const [first, then] = [one("#again-password", HTMLFieldSetElement, form), one("#again-code", HTMLFieldSetElement, form)];
const me = datum(document.body, "me");
/** @type {Promise<void> | null} */
let back = null;
let mended = () => {};

/** Have the person sign in after a call that was refused; says whether to call again.
 * @param {import("./api.js").Failure} failure */
export async function mend(failure) {
  const now = await look("/password");
  if (now === "in") return true;
  if (failure.status === 403 && now !== "other") return false;
  back ??= new Promise((resolve) => { mended = resolve; });
  // The dialog has the keyboard and not its fields: keys that were meant for the queue go nowhere.
  if (!dialog.open) dialog.showModal();
  said.hidden = now !== "other";
  await back;
  return true;
}

/** Whether a page is one of this person signed in or of another, or asks for a code or a password.
 * @param {string} path
 * @param {RequestInit} [options]
 * @returns {Promise<"in" | "other" | "code" | "out">}
 */
async function look(path, options = {}) {
  const text = await fetch(at(path), { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(LONGEST), ...options }).then((answer) => answer.text()).catch(() => null);
  if (text === null) return "out";
  const page = new DOMParser().parseFromString(text, "text/html");
  const token = page.querySelector('meta[name="csrf"]')?.getAttribute("content");
  if (!token) {
    said.textContent = page.getElementById("said")?.textContent || "";
    return page.getElementById("by-code") ? "code" : "out";
  }
  const { me: who = "" } = page.body.dataset;
  if (who !== me) { // what one decided never goes out as what somebody else did
    said.textContent = words("%(who)s has signed in with this browser.", { who });
    return "other";
  }
  renew(token);
  for (const field of every('input[name="csrf"]', HTMLInputElement)) field.value = token;
  return "in";
}

/** Ask for a code of the second factor, or for the password.
 * @param {boolean} second */
function ask(second) {
  first.hidden = first.disabled = second;
  then.hidden = then.disabled = !second;
}

function finish() {
  back = null;
  dialog.close();
  password.value = code.value = "";
  ask(false);
  said.hidden = true;
  mended();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const path = first.disabled ? "/sign-in/code" : "/sign-in";
  const body = new URLSearchParams({ next: "/password" });
  for (const field of first.disabled ? [code] : [name, password]) body.set(field.name, field.value);
  said.textContent = words("That did not work; try again.");
  const now = await look(path, { method: "POST", body });
  if (now === "in") return finish();
  ask(now === "code");
  said.hidden = !said.textContent;
  (now === "code" ? code : password).focus();
});
dialog.addEventListener("cancel", (event) => event.preventDefault());
// A browser closes it at a third Escape, whatever is prevented: decisions would wait for nobody.
dialog.addEventListener("close", () => { if (back) dialog.showModal(); });
window.addEventListener("focus", async () => {
  if (dialog.open && (await look("/password")) === "in") finish();
});
