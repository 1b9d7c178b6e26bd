// Key moments in words, and as a list on the page.

import { minuteAt, pauseAfter, periodName } from './clock.js';
import { icon, isolated, joined, make, patchChildren, setHidden, setParts, setText } from './dom.js';
import { count, timeOfDay, words } from './format.js';
import { clean, of, sideOf, sideOfMoment } from './sides.js';
import { isGoal } from './types.js';

const ICONS = {
  goal: 'goal', own_goal: 'goal', shootout_goal: 'goal', penalty_missed: 'missed', shootout_missed: 'missed',
  yellow_card: 'yellow', second_yellow_card: 'second-yellow', red_card: 'red',
  substitution: 'substitution', var_review: 'var', retraction: 'retraction',
};

const TITLES = {
  goal: 'Goal', own_goal: 'Own goal', penalty_missed: 'Penalty missed',
  shootout_goal: 'Shoot-out: scored', shootout_missed: 'Shoot-out: missed',
  yellow_card: 'Yellow card', second_yellow_card: 'Second yellow card', red_card: 'Red card',
  substitution: 'Substitution',
  match_start: 'Teams announced', match_end: 'Full time', var_review: 'Video review', retraction: 'Taken back',
};

/** A short title for a moment. */
export function titleOf(moment) {
  const period = moment.metadata?.period;
  if (moment.eventType === 'period_start') return period === '1H' ? 'Kick-off' : `Start of ${periodName(period)}`;
  if (moment.eventType === 'period_end') return pauseAfter(period);
  return TITLES[moment.eventType] ?? words(moment.eventType);
}

/** The minute of play, else the time of day. */
export function minuteOf(moment, periods) {
  const at = Date.parse(moment.timestamp);
  if (['match_start', 'match_end'].includes(moment.eventType)) {
    return { label: timeOfDay(at), long: timeOfDay(at) };
  }
  const minute = minuteAt(periods, at);
  if (minute && minute.label !== 'Pens') return minute;
  return { label: timeOfDay(at), long: timeOfDay(at) };
}

const text = (value) => clean(typeof value === 'number' ? String(value) : value) || null;

/** The name of a team, also of one without a side; null without a team. */
const teamOf = (moment, sides) => sideOf(sides, moment.teamId)?.name
  ?? (moment.teamId == null ? null : `Team ${moment.teamId}`);

/** The players and other details that the event contains, as parts of a text. */
export function detailsOf(moment, sides, model) {
  const { metadata = {} } = moment;
  const player = text(metadata.player) ?? text(metadata.playerName)
    ?? (moment.playerId == null ? null : `player ${moment.playerId}`);
  const details = [[teamOf(moment, sides)]];
  if (moment.eventType === 'substitution') {
    const out = text(metadata.playerOut) ?? text(metadata.playerOutId);
    details.push([player, 'in: '], [out, 'out: player ']);
  } else if (moment.eventType === 'retraction') {
    const target = model.moment(String(metadata.eventId ?? '').toLowerCase());
    details.push([target ? titleOf(target).toLowerCase() : 'an event that is not shown here'], [text(metadata.reason)]);
  } else {
    details.push([player], [text(metadata.detail)], [moment.eventType === 'var_review'
      ? text(metadata.decision) ?? text(metadata.outcome) ?? text(metadata.reason)
      : null]);
  }
  return joined(details.filter(([value]) => value !== null)
    .map(([value, before]) => (before ? [before, isolated(value)] : [isolated(value)])));
}

/** The score after each goal that counts: Map from event to "2–1". */
export function scoresAfter(moments, sides) {
  const goals = [0, 0];
  const scores = new Map();
  for (const moment of moments) {
    if (!isGoal(moment.eventType) || moment.retracted) continue;
    const side = sideOfMoment(sides, moment);
    if (side === null) continue;
    goals[sides.indexOf(side)]++;
    scores.set(moment.eventId, goals.join('–'));
  }
  return scores;
}

/** The announcement for a new moment; null if it is not important enough. */
export function announcementOf(moment, sides, model, periods) {
  const minute = minuteOf(moment, periods).long;
  const who = teamOf(moment, sides);
  const score = moment.score
    ? ` ${sides.map((side) => `${side.name} ${count(of(moment.score, side))}`).join(', ')}.`
    : '';
  switch (moment.eventType) {
    case 'goal':
    case 'own_goal':
      return moment.retracted ? null : `${TITLES[moment.eventType]}, ${who}, ${minute}.${score}`;
    case 'red_card':
    case 'second_yellow_card':
    case 'penalty_missed':
    case 'shootout_goal':
    case 'shootout_missed':
      return moment.retracted ? null : `${TITLES[moment.eventType]}, ${who}, ${minute}.`;
    case 'match_end':
      return `Full time.${score}`;
    case 'retraction': {
      const target = model.moment(String(moment.metadata?.eventId ?? '').toLowerCase());
      return target ? `Taken back: ${titleOf(target).toLowerCase()}.${score}` : null;
    }
    default:
      return null;
  }
}

/** The list of moments, newest first. Only changed entries are drawn again. */
export class Feed {
  #known = new Map();

  constructor(list, empty) {
    this.list = list;
    this.empty = empty;
  }

  show(model, sides, periods) {
    const scores = scoresAfter(model.moments, sides);
    const newest = [...model.moments].reverse();
    setHidden(this.empty, newest.length > 0);
    setHidden(this.list, newest.length === 0);
    patchChildren(this.list, newest, (moment) => moment.eventId, this.#known, (moment) => this.#create(moment, sides),
      (node, moment) => this.#update(node, moment, sides, periods, model, scores));
  }

  #create(moment) {
    const parts = {
      minute: make('span', { class: 'minute' }), title: make('span', { class: 'what' }),
      details: make('span', { class: 'details' }),
      after: make('span', { class: 'after' }), said: make('span', { class: 'said' }),
    };
    const node = make('li', { 'data-type': moment.eventType }, parts.minute, icon(ICONS[moment.eventType] ?? 'clock'),
      make('div', {},
        make('p', { class: 'first' }, parts.title, parts.after),
        make('p', { class: 'second' }, parts.details, parts.said)));
    node.parts = parts;
    return node;
  }

  #update(node, moment, sides, periods, model, scores) {
    const { parts } = node;
    const side = sideOfMoment(sides, moment)?.side ?? 'none';
    node.className = `${side}${isGoal(moment.eventType) ? ' goal' : ''}${moment.retracted ? ' retracted' : ''}`;
    setText(parts.minute, minuteOf(moment, periods).label);
    setText(parts.title, titleOf(moment));
    setParts(parts.details, ...detailsOf(moment, sides, model));
    setText(parts.after, scores.get(moment.eventId) ?? '');
    const why = text(moment.retractedWhy);
    setParts(parts.said, ...(moment.retracted ? [' Taken back', ...(why ? [': ', isolated(why)] : [])] : []));
  }
}
