// Decisions and undos go out here, one after the other, until each is answered.

import { call } from "./api.js";
import * as session from "./queue-session.js";

const WAITS = [1, 2, 4, 8, 15];
const jobs = [];
let running = false;
let wake = () => {};

/** What others want to hear: `lost(waiting)`, `found()`, `kept(jobs)`. */
export const on = { lost: () => {}, found: () => {}, kept: () => {} };

export const waiting = () => jobs.length;

/** Send `job.send()`, whose answer goes to `job.done(answer, tries)`, and a refusal to
 * `job.refused(failure, tries)`. Without a connection or session it stays and is tried again. */
export function push(job) {
  jobs.push(job);
  if (!running) run();
}

/** Take back a job that has not begun; says whether it could be. */
export function withdraw(job) {
  const at = jobs.indexOf(job);
  if (at < 0 || (at === 0 && running && !job.resting)) return false;
  jobs.splice(at, 1);
  wake();
  return true;
}

/** Try again now. */
export const hurry = () => wake();

async function run() {
  running = true;
  let tries = 0;
  while (jobs.length) {
    const job = jobs[0];
    job.resting = false;
    try {
      const answer = await job.send();
      jobs.shift();
      job.done(answer, tries);
      if (tries) on.found();
      tries = 0;
    } catch (failure) {
      if (failure.status === undefined) throw failure;
      if (!(failure.status === 403 && job.mended) && (await session.mend(failure))) {
        job.mended = true; // a second 403 is no matter of the session
        continue;
      }
      if (failure.lost || failure.status === 429 || failure.status === 503) {
        job.resting = true;
        on.kept(jobs);
        await rest(tries++);
        continue;
      }
      jobs.shift();
      job.refused(failure, tries);
      tries = 0;
    }
  }
  running = false;
}

function rest(tries) {
  const seconds = WAITS[Math.min(tries, WAITS.length - 1)];
  on.lost(jobs.length);
  return new Promise((resolve) => {
    wake = resolve;
    setTimeout(resolve, seconds * 1000);
  });
}

/** After a lost answer: whether the decision that went out is on the comment, and its version. */
export async function landed(id, status) {
  const mine = await call("GET", "/v1/review/decisions?limit=50");
  const found = mine.find((one) => one.id === id && one.status === status);
  return found?.version ?? null;
}
