// The sign-in page: takes a one-time link's secret from behind the #, so that no log ever has it.

import { at, call, failureOf } from "./api.js";
import { one } from "./dom.js";

const wish = one("#next", HTMLInputElement).value;
const said = one("#said", HTMLElement);

/** @param {string} secret */
async function byLink(secret) {
  history.replaceState(null, "", location.pathname + location.search);
  try {
    const { next } = await call("POST", "/sign-in/link", { secret, next: wish });
    location.replace(at(next));
  } catch (caught) {
    said.textContent = failureOf(caught).message;
    said.hidden = false;
  }
}

// A browser keeps the session's cookie back when a link elsewhere led here; from here it sends it.
async function known() {
  const { signed_in: signedIn } = await call("GET", "/sign-in/known").catch(() => ({}));
  if (signedIn) location.replace(at(wish || "/"));
}

const secret = location.hash.slice(1);
if (secret) await byLink(secret);
else if (said.hidden) await known();
