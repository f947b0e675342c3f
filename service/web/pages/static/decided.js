// The page of decided comments: the queue's desk, where what is decided stays in its place.

import { one } from "./dom.js";
import { KEYS } from "./queue-hands.js";
import * as keys from "./queue-keys.js";
import * as mine from "./queue-mine.js";
import * as outbox from "./queue-outbox.js";
import { say } from "./queue-say.js";
import { retry, start } from "./queue-seat.js";
import { undo } from "./queue-undo.js";
import { words } from "./words.js";

outbox.events.on("lost", () => say(words("The connection is lost. You can go on; decisions are kept and go out later."), "bad"));
outbox.events.on("found", () => {
  say(words("The connection is back."), "good");
  retry();
});
window.addEventListener("online", () => { if (outbox.jobs.length) outbox.hurry(); });

keys.start(KEYS);
one("#desk", HTMLElement).classList.add("at-work");
mine.start(undo);
start();
