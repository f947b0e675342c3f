// Calls to the service's own JSON API, with the page's CSRF token; every failure is a Failure.

/** @typedef {{ status: "pending" | "approved" | "rejected" | "erased", version: number }} Standing */
/** @typedef {Standing & { id: string, claimed_by: string | null, claim_expires_at: string | null }} Item */
/** @typedef {{ id: string, ok: boolean, status: string | null, version: number | null, error: string | null, detail: string | null }} Result */
/** @typedef {{ id: string, version: number, status: string, action: string, staff: string, own: boolean }} Decided */
/** @typedef {{ id: string, staff: string, own: boolean, expires_at: string }} Held */
/** @typedef {{ pending: number, late: number, matching: number, arrived: string[], oldest_at: string | null, decisions: Decided[], claims: Held[], until: string }} Changes */
/** @typedef {{ headers?: Record<string, string>, seconds?: number, keepalive?: boolean }} More */

import { words } from "./words.js";

const meta = document.querySelector('meta[name="csrf"]');
let csrf = meta instanceof HTMLMetaElement ? meta.content : "";

const base = new URL(import.meta.url).pathname.split("/static/")[0] ?? "";

/** Where a path of the service is for the browser: a proxy may have put it below another path.
 * @param {string} path */
export function at(path) {
  return !base || !path.startsWith("/") || path.startsWith(`${base}/`) ? path : base + path;
}

/** Go on with the token of another session: the person has signed in again.
 * @param {string} token */
export function renew(token) { csrf = token; }

/** Why a call did not do what was asked: `status` 0 means that no answer came at all. */
export class Failure extends Error {
  /**
   * @param {number} status
   * @param {{ detail?: string, code?: string }} [problem]
   */
  constructor(status, problem = {}) {
    super(problem.detail ?? words("The service did not answer."));
    this.status = status;
    this.code = problem.code ?? "";
  }
  get lost() { return this.status === 0 || this.status >= 502; }
}

/** The Failure that was caught; anything else is an error of ours and goes on.
 * @param {unknown} caught */
export function failureOf(caught) {
  if (caught instanceof Failure) return caught;
  throw caught;
}

/** Call `method path` with a JSON body; gives the answer's JSON, or null for 204 and 304.
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @param {More} [more]
 * @returns {Promise<any>} */
export async function call(method, path, body, more) {
  const answer = await ask(method, path, body, more);
  return answer.status === 304 || answer.status === 204 ? null : whole(answer.json());
}

/** Call as `call` does, and give the answer itself: for its headers, or when it is no JSON.
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @param {More} [more]
 * @returns {Promise<Response>} */
export async function ask(method, path, body, { headers = {}, seconds = 15, ...more } = {}) {
  const answer = await fetch(at(path), {
    method,
    headers: {
      Accept: "application/json",
      ...(method === "GET" ? {} : { "X-CSRF-Token": csrf }),
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...headers,
    },
    body: body === undefined ? null : JSON.stringify(body),
    credentials: "same-origin",
    signal: AbortSignal.timeout(seconds * 1000),
    ...more,
  }).catch(() => { throw new Failure(0); });
  if (!answer.ok && answer.status !== 304) {
    throw new Failure(answer.status, await answer.json().catch(() => ({})));
  }
  return answer;
}

/** If a call failed for want of a session, have the person sign in; says whether to call again.
 * @param {Failure} failure */
export async function mend(failure) {
  if (failure.status !== 401 && failure.status !== 403) return false;
  return import("./queue-session.js").then((session) => session.mend(failure), () => true);
}

/** What is read of an answer; one that broke off halfway is none.
 * @template T
 * @param {Promise<T>} reading */
export const whole = (reading) => reading.catch(() => { throw new Failure(0); });

/** Fetch a piece of a page as HTML of ours; gives its nodes.
 * @param {string} path */
export async function part(path) {
  const holder = document.createElement("template");
  holder.innerHTML = await whole((await ask("GET", path)).text());
  return holder.content;
}
