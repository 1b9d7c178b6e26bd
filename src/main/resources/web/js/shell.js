// The parts that all pages share: the colour switch, the connection state, the notice of old data, and the
// announcements for screen readers.

import { byId, make, setAttribute, setHidden, setText } from './dom.js';
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
  queued: ['waiting', 'In turns'],
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
  #over = false;

  /** @param lastHeardAt returns the time of the last bytes from the service, in milliseconds; 0 if there were none */
  constructor(lastHeardAt) {
    this.#lastHeardAt = lastHeardAt;
    setInterval(() => this.#show(), 1_000);
    this.#show();
  }

  become(state) {
    const well = ['live', 'missing', 'queued'].includes(state.kind);
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

  /** Applies whether the page's match is over: the connection of such a page is not "live". */
  isOver(over) {
    if (this.#over === over) return;
    this.#over = over;
    this.#show();
  }

  #show() {
    const behind = this.#behind !== null && this.#state.kind === 'live';
    const [style, label] = STATES[behind ? 'behind' : this.#state.kind];
    const pill = byId('connection');
    setAttribute(pill, 'data-state', style);
    setText(byId('connection-label'), this.#over && label === 'Live' ? 'Connected' : label);
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

/** The most texts of one announcement. Only a long break of the connection leaves more. */
const MOST_AT_ONCE = 12;
const MOST_KEPT = 30;
const GATHER_MILLIS = 400;

/** Announces texts to screen readers, which read what is appended to the log. */
export class Announcer {
  #waiting = [];
  #timer = 0;

  /** @param text called a moment later, when the data that arrives with the news is known; null if there is no news */
  say(text) {
    this.#waiting.push(text);
    this.#timer ||= setTimeout(() => this.#announce(), GATHER_MILLIS);
  }

  #announce() {
    const texts = this.#waiting.map((text) => text()).filter((text) => text !== null);
    this.#waiting = [];
    this.#timer = 0;
    const more = texts.length - MOST_AT_ONCE;
    const said = more > 0 ? [...texts.slice(more), `And ${more} more.`] : texts;
    const log = byId('announcements');
    log.append(...said.map((text) => make('p', { text })));
    while (log.childElementCount > MOST_KEPT) log.firstElementChild.remove();
  }
}
