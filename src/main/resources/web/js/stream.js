// A stream of server-sent events that reconnects by itself and knows the age of its last data. Only a visible page has
// a connection, because the pages of a browser share few of them.

import { isSeatWanted, takeSeat } from './seats.js';
import { SseParser } from './sse.js';

/** The service sends at least a comment every 15 s. Silence of more than twice that means a dead connection. */
const SILENCE_MILLIS = 35_000;
const CONNECT_MILLIS = 10_000;
const FIRST_RETRY_MILLIS = 500;
const LONGEST_RETRY_MILLIS = 10_000;

/** A page shows that it waits for its turn only if it waits longer than this. */
const SHORT_WAIT_MILLIS = 300;

/** How long a page keeps its connection if other pages wait for one. */
const TURN_MILLIS = 5_000;

/** Whether the page has the data of the last few seconds. */
export const isConnected = ({ kind }) => kind === 'live' || kind === 'queued';

export class Stream {
  #path;
  #on;
  #lastId = '';
  #failures = 0;
  #hinted = FIRST_RETRY_MILLIS;
  #abort = null;
  #retry = 0;
  #state = { kind: 'connecting' };
  #lastHeardAt = 0;

  /**
   * @param on {event(name, data), connected(again), state({kind, retryAt, status})}: kind is connecting, live,
   *     retrying, refused (too many viewers), missing (404), queued (other pages of the browser have all seats) or
   *     paused (the page is hidden); `connected` comes before the connection's first event
   */
  constructor(path, on) {
    this.#path = path;
    this.#on = on;
    document.addEventListener('visibilitychange', () => this.reconnect());
    addEventListener('online', () => this.reconnect());
    addEventListener('pageshow', (e) => e.persisted && this.reconnect());
    addEventListener('pagehide', () => this.#pause());
  }

  start() {
    this.reconnect();
  }

  /** The time of the last bytes from the service, in milliseconds; 0 if there were none. */
  get lastHeardAt() {
    return this.#lastHeardAt;
  }

  get state() {
    return this.#state;
  }

  /** Connects without waiting for the next attempt, or pauses if the page is hidden. */
  reconnect() {
    this.#pause();
    this.#failures = 0;
    if (!document.hidden) this.#connect();
  }

  #pause() {
    clearTimeout(this.#retry);
    this.#abort?.abort();
    this.#abort = null;
    if (document.hidden) this.#become({ kind: 'paused' });
  }

  #become(state) {
    this.#state = state;
    this.#on.state(state);
  }

  async #connect() {
    const abort = new AbortController();
    this.#abort = abort;
    if (!['retrying', 'queued'].includes(this.#state.kind)) this.#become({ kind: 'connecting' });
    let failure = { kind: 'retrying' };
    let silence = 0;
    let freeSeat = () => {};
    let turn = 0;
    try {
      freeSeat = await this.#takeSeat(abort.signal);
      turn = setInterval(() => this.#endTurn(abort), TURN_MILLIS);
      silence = setTimeout(() => abort.abort(), CONNECT_MILLIS);
      const headers = { Accept: 'text/event-stream', ...(this.#lastId ? { 'Last-Event-ID': this.#lastId } : {}) };
      const response = await fetch(this.#path, { headers, cache: 'no-store', signal: abort.signal });
      if (response.ok && response.headers.get('Content-Type')?.startsWith('text/event-stream')) {
        await this.#read(response.body, () => {
          clearTimeout(silence);
          silence = setTimeout(() => abort.abort(), SILENCE_MILLIS);
        });
      } else {
        failure = refusalOf(response);
        await response.body?.cancel();
      }
    } catch {
      // unreachable, silent or unreadable: retried, like a stream that has ended
    } finally {
      clearTimeout(silence);
      clearInterval(turn);
      freeSeat();
    }
    if (this.#abort === abort) this.#later(failure);
  }

  async #takeSeat(signal) {
    const long = setTimeout(() => this.#become({ kind: 'queued' }), SHORT_WAIT_MILLIS);
    try {
      return await takeSeat(signal);
    } finally {
      clearTimeout(long);
    }
  }

  /** Frees the seat if another page waits for one, and asks for the next free seat. */
  async #endTurn(abort) {
    if (!await isSeatWanted() || this.#abort !== abort) return;
    this.#become({ kind: 'queued' });
    this.reconnect();
  }

  async #read(body, heard) {
    const again = this.#lastHeardAt > 0;
    const parser = new SseParser({
      event: (name, data, id) => {
        this.#lastId = id;
        this.#on.event(name, JSON.parse(data));
      },
      retry: (ms) => {
        this.#hinted = Math.min(Math.max(ms, 100), LONGEST_RETRY_MILLIS);
      },
    });
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let first = true;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      heard();
      this.#lastHeardAt = Date.now();
      if (first) {
        first = false;
        this.#failures = 0;
        this.#become({ kind: 'live' });
        this.#on.connected(again);
      }
      parser.push(value);
    }
  }

  #later(failure) {
    const backoff = Math.min(this.#hinted * 2 ** Math.min(this.#failures, 6), LONGEST_RETRY_MILLIS);
    this.#failures++;
    // Thousands of pages may lose their connection at once, so a random delay spreads their attempts.
    const wait = Math.max(failure.retryAfter ?? 0, backoff) * (0.75 + Math.random() / 2);
    this.#become({ ...failure, retryAt: Date.now() + wait });
    this.#retry = setTimeout(() => this.#connect(), wait);
  }
}

function refusalOf(response) {
  const retryAfter = Math.min(Number(response.headers.get('Retry-After')) || 0, 60) * 1_000;
  switch (response.status) {
    case 400: // the id is invalid, so no match has it
    case 404:
      return { kind: 'missing', retryAfter: 5_000 };
    case 429:
    case 503:
      return { kind: 'refused', retryAfter };
    default:
      return { kind: 'retrying', status: response.status, retryAfter };
  }
}
