// A note that is being written in a plain form outlives a reload, and a decision that came to nothing.

import { every } from "./dom.js";
import { note, noted } from "./notes.js";

// The address of the page that follows tells what was decided about: until then nothing is forgotten.
const did = new URLSearchParams(location.search).get("did") ?? "";
if (noted(`sent:${did}`)) for (const what of [did, `sent:${did}`]) note(what, null);

// Each field says of what it is a note.
for (const field of every("[data-note]", HTMLInputElement)) {
  const what = field.dataset.note ?? "";
  if (!field.value) field.value = noted(what);
  field.addEventListener("input", () => note(what, field.value));
  field.form?.addEventListener("submit", () => {
    note(what, field.value); // of several forms this one is sent
    note(`sent:${what}`, "yes");
  });
}
