// Parses server-sent events as their text arrives. Pure. The browser's EventSource exposes neither comments nor status
// codes. Without them the page cannot distinguish a dead connection from a quiet match, or a full service from one that
// is down.

/** No event of this service is nearly as long; a longer one is an error. */
const MOST_CHARS = 4 * 1024 * 1024;

export class SseParser {
  #rest = '';
  #data = [];
  #event = '';
  #lastId = '';
  #size = 0;

  /** @param on {event(name, data, lastEventId), retry(ms)} */
  constructor(on) {
    this.on = on;
  }

  push(text) {
    this.#rest += text;
    let from = 0;
    for (;;) {
      const end = this.#rest.indexOf('\n', from);
      if (end < 0) break;
      const cr = end > from && this.#rest[end - 1] === '\r' ? 1 : 0;
      this.#line(this.#rest.slice(from, end - cr));
      from = end + 1;
    }
    this.#rest = this.#rest.slice(from);
    if (this.#rest.length + this.#size > MOST_CHARS) throw new Error('an event is too large');
  }

  #line(line) {
    if (line === '') {
      this.#dispatch();
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    let value = colon < 0 ? '' : line.slice(colon + 1);
    if (value.startsWith(' ')) value = value.slice(1);
    if (field === 'data') {
      this.#data.push(value);
      this.#size += value.length;
    } else if (field === 'event') {
      this.#event = value;
    } else if (field === 'id') {
      if (!value.includes('\0')) this.#lastId = value;
    } else if (field === 'retry' && /^\d+$/.test(value)) {
      this.on.retry(Number(value));
    }
  }

  #dispatch() {
    const [data, event] = [this.#data, this.#event];
    this.#data = [];
    this.#event = '';
    this.#size = 0;
    if (data.length > 0) this.on.event(event || 'message', data.join('\n'), this.#lastId);
  }
}
