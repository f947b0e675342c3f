// Calls to the service's own JSON API, with the page's CSRF token; every failure is a Failure.

const csrf = document.querySelector('meta[name="csrf"]')?.content ?? "";

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
export async function call(method, path, body, { headers = {}, seconds = 15, ...more } = {}) {
  let answer;
  try {
    answer = await fetch(path, {
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
  if (answer.status === 304 || answer.status === 204) return null;
  const read = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Failure(answer.status, read);
  return read;
}
