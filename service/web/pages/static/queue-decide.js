// Decides, skips and takes back: at once on the page, while the answers come behind.

import { call } from "./api.js";
import * as bulk from "./queue-bulk.js";
import * as claims from "./queue-claims.js";
import * as details from "./queue-details.js";
import * as list from "./queue-list.js";
import * as mine from "./queue-mine.js";
import * as outbox from "./queue-outbox.js";
import { say } from "./queue-say.js";
import * as seat from "./queue-seat.js";

const actions = document.getElementById("actions");
const decided = new Map();
const touched = new Set();
const undoing = new Set();

claims.on.undoing = (id) => undoing.has(id);
outbox.on.kept = (jobs) => {
  for (const job of jobs) if (job.taken) mine.state(job.taken.entry.dataset.id, "goes out when the connection is back");
};
seat.on.away = (id) => decided.has(id);

/** Whether a comment was ever decided about in this window, taken back or not. */
export const here = (id) => touched.has(id);

/** Decide about the comment in focus. */
export function decide(action, reason = null) {
  const id = list.current();
  if (!id || !details.have(id)) return say("There is no comment to decide about yet.");
  if (!seat.isReadable()) return say("This comment has only just come up; read it, then decide.", "bad");
  const holder = list.find(id)?.matches(".theirs, .gone");
  if (holder) return say(list.find(id).querySelector(".holder").textContent, "bad");
  const text = seat.note.value.trim() || null;
  const next = seat.nextOf(id);
  const who = list.name(id);
  const what = send(id, action, reason, text);
  seat.setNote(id, "");
  seat.show(next);
  return say(`${what}: ${who}. ${seat.about(next)}`, action === "approve" ? "good" : "plain");
}

function send(id, action, reason, text) {
  const taken = leave(id, action, reason);
  const what = mine.find(id).querySelector(".what").textContent;
  const wanted = action === "approve" ? "approved" : "rejected";
  const job = {
    taken, text,
    send: () => call("POST", `/v1/review/${id}/decision`, { action, reason, note: text, version: details.version(id) }),
    done: (item) => landed(id, item.version),
    refused: async (failure, tries) => {
      const version = tries && failure.code === "stale" ? await outbox.landed(id, wanted).catch(() => null) : null;
      if (version) landed(id, version);
      else comeBack(job, failure.message);
    },
  };
  decided.set(id, job);
  mine.state(id, "sending");
  outbox.push(job);
  return what;
}

// Take a comment out of the list and into the last decisions.
function leave(id, action, reason) {
  const entry = list.find(id) ?? details.entry(id);
  const taken = list.take(id) ?? { entry, after: "" };
  const title = reason ? actions.querySelector(`[value="${reason}"]`).lastChild.textContent.trim().toLowerCase() : "";
  const what = action === "approve" ? "Approved" : `Rejected: ${title}`;
  const whom = [...(taken.entry?.querySelectorAll(".name, .excerpt") ?? [])].slice(0, 2);
  mine.add(id, what, action, whom.flatMap((node) => [node.cloneNode(true), " "]), list.plain(taken.entry?.querySelector(".name")));
  claims.ended(id);
  touched.add(id);
  return taken;
}

function landed(id, version) {
  details.moved(id, version);
  mine.state(id, "");
}

/** A decision was refused: its comment is in the list again, with what happened. */
async function comeBack({ taken, text }, why) {
  const { id } = taken.entry.dataset;
  decided.delete(id);
  mine.remove(id);
  details.forget(id);
  if (text) seat.setNote(id, text);
  list.put(taken);
  say(`${list.name(id)}’s comment came back. ${why}`, "bad");
  await details.ahead([id]).catch(() => {});
  const status = details.have(id)?.dataset.status ?? "pending";
  list.tell(id, status === "pending" ? why : `Came back: it is ${status} by now.`, status !== "pending");
  if (!list.current() || list.current() === id) seat.show(id, { unasked: true });
}

/** Leave the comment in focus to colleagues. */
export function skip() {
  const id = list.current();
  if (!id) return;
  const next = seat.nextOf(id);
  if (!next) return void say("There is no other comment to go on with.");
  list.skipped.add(id);
  list.find(id)?.classList.add("skipped");
  claims.release(id);
  seat.show(next);
  say(`Skipped. ${seat.about(next)}`);
}

/** Take back a decision, the last one unless told which. */
export function undo(id = mine.latest()) {
  if (!id) return void say("There is nothing to undo.");
  const job = decided.get(id);
  decided.delete(id);
  if (job && outbox.withdraw(job)) return void restore(id, job);
  const shown = mine.find(id);
  mine.state(id, "undoing");
  undoing.add(id);
  if (job) restore(id, job);
  outbox.push({
    send: () => call("POST", `/v1/review/${id}/undo`),
    done: (item) => undone(id, item.version, job),
    refused: (failure) => notUndone(id, failure, shown, job),
  });
}

function restore(id, job) {
  mine.remove(id);
  list.skipped.delete(id);
  if (job.text) seat.setNote(id, job.text);
  list.put(job.taken);
  seat.show(id);
  say(`Undone. ${list.name(id)}’s comment waits again.`, "good");
}

async function undone(id, version, job) {
  undoing.delete(id);
  details.moved(id, version);
  await details.again(id).catch(() => {});
  if (!job) {
    mine.remove(id);
    const entry = details.entry(id);
    if (entry && !list.find(id)) list.put({ entry, after: list.entries()[0]?.dataset.id ?? null });
    seat.show(id, { unasked: true });
    say(`Undone. ${list.name(id)}’s comment waits again.`, "good");
  } else if (list.current() === id) seat.show(id, { unasked: true });
  claims.ensure();
}

function notUndone(id, failure, shown, job) {
  undoing.delete(id);
  if (job) {
    list.tell(id, failure.message, true);
    if (list.current() === id) seat.show(seat.nextOf(id), { unasked: true });
  }
  shown?.querySelector("button").remove();
  mine.state(id, failure.message);
  say(failure.message, "bad");
}

bulk.on.going = (ids, action, reason) => {
  const taken = ids.map((id) => leave(id, action, reason));
  for (const one of taken) decided.set(one.entry.dataset.id, { taken: one });
  if (ids.includes(list.current())) seat.show(list.workable(null, 1)[0] ?? null);
  return taken;
};
bulk.on.back = (taken, why) => comeBack({ taken }, why);
