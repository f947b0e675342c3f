// Notices on the desktop, for whoever wants them: a number and no word of anybody's, only while the page is out of sight.

import { keep, kept, one } from "./dom.js";
import * as list from "./queue-list.js";
import * as live from "./queue-live.js";
import { say } from "./queue-say.js";
import { decided } from "./queue-work.js";
import { counted, words } from "./words.js";

const STORE = "queue-notices";
const box = one("#notices-on", HTMLInputElement);
let told = 0;

// It is here since somebody wants notices: from now on, or since an earlier visit.
if (box.checked) choose();
else box.checked = kept(STORE) === "on" && Notification.permission === "granted";
box.addEventListener("change", choose);
live.events.on("arrived", arrived);
live.events.on("late", show);

async function choose() {
  if (box.checked && (await Notification.requestPermission()) !== "granted") {
    box.checked = false;
    say(words("The browser shows no notices of this page; allow them in its settings."), "bad");
  }
  keep(STORE, box.checked ? "on" : "off");
}

/** @param {string[]} ids */
function arrived(ids) {
  const count = ids.filter((id) => !list.find(id) && !decided.has(id)).length;
  if (count > told) show(counted("%(num)s new comment waits", "%(num)s new comments wait", count));
  told = count;
}

/** @param {string} text */
function show(text) {
  if (!box.checked || !document.hidden) return;
  const notice = new Notification(text, { tag: STORE });
  notice.addEventListener("click", () => { window.focus(); notice.close(); });
}
