// Requests to the service, each with a deadline.

const LIMIT_MILLIS = 8_000;

/** The reason for a missing answer; `status` is 0 if there was no response. */
export class NoAnswer extends Error {
  constructor(status, detail, retryAfterSeconds = 0) {
    super(detail);
    this.name = 'NoAnswer';
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

async function get(path, accept) {
  let response;
  try {
    const signal = AbortSignal.timeout(LIMIT_MILLIS);
    response = await fetch(path, { headers: { Accept: accept }, cache: 'no-store', signal });
  } catch (e) {
    const why = e.name === 'TimeoutError' ? 'The service did not answer in time.' : 'The service cannot be reached.';
    throw new NoAnswer(0, why);
  }
  if (!response.ok) throw await refusal(response);
  return response;
}

async function refusal(response) {
  let detail = `The service answered with status ${response.status}.`;
  try {
    const problem = await response.json();
    if (typeof problem.detail === 'string') detail = problem.detail;
  } catch {
    // without a problem document the status is the reason
  }
  return new NoAnswer(response.status, detail, Number(response.headers.get('Retry-After')) || 0);
}

async function read(path, accept, how) {
  const response = await get(path, accept);
  try {
    return await response[how]();
  } catch (e) {
    throw e instanceof NoAnswer ? e : new NoAnswer(0, 'The response ended prematurely.');
  }
}

export const getJson = (path) => read(path, 'application/json', 'json');

export const getText = (path) => read(path, 'text/plain', 'text');

/** Encodes a path segment. Colons stay as they are: paths allow them, and ids contain them. */
const part = (matchId) => encodeURIComponent(matchId).replaceAll('%3A', ':');

/** The path of a resource of a match. */
export const ofMatch = (matchId, what) => `/api/matches/${part(matchId)}/${what}`;

export const pageOf = (matchId) => `/matches/${part(matchId)}`;
