// The match clock: computed from the periods' moments and the event times, never from the current time. Pure.

import { ordinal, words } from './format.js';

/** The minutes of play before each period, and its length by the rules. */
const RULES = {
  '1H': { before: 0, length: 45, name: 'the first half', after: 'HT', pause: 'Half-time' },
  '2H': { before: 45, length: 45, name: 'the second half', after: '90′', pause: 'End of normal time' },
  E1: { before: 90, length: 15, name: 'extra time, first half', after: 'ET HT', pause: 'Half-time of extra time' },
  E2: { before: 105, length: 15, name: 'extra time, second half', after: '120′', pause: 'End of extra time' },
};
const SHOOTOUT = 'P';

/** Longer than any added time. Beyond it the period's end is missing, and any minute would be invented. */
const MOST_ADDED = 30;
const MINUTE = 60_000;

/** Longer than any break. A period that starts later after the last active minute has a wrong clock. */
const LONGEST_BREAK = 60 * MINUTE;

/** The name of a period within a sentence. */
export function periodName(name) {
  return name === SHOOTOUT ? 'the shoot-out' : RULES[name]?.name ?? (name ? `period ${name}` : 'play');
}

/** The name of a period's end. */
export function pauseAfter(name) {
  return name === SHOOTOUT ? 'End of the shoot-out' : RULES[name]?.pause ?? `End of ${periodName(name)}`;
}

/** The start of the last active minute in milliseconds; Infinity if an older service sent the match. */
function lastActiveMinute(match) {
  const to = Date.parse(match?.activeMinutes?.to ?? NaN);
  return Number.isNaN(to) ? Infinity : to;
}

/** The time of the last event, but not after the last active minute: an event with a wrong clock does not move it. */
export function lastTimeOf(match) {
  return Math.min(Date.parse(match.lastEventAt), lastActiveMinute(match) + MINUTE - 1);
}

/**
 * The periods that the moments describe, oldest first.
 * @param moments key moments, oldest first; retracted ones and those with a wrong clock do not count
 * @param match its metrics, if they are known
 * @returns [{name, startedAt, endedAt}] in milliseconds; endedAt is null while it runs
 */
export function periodsOf(moments, match = null) {
  const periods = [];
  const latest = lastActiveMinute(match) + LONGEST_BREAK;
  for (const moment of moments) {
    const at = Date.parse(moment.timestamp);
    if (moment.retracted || at > latest) continue;
    const name = moment.metadata?.period == null ? null : String(moment.metadata.period);
    const open = periods.at(-1);
    if (moment.eventType === 'period_start' && !(open && open.endedAt === null && open.name === name)) {
      if (open && open.endedAt === null) open.endedAt = at;
      periods.push({ name: name ?? String(periods.length + 1) + 'H', startedAt: at, endedAt: null });
    } else if (open && open.endedAt === null && (moment.eventType === 'match_end'
      || (moment.eventType === 'period_end' && !periods.some((one) => one.endedAt !== null && one.name === name)))) {
      open.endedAt = at;
    }
  }
  return periods;
}

/** The period of a match list entry, in the form of {@link periodsOf}; null if it has none. */
export function periodOfSummary(period) {
  if (!period) return null;
  return { name: period.name, startedAt: Date.parse(period.startedAt), endedAt: period.running ? null : -1 };
}

/** The minute of play at a time within a period; the first is 1. Added time is separate. Null for an unknown period. */
export function minuteIn(period, at) {
  const rule = RULES[period?.name];
  if (!rule) return null;
  const elapsed = Math.max(0, Math.floor((at - period.startedAt) / MINUTE)) + 1;
  return elapsed <= rule.length
    ? { minute: rule.before + elapsed, added: 0 }
    : { minute: rule.before + rule.length, added: elapsed - rule.length };
}

/** A minute as text: 67′, 45+2′, 90+′. */
export function minuteLabel({ minute, added }) {
  if (added === 0) return `${minute}′`;
  return added > MOST_ADDED ? `${minute}+′` : `${minute}+${added}′`;
}

/** The minute of play at a time: its short label and its spoken form; null outside of all periods. */
export function minuteAt(periods, at) {
  for (let i = periods.length - 1; i >= 0; i--) {
    const period = periods[i];
    if (at < period.startedAt) continue;
    if (period.endedAt !== null && at > period.endedAt) return null;
    if (period.name === SHOOTOUT) return { label: 'Pens', long: 'penalty shoot-out', period };
    const minute = minuteIn(period, at);
    if (!minute) return null;
    const said = minute.added === 0
      ? `${ordinal(minute.minute)} minute`
      : `${minute.minute} plus ${minute.added} minutes`;
    return { label: minuteLabel(minute), long: said, period };
  }
  return null;
}

/**
 * The minute of play of a minute of the timeline, as {@link minuteAt}. A minute of the timeline touches two minutes of
 * play unless the kick-off was at a full minute. Its middle decides. In the newest one the last event decides, so that
 * the result agrees with the clock.
 * @param start of the minute, milliseconds
 * @param lastEventAt milliseconds
 */
export function minuteOfWindow(periods, start, lastEventAt) {
  const end = start + MINUTE - 1;
  const endOf = (period) => period.endedAt ?? Infinity;
  const period = periods.findLast((one) => one.startedAt <= end && endOf(one) >= start);
  if (!period) return null;
  const at = lastEventAt >= start && lastEventAt <= end ? lastEventAt : start + MINUTE / 2;
  return minuteAt([period], Math.min(Math.max(at, period.startedAt), endOf(period)));
}

/** Whether a match is over. Another version of the service may have more kinds of end than "ended". */
export const isOver = (status) => status !== 'live' && status !== 'scheduled';

/**
 * The text of the clock.
 * @param status scheduled, live, or how the match is over
 * @param period the latest one, null if none is known
 * @param lastEventAt milliseconds
 * @param decided how the match was decided: '' in normal time, 'aet' or 'pens'
 * @returns {label, long, running}
 */
export function clockOf(status, period, lastEventAt, decided = '') {
  if (status === 'scheduled') return { label: 'Soon', long: 'not started', running: false };
  if (isOver(status)) {
    if (status !== 'ended') return { label: words(status), long: words(status), running: false };
    const after = { aet: ['AET', 'ended after extra time'], pens: ['Pens', 'ended, decided on penalties'] }[decided];
    return after
      ? { label: after[0], long: after[1], running: false }
      : { label: 'FT', long: 'full time', running: false };
  }
  if (!period) return { label: 'Live', long: 'live', running: true };
  const rule = RULES[period.name];
  if (period.endedAt !== null) {
    return { label: rule?.after ?? 'Break', long: rule?.pause ?? 'a break', running: false };
  }
  if (period.name === SHOOTOUT) return { label: 'Pens', long: 'penalty shoot-out', running: true };
  const at = minuteAt([period], Math.max(lastEventAt, period.startedAt));
  return at
    ? { label: at.label, long: `${at.long}, ${periodName(period.name)}`, running: true }
    : { label: String(period.name), long: periodName(period.name), running: true };
}

/** Ticks of a time axis: each period's start and every 15 minutes of play, as [{at, label}]. */
export function playTicks(periods) {
  const ticks = [];
  for (const period of periods) {
    const rule = RULES[period.name];
    if (!rule) {
      ticks.push({ at: period.startedAt, label: period.name === SHOOTOUT ? 'Pens' : String(period.name) });
      continue;
    }
    for (let minute = 0; minute <= rule.length; minute += 15) {
      const last = minute === rule.length;
      // The next period has this tick.
      if (last && (rule.before + minute === 45 || rule.before + minute === 105)) continue;
      ticks.push({ at: period.startedAt + minute * MINUTE, label: `${rule.before + minute}′` });
    }
  }
  return ticks;
}
