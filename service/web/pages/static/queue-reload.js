// The list as it is by now: the comment in focus stays.

import { failureOf } from "./api.js";
import * as list from "./queue-list.js";
import { comments, say } from "./queue-say.js";
import * as seat from "./queue-seat.js";
import { Signal } from "./signal.js";
import { words } from "./words.js";

/** @type {Signal<{ begun: null, done: null }>} `begun`: what comes from now on is new. */
export const events = new Signal();

/** Load the list anew. */
export async function reload() {
  events.emit("begun", null);
  try {
    list.replace(await seat.entriesFrom());
  } catch (caught) {
    return say(failureOf(caught).message, "bad");
  }
  events.emit("done", null);
  if (!list.current()) seat.show(list.workable(null, 1)[0] ?? null, { unasked: true });
  return say(words("The list is up to date: %(comments)s here.", { comments: comments(list.entries().length) }));
}
