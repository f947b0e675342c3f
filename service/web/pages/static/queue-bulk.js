// One decision about many: a selection, a question with their number, and what became of each.

import { call } from "./api.js";
import * as details from "./queue-details.js";
import * as list from "./queue-list.js";
import * as outbox from "./queue-outbox.js";
import { say } from "./queue-say.js";

const MOST = 200;
const bar = document.getElementById("bulk");
const all = document.getElementById("all");
const dialog = document.getElementById("many");
const form = dialog.querySelector("form");
const word = (count) => (count === 1 ? "1 comment" : `${count} comments`);

/** What others want to hear: `going(ids)` before, `back(taken, why)` and `done(results)` after. */
export const on = { going: () => [], back: () => {}, done: () => {} };

/** Show how many are selected. */
export function count() {
  const picked = list.selected().length;
  document.getElementById("picked").textContent = picked ? `${picked} selected` : "Select";
  all.checked = picked > 0;
  all.indeterminate = picked > 0 && picked < list.entries().length;
  for (const button of bar.querySelectorAll("button")) button.disabled = picked === 0;
}

/** Ask about the selection, and decide when the answer is yes. */
export function ask(action) {
  const ids = list.selected().map((entry) => entry.dataset.id).slice(0, MOST);
  if (!ids.length) return say("Nothing is selected. X selects the comment in focus.");
  const verb = action === "approve" ? "Approve" : "Reject";
  document.getElementById("many-title").textContent = `${verb} ${word(ids.length)}?`;
  document.getElementById("many-yes").textContent = `${verb} ${word(ids.length)}`;
  document.getElementById("many-reason").hidden = action === "approve";
  form.note.value = "";
  dialog.returnValue = "";
  dialog.onclose = () => { if (dialog.returnValue === "yes") decide(ids, action); };
  dialog.showModal();
  return document.getElementById("many-yes").focus();
}

function decide(ids, action) {
  const reason = action === "reject" ? form.reason.value : null;
  const note = form.note.value.trim() || null;
  const taken = on.going(ids, action, reason);
  say(`${action === "approve" ? "Approving" : "Rejecting"} ${word(ids.length)}.`);
  outbox.push({
    send: async () => {
      await details.ahead(ids.filter((id) => details.version(id) === undefined));
      const items = ids.filter((id) => details.version(id)).map((id) => ({ id, version: details.version(id) }));
      return call("POST", "/v1/review/decisions", { items, action, reason, note });
    },
    done: ({ results }) => finish(results, taken, action),
    refused: (failure) => { for (const one of taken) on.back(one, failure.message); },
  });
}

function finish(results, taken, action) {
  const wanted = action === "approve" ? "approved" : "rejected";
  for (const one of results) {
    if (one.ok) details.moved(one.id, one.version);
    // The first answer may have been lost, and this is the second: then it is as it was wanted.
    else if (one.status !== wanted) on.back(taken.find(({ entry }) => entry.dataset.id === one.id), one.detail);
  }
  const refused = results.filter((one) => !one.ok && one.status !== wanted).length;
  const well = `${results.length - refused} ${wanted}`;
  say(refused ? `${well}, ${word(refused)} came back.` : `${well}.`, refused ? "bad" : "good");
  on.done(results.filter((one) => one.ok));
}

bar.addEventListener("click", ({ target }) => {
  const action = target.closest("[data-bulk]")?.dataset.bulk;
  if (action) ask(action);
});
all.addEventListener("change", () => {
  for (const entry of list.entries().slice(0, MOST)) list.pick(entry, all.checked);
  count();
});
const box = document.getElementById("list");
box.addEventListener("change", count);
// Entries leave, come back and go to colleagues by many ways; each may change what is selected.
new MutationObserver(count).observe(box, { childList: true, subtree: true });
