// All that match, however many: the service counts, decides and takes back, and is asked when that is wanted.

import { call, failureOf } from "./api.js";
import { MANY, note as keep } from "./notes.js";
import { question } from "./queue-bulk.js";
import { query } from "./queue-desk.js";
import * as list from "./queue-list.js";
import * as mine from "./queue-mine.js";
import { reload } from "./queue-reload.js";
import { beginning, ending, say } from "./queue-say.js";
import { undoneWords } from "./queue-undo.js";
import { counted, words } from "./words.js";

const filters = Object.fromEntries([...new URLSearchParams(query)].filter(([name]) => name !== "order"));

/** Ask about all that match, counted anew when it is asked: what comes after that is left alone.
 * @param {import("./queue-decide.js").Action} action */
export async function ask(action) {
  try {
    /** @type {{ count: number, until: string, sample: import("./queue-bulk.js").Sampled[] }} */
    const found = await call("GET", `/v1/review/matching?${new URLSearchParams(filters)}`, undefined, { seconds: 60 });
    if (!found.count) return say(words("Nothing matches any more."));
    return question(action, found.count, found.sample, (verdict) => decide(found, verdict));
  } catch (caught) {
    return say(failureOf(caught).message, "bad");
  }
}

/**
 * @param {{ count: number, until: string }} found
 * @param {import("./queue-decide.js").Verdict} verdict
 */
async function decide({ count, until }, verdict) {
  say(beginning(verdict.action, count));
  try {
    const asked = { ...verdict, filters, until, count };
    /** @type {{ decided: number, refused: unknown[] }} */
    const done = await call("POST", "/v1/review/matching", asked, { seconds: 60 });
    list.clear();
    await Promise.all([mine.again(), reload()]);
    const left = done.refused.length
      ? ` ${counted("%(num)s comment of a colleague stayed.", "%(num)s comments of colleagues stayed.", done.refused.length)}`
      : "";
    say(`${ending(verdict.action, done.decided)}${left}`, "good");
  } catch (caught) {
    keep(MANY, verdict.note);
    say(failureOf(caught).message, "bad");
  }
}

/** Take back a bulk of more comments than its line names.
 * @param {string} at
 * @param {string} first */
export async function undo(at, first) {
  mine.state(first, words("undoing"));
  try {
    /** @type {{ decided: number }} */
    const { decided: count } = await call("POST", "/v1/review/decisions/undo", { at }, { seconds: 60 });
    await Promise.all([mine.again(), reload()]);
    say(undoneWords(count), "good");
  } catch (caught) {
    const { message } = failureOf(caught);
    mine.state(first, message);
    say(message, "bad");
  }
}
