// The state of one match: its minutes and its key moments, which may arrive in any order. Pure and bounded.

import { isGoal } from './types.js';

/** As many as the service returns. */
const MOST_MOMENTS = 500;
const MOST_MINUTES = 7 * 24 * 60;
const MINUTE = 60_000;

const time = (text, unknown) => (text == null ? unknown : Date.parse(text));
/** The order of moments with the same time: feeds give the teams and the kick-off one time. */
const PLACES = { match_start: -2, period_start: -1, period_end: 1, match_end: 2 };
const placeOf = (moment) => PLACES[moment.eventType] ?? 0;

export class MatchModel {
  #minutes = new Map();
  #moments = new Map();
  #ordered = null;
  metrics = null;
  truncated = false;

  /** Replaces all minutes. A minute that arrived during the request stays if it has more events: counts only grow. */
  putTimeline(windows, since) {
    const newer = since ?? new Map();
    this.#minutes = new Map(windows.map((window) => [Date.parse(window.start), window]));
    this.putMinutes([...newer.values()]);
  }

  /** Adds the current state of some minutes. */
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
   * Adds a moment from the stream. The list of moments may have contained it already.
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
    const retracted = moment.retracted === true || known?.retracted === true;
    this.#moments.set(moment.eventId, { ...known, ...moment, retracted });
  }

  /** Marks retracted moments. A retraction may arrive before its target. */
  #settle() {
    for (const moment of this.#moments.values()) {
      if (moment.eventType !== 'retraction') continue;
      const target = this.#moments.get(String(moment.metadata?.eventId ?? '').toLowerCase());
      if (target && target.eventType !== 'retraction') {
        target.retracted = true;
        target.retractedWhy ??= moment.metadata?.reason ?? null;
      }
    }
    this.#ordered = [...this.#moments.values()].sort((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp)
      || placeOf(a) - placeOf(b));
    if (this.#ordered.length > MOST_MOMENTS) {
      this.#ordered.splice(0, this.#ordered.length - MOST_MOMENTS)
        .forEach((moment) => this.#moments.delete(moment.eventId));
      this.truncated = true;
    }
  }

  /** Oldest first. With the same time, the teams come first, the end comes last, and others are in order of arrival. */
  get moments() {
    return this.#ordered ?? [];
  }

  moment(eventId) {
    return this.#moments.get(eventId);
  }

  /** Every active minute from the first to the last, including empty ones. Events with a wrong clock lie outside. */
  get windows() {
    if (this.#minutes.size === 0) return [];
    const starts = [...this.#minutes.keys()].sort((a, b) => a - b);
    const windows = [];
    const active = this.metrics?.activeMinutes;
    const last = Math.min(starts.at(-1), time(active?.to, Infinity));
    const first = Math.max(starts[0], time(active?.from, -Infinity), last - (MOST_MINUTES - 1) * MINUTE);
    for (let start = first; start <= last; start += MINUTE) {
      windows.push(this.#minutes.get(start)
        ?? { start: new Date(start).toISOString(), events: 0, byType: {}, byTeam: {} });
    }
    return windows;
  }

  /** The events of all minutes: fewer than the total if the page missed a minute. */
  get counted() {
    let sum = 0;
    for (const window of this.#minutes.values()) sum += window.events;
    return sum;
  }

  /** The number of moments of the given types for each team, without retracted ones: Map from team to number. */
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
