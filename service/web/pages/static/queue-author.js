// The author of the comment in focus, in a drawer: its forms are those of the author's own page.

import { failureOf } from "./api.js";
import * as details from "./queue-details.js";
import * as drawer from "./queue-drawer.js";
import * as list from "./queue-list.js";
import * as mine from "./queue-mine.js";
import { reload } from "./queue-reload.js";
import { say } from "./queue-say.js";
import { words } from "./words.js";

/** Show the author of the comment in focus. */
export async function open() {
  const link = document.querySelector("#focus [data-do=author]");
  if (!(link instanceof HTMLAnchorElement)) return say(words("This comment came without an address: its author is not known."));
  return drawer.show(link.pathname).catch((caught) => say(failureOf(caught).message, "bad"));
}

drawer.closesBy("g", "#author");
drawer.events.on("sent", ({ form, shown }) => {
  if (form.dataset.changes === "queue") queueChanged(shown.dataset.id ?? "");
});

// What waited of this author was decided about here, or waits again.
/** @param {string} author */
async function queueChanged(author) {
  const id = list.current();
  if (id && details.have(id)?.dataset.author === author) {
    list.mark(null);
    list.take(id);
  }
  await Promise.all([mine.again(), reload()]);
}
