// Calls to the service's own JSON API, with the page's CSRF token; every failure is a Failure.

let csrf = document.querySelector('meta[name="csrf"]')?.content ?? "";

const base = new URL(import.meta.url).pathname.split("/static/")[0];

/** Where a path of the service is for the browser: a proxy may have put it below another path. */
export function at(path) {
  return !base || !path.startsWith("/") || path.startsWith(`${base}/`) ? path : base + path;
}

/** Go on with the token of another session: the person has signed in again. */
export function renew(token) { csrf = token; }

/** Why a call did not do what was asked: `status` 0 means that no answer came at all. */
export class Failure extends Error {
  constructor(status, problem = {}) {
    super(problem.detail ?? "The service did not answer.");
    this.status = status;
    this.code = problem.code ?? "";
    this.problem = problem;
  }
  get lost() { return this.status === 0 || this.status >= 502; }
  get signedOut() { return this.status === 401; }
}

/** Call `method path` with a JSON body; gives the answer's JSON, or null for 204 and 304. */
export async function call(method, path, body, more) {
  const answer = await ask(method, path, body, more);
  return answer.status === 304 || answer.status === 204 ? null : answer.json().catch(() => ({}));
}

/** Call as `call` does, and give the answer itself: for its headers, or when it is no JSON. */
export async function ask(method, path, body, { headers = {}, seconds = 15, ...more } = {}) {
  let answer;
  try {
    answer = await fetch(at(path), {
      method,
      headers: {
        Accept: "application/json",
        ...(method === "GET" ? {} : { "X-CSRF-Token": csrf }),
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin",
      signal: AbortSignal.timeout(seconds * 1000),
      ...more,
    });
  } catch {
    throw new Failure(0);
  }
  if (!answer.ok && answer.status !== 304) {
    throw new Failure(answer.status, await answer.json().catch(() => ({})));
  }
  return answer;
}

/** Fetch a piece of a page as HTML of ours; gives its nodes. */
export async function part(path) {
  const holder = document.createElement("template");
  holder.innerHTML = await (await ask("GET", path)).text();
  return holder.content;
}
