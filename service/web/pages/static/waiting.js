// How much waits stands beside the queue's name in the menus of other pages, and is true whenever one looks.

import { call } from "./api.js";
import { every } from "./dom.js";
import { number } from "./words.js";

async function show() {
  /** @type {{ pending: number } | null} */
  const found = await call("GET", "/queue/waiting").catch(() => null);
  if (!found) return; // a menu without a number leads there as well
  for (const link of every('.top nav a[href$="/queue"]', HTMLAnchorElement)) {
    const place = link.querySelector("span") ?? document.createElement("span");
    place.textContent = ` ${number(found.pending)}`;
    link.append(place);
  }
}

document.addEventListener("visibilitychange", () => { if (!document.hidden) show(); });
show();
