// The queue's page: its own keys beside those of every desk, and the start of everything.

import { one } from "./dom.js";
import * as bulk from "./queue-bulk.js";
import * as claims from "./queue-claims.js";
import "./queue-colleagues.js";
import { skip } from "./queue-decide.js";
import { KEYS } from "./queue-hands.js";
import * as keys from "./queue-keys.js";
import * as live from "./queue-live.js";
import * as mine from "./queue-mine.js";
import * as notices from "./queue-notices.js";
import { start, takeOver } from "./queue-seat.js";
import "./queue-tabs.js";
import { undo } from "./queue-undo.js";

keys.start({ ...KEYS, s: skip, m: bulk.turnWhole, t: takeOver });
one("#desk", HTMLElement).classList.add("at-work");
mine.start(undo);
claims.start();
start();
live.start();
notices.start();
