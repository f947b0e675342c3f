// Decisions and undos go out here, one after the other, until each is answered.

import { call, failureOf, mend } from "./api.js";
import { Signal } from "./signal.js";

/** @typedef {object} Job
 * @property {string[]} ids - the comments that it is about
 * @property {() => Promise<any>} send
 * @property {(answer: any) => void} done
 * @property {(failure: import("./api.js").Failure, tries: number) => void} refused
 * @property {string | null} [note] - what goes out with it
 * @property {boolean} [resting] - waits for a connection
 * @property {boolean} [unsure] - it went out, and the answer that came, if any, does not say what became of it
 * @property {boolean} [mended] - a second 403 is no matter of the session
 */

const WAITS = [1, 2, 4, 8, 15];
/** What is not answered yet.
 * @type {Job[]} */
const jobs = [];
let running = false;
let wake = () => {};

/** @type {Signal<{ lost: null, found: null, kept: Job[], empty: null }>} `empty`: everything is answered. */
export const events = new Signal();

export { jobs };

/** Send `job.send()`, whose answer goes to `job.done(answer)`, and a refusal to
 * `job.refused(failure, tries)`. Without a connection or session it stays and is tried again.
 * @param {Job} job */
export function push(job) {
  jobs.push(job);
  if (!running) run();
}

/** Take back a job that is not on its way; says whether it could be. One that is `unsure` may have been done.
 * @param {Job} job */
export function withdraw(job) {
  const at = jobs.indexOf(job);
  if (at < 0 || (at === 0 && running && !job.resting)) return false;
  jobs.splice(at, 1);
  wake();
  return true;
}

/** Try again now. */
export const hurry = () => (running ? wake() : run());

// Whatever goes wrong with one, those after it still go out.
async function run() {
  running = true;
  try {
    await sendAll();
  } finally {
    running = false;
  }
  events.emit("empty", null);
}

async function sendAll() {
  let tries = 0;
  for (let job = jobs[0]; job; job = jobs[0]) {
    job.resting = false;
    try {
      const answer = await job.send();
      jobs.shift();
      job.done(answer);
      if (tries) events.emit("found", null);
      tries = 0;
    } catch (caught) {
      const failure = failureOf(caught);
      if (!(failure.status === 403 && job.mended) && (await mend(failure))) {
        job.mended = true;
      } else if (failure.lost || failure.status === 429 || failure.status === 503) {
        job.resting = true;
        if (failure.status !== 429) job.unsure = true;
        events.emit("kept", jobs);
        await rest(tries++);
      } else {
        jobs.shift();
        job.refused(failure, tries);
        tries = 0;
      }
    }
  }
}

/** @param {number} tries
 * @returns {Promise<void>} */
function rest(tries) {
  const seconds = WAITS[Math.min(tries, WAITS.length - 1)] ?? 0;
  events.emit("lost", null);
  return new Promise((resolve) => {
    wake = resolve;
    setTimeout(resolve, seconds * 1000);
  });
}

/** After a lost answer: whether the decision that went out is on the comment, and its version.
 * @param {string} id
 * @param {string} status
 * @returns {Promise<number | null>} */
export async function landed(id, status) {
  /** @type {import("./api.js").Item[]} */
  const mine = await call("GET", "/v1/review/decisions?limit=50");
  return mine.find((one) => one.id === id && one.status === status)?.version ?? null;
}
