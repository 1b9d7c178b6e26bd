// What is known of one match: its minutes and its key moments, whatever order they come in. Pure, and bounded.

import { isGoal } from './types.js';

/** As many as the service tells. */
const MOST_MOMENTS = 500;
const MOST_MINUTES = 7 * 24 * 60;
const MINUTE = 60_000;

export class MatchModel {
  #minutes = new Map();
  #moments = new Map();
  #ordered = null;
  metrics = null;
  truncated = false;

  /** Replaces all minutes; of those that came after the question was asked, the fuller ones stay. Counts only grow. */
  putTimeline(windows, since) {
    const newer = since ?? new Map();
    this.#minutes = new Map(windows.map((window) => [Date.parse(window.start), window]));
    this.putMinutes([...newer.values()]);
  }

  /** Minutes as they are now. */
  putMinutes(windows) {
    for (const window of windows) {
      const start = Date.parse(window.start);
      const known = this.#minutes.get(start);
      if (!known || window.events >= known.events) this.#minutes.set(start, window);
    }
    if (this.#minutes.size > MOST_MINUTES) {
      const starts = [...this.#minutes.keys()].sort((a, b) => a - b);
      starts.slice(0, starts.length - MOST_MINUTES).forEach((start) => this.#minutes.delete(start));
    }
  }

  putMoments(moments) {
    moments.forEach((moment) => this.#put(moment));
    this.#settle();
  }

  /**
   * A moment that the stream sent. The list of moments may have brought it before.
   * @returns whether the stream sent it for the first time
   */
  putMoment(moment) {
    const fresh = !this.#moments.get(moment.eventId)?.streamed;
    this.#put({ ...moment, streamed: true });
    this.#settle();
    return fresh;
  }

  #put(moment) {
    const known = this.#moments.get(moment.eventId);
    this.#moments.set(moment.eventId, { ...known, ...moment, retracted: moment.retracted === true || known?.retracted === true });
  }

  /** What a retraction takes back is taken back, whichever came first. */
  #settle() {
    for (const moment of this.#moments.values()) {
      if (moment.eventType !== 'retraction') continue;
      const target = this.#moments.get(String(moment.metadata?.eventId ?? '').toLowerCase());
      if (target && target.eventType !== 'retraction') {
        target.retracted = true;
        target.retractedWhy ??= moment.metadata?.reason ?? null;
      }
    }
    this.#ordered = [...this.#moments.values()].sort((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp));
    if (this.#ordered.length > MOST_MOMENTS) {
      this.#ordered.splice(0, this.#ordered.length - MOST_MOMENTS).forEach((moment) => this.#moments.delete(moment.eventId));
      this.truncated = true;
    }
  }

  /** Oldest first; those of one time in the order in which they came. */
  get moments() {
    return this.#ordered ?? [];
  }

  moment(eventId) {
    return this.#moments.get(eventId);
  }

  /** Every minute between the first and the last, empty ones too. */
  get windows() {
    if (this.#minutes.size === 0) return [];
    const starts = [...this.#minutes.keys()].sort((a, b) => a - b);
    const windows = [];
    const first = Math.max(starts[0], starts.at(-1) - (MOST_MINUTES - 1) * MINUTE);
    for (let start = first; start <= starts.at(-1); start += MINUTE) {
      windows.push(this.#minutes.get(start) ?? { start: new Date(start).toISOString(), events: 0, byType: {}, byTeam: {} });
    }
    return windows;
  }

  /** Events in all minutes: less than the total if a minute was missed. */
  get counted() {
    let sum = 0;
    for (const window of this.#minutes.values()) sum += window.events;
    return sum;
  }

  /** How often each team is named by moments of a kind that were not taken back: Map from team to number. */
  tally(...types) {
    const numbers = {};
    for (const moment of this.moments) {
      if (types.includes(moment.eventType) && !moment.retracted && moment.teamId != null) {
        numbers[moment.teamId] = (numbers[moment.teamId] ?? 0) + 1;
      }
    }
    return numbers;
  }

  get goals() {
    return this.moments.filter((moment) => isGoal(moment.eventType));
  }
}
