// The queue's page: its own keys beside those of every desk, and the start of everything.

import { every, kept, one } from "./dom.js";
import * as bulk from "./queue-bulk.js";
import * as claims from "./queue-claims.js";
import "./queue-colleagues.js";
import { skip } from "./queue-decide.js";
import { KEYS } from "./queue-hands.js";
import * as keys from "./queue-keys.js";
import * as live from "./queue-live.js";
import * as mine from "./queue-mine.js";
import { start, takeOver } from "./queue-seat.js";
import "./queue-tabs.js";
import { undo } from "./queue-undo.js";
import { events } from "./queue-work.js";

// Without it what stands around the next comments is as they were fetched.
events.on("landed", (id) => {
  const at = performance.now();
  import("./queue-around.js").then(({ changed }) => changed(id, at), () => {});
});
keys.start({ ...KEYS, s: skip, m: bulk.turnWhole, t: takeOver });
one("#desk", HTMLElement).classList.add("at-work");
mine.start(undo);
claims.start();
start();
live.start();
// Notices are for whoever ticked them; a browser that has none has nothing to tick.
const [box] = every("#notices-on", HTMLInputElement);
const notices = () => import("./queue-notices.js").catch(() => {});
if (!("Notification" in window)) box?.closest("label")?.remove();
else if (kept("queue-notices")) notices();
else box?.addEventListener("change", notices, { once: true });
