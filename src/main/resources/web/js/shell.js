// The parts that all pages share: the colour switch, the connection state, the notice of old data, and the
// announcements for screen readers.

import { byId, setAttribute, setHidden, setText } from './dom.js';
import { timeWithSeconds, wholeSeconds } from './format.js';

/** A shorter break shows no notice. */
const PATIENCE_MILLIS = 3_000;

const STATES = {
  connecting: ['waiting', 'Connecting'],
  live: ['live', 'Live'],
  retrying: ['broken', 'Reconnecting'],
  refused: ['broken', 'Full'],
  missing: ['waiting', 'Waiting'],
  behind: ['broken', 'Behind'],
  paused: ['waiting', 'Paused'],
};

export function startShell() {
  const button = byId('theme');
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => (document.documentElement.dataset.theme ?? (dark.matches ? 'dark' : 'light')) === 'dark';
  const show = () => {
    setAttribute(button, 'aria-pressed', String(isDark()));
    document.dispatchEvent(new CustomEvent('theme'));
  };
  button.addEventListener('click', () => {
    const chosen = isDark() ? 'light' : 'dark';
    document.documentElement.dataset.theme = chosen;
    try {
      localStorage.setItem('theme', chosen);
    } catch {
      // the storage is closed: the choice applies to this page only
    }
    show();
  });
  dark.addEventListener('change', show);
  show();
  for (const link of document.querySelectorAll('.bar nav a')) {
    if (link.pathname === location.pathname) setAttribute(link, 'aria-current', 'page');
  }
}

/** Shows the state of the connection, and the age of the data while the connection is lost. */
export class ConnectionNotice {
  #brokenAt = null;
  #lastHeardAt;
  #state = { kind: 'connecting' };
  #behind = null;

  /** @param lastHeardAt returns the time of the last bytes from the service, in milliseconds; 0 if there were none */
  constructor(lastHeardAt) {
    this.#lastHeardAt = lastHeardAt;
    setInterval(() => this.#show(), 1_000);
    this.#show();
  }

  become(state) {
    const well = state.kind === 'live' || state.kind === 'missing';
    if (well) this.#brokenAt = null;
    else this.#brokenAt ??= Date.now();
    this.#state = state;
    this.#behind = null;
    this.#show();
  }

  /** Applies the service's status: whether it follows the output topics, and the time up to which it has read them. */
  follows({ following, asOf }) {
    this.#behind = following ? null : { asOf };
    this.#show();
  }

  #show() {
    const behind = this.#behind !== null && this.#state.kind === 'live';
    const [style, label] = STATES[behind ? 'behind' : this.#state.kind];
    const pill = byId('connection');
    setAttribute(pill, 'data-state', style);
    setText(byId('connection-label'), label);
    const long = this.#brokenAt !== null && Date.now() - this.#brokenAt > PATIENCE_MILLIS;
    const text = (behind || long) && !document.hidden ? this.#words(behind) : '';
    setHidden(byId('old'), text === '');
    document.documentElement.classList.toggle('is-old', text !== '');
    if (text !== '') setText(byId('old-text'), text);
    setText(byId('old-age'), text === '' ? '' : this.#age(behind));
  }

  /** Constant during a break, because screen readers read each change. */
  #words(behind) {
    const at = this.#shownOf(behind);
    const shown = at === 0 ? '' : ` This page shows data from ${timeWithSeconds(at)}.`;
    if (behind) return `The service receives no new counts right now.${shown}`;
    return this.#state.kind === 'refused'
      ? `The service has reached its limit of viewers.${shown} Trying again.`
      : `No connection to the service.${shown} Trying again.`;
  }

  #age(behind) {
    const at = this.#shownOf(behind);
    return at === 0 ? '' : `${wholeSeconds(Date.now() - at)} old`;
  }

  #shownOf(behind) {
    return behind ? Date.parse(this.#behind.asOf ?? 0) : this.#lastHeardAt();
  }
}

/** Announces texts to screen readers. Texts that arrive close together become one announcement of bounded length. */
export class Announcer {
  #waiting = [];
  #timer = 0;

  say(text) {
    this.#waiting.push(text);
    if (this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      const said = this.#waiting.slice(-3);
      const more = this.#waiting.length - said.length;
      this.#waiting = [];
      const line = document.createElement('p');
      line.textContent = said.join(' ') + (more > 0 ? ` And ${more} more.` : '');
      byId('announcements').replaceChildren(line);
    }, 400);
  }
}
