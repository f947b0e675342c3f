// The author of the comment in focus, in a drawer: its forms are those of the author's own page.

import { at, failureOf, part } from "./api.js";
import { every, one, origin, typing } from "./dom.js";
import { reload } from "./queue-colleagues.js";
import * as list from "./queue-list.js";
import * as mine from "./queue-mine.js";
import { say } from "./queue-say.js";
import { hold } from "./queue-seat.js";
import { touched } from "./queue-work.js";
import { words } from "./words.js";

const drawer = one("#drawer", HTMLDialogElement);
const inside = one("#drawer-in", HTMLElement);

/** Show the author of the comment in focus, or close it again. */
export async function open() {
  const link = document.querySelector("#focus [data-do=author]");
  if (!(link instanceof HTMLAnchorElement)) return say(words("This comment came without an address: its author is not known."));
  try {
    inside.replaceChildren(one("#author", HTMLElement, await part(link.pathname)));
  } catch (caught) {
    return say(failureOf(caught).message, "bad");
  }
  drawer.showModal();
  return undefined;
}

drawer.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "g" || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  event.stopPropagation(); // or the page's own key would open it again
  drawer.close();
});
drawer.addEventListener("click", (event) => { if (origin(event) === drawer) drawer.close(); });

inside.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement)) return;
  event.preventDefault();
  const page = await sent(form, event.submitter);
  const author = page?.querySelector("#author");
  if (!(author instanceof HTMLElement)) return say(words("That did not work; open the author again."), "bad");
  inside.replaceChildren(author);
  author.querySelector("[role=status], [role=alert]")?.scrollIntoView({ block: "nearest" });
  if (form.dataset.changes === "queue") await queueChanged(author.dataset.id ?? "");
});

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} submitter
 */
async function sent(form, submitter) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form, submitter)) body.append(name, String(value));
  const path = new URL(form.action).pathname;
  const answer = await fetch(at(path), { method: "POST", headers: { Accept: "text/html" }, body }).catch(() => null);
  return answer && new DOMParser().parseFromString(await answer.text(), "text/html");
}

// What waited of this author was decided about here, or waits again.
/** @param {string} author */
async function queueChanged(author) {
  for (const entry of every(".entry", HTMLElement, one("#list", HTMLElement))) {
    const id = entry.dataset.id ?? "";
    if (entry.dataset.author !== author) continue;
    touched.add(id);
    if (id === list.current()) list.mark(null);
    list.take(id);
  }
  await Promise.all([mine.again(), reload()]);
}

drawer.addEventListener("close", hold);
