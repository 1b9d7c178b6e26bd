// The page of one match, updated as data arrives.

import { getJson, ofMatch } from './api.js';
import { MatchCharts } from './chart.js';
import { clockOf, lastTimeOf, minuteAt, periodsOf } from './clock.js';
import { byId, inNextFrame, setAttribute, setHidden, setText } from './dom.js';
import { count, plural, timeOfDay } from './format.js';
import { MatchModel } from './model.js';
import { announcementOf, Feed, titleOf } from './moments.js';
import { momentum, shareNow } from './momentum.js';
import { Facts, Lifts, minutesTable, Totals, Versus } from './panels.js';
import { Announcer, ConnectionNotice, startShell } from './shell.js';
import { hasShootout, of, sidesOf } from './sides.js';
import { Stream } from './stream.js';
import { fansIn, isGoal } from './types.js';

/** After an outage thousands of pages read again; a random delay spreads their requests. */
const SPREAD_MILLIS = 1_500;
const AGAIN_MILLIS = 5_000;

/** How long the minutes may lag behind the total before they are read again. */
const INCOMPLETE_MILLIS = 10_000;
const GOAL_SHOWS_MILLIS = 6_000;

const matchId = decodeURIComponent(location.pathname.split('/')[2] ?? '');
const model = new MatchModel();
const announcer = new Announcer();
const arrivedSince = new Map();
let reading = false;
let readAgain = 0;
let haveHistory = false;
let wholeHistory = false;
let failure = null;
let unknown = false;
let goalAt = -Infinity;
let incompleteSince = null;

startShell();
const feed = new Feed(byId('feed'), byId('feed-empty'));
const versus = new Versus(byId('versus'));
const totals = new Totals(byId('totals'));
const lifts = new Lifts();
const facts = new Facts();
let charts = null;
const render = inNextFrame(show);

const stream = new Stream(ofMatch(matchId, 'stream'), {
  event: take,
  connected: (again) => readHistory(again ? Math.random() * SPREAD_MILLIS : 0),
  state: (state) => {
    notice.become(state);
    // The API may still answer without a stream: at the viewer limit, or for an old match.
    if (['missing', 'refused', 'retrying'].includes(state.kind)
      && (state.kind === 'refused' || model.metrics === null)) {
      readMetrics();
      if (!haveHistory) readHistory(0);
    }
  },
});
const notice = new ConnectionNotice(() => stream.lastHeardAt);
stream.start();

function take(name, data) {
  switch (name) {
    case 'metrics':
      putMetrics(data);
      break;
    case 'minutes':
      model.putMinutes(data.windows);
      if (reading) data.windows.forEach((window) => arrivedSince.set(window.start, window));
      break;
    case 'event':
      putMoment(data);
      break;
    case 'reload':
      readHistory(Math.random() * SPREAD_MILLIS);
      break;
    case 'status':
      notice.follows(data);
      return;
    default:
      return;
  }
  render();
}

function putMetrics(metrics) {
  // Several instances answer, and some lag behind others. The page never shows older data than before.
  if (model.metrics && metrics.version < model.metrics.version && metrics.stale) return;
  model.metrics = metrics;
  unknown = false;
  failure = null;
}

function putMoment(moment) {
  const { score, shootout, ...bare } = moment;
  const fresh = model.putMoment(bare);
  if (score && model.metrics) model.metrics = { ...model.metrics, score, shootout: shootout ?? model.metrics.shootout };
  if (!fresh || !model.metrics) return;
  const said = announcementOf(moment, sidesOf(model.metrics), model, periodsOf(model.moments, model.metrics));
  if (said) announcer.say(said);
  if (isGoal(moment.eventType) && !moment.retracted) {
    goalAt = performance.now();
    setTimeout(render, GOAL_SHOWS_MILLIS + 50);
  } else if (moment.eventType === 'retraction') {
    goalAt = -Infinity;
  }
}

/** Reads the minutes and moments so far; the stream only sends changes. */
function readHistory(wait) {
  clearTimeout(readAgain);
  readAgain = setTimeout(async () => {
    if (reading) {
      readHistory(500);
      return;
    }
    reading = true;
    arrivedSince.clear();
    try {
      const [timeline, moments] = await Promise.all([
        getJson(ofMatch(matchId, 'timeline')),
        getJson(ofMatch(matchId, 'moments')),
      ]);
      model.putTimeline(timeline.windows, arrivedSince);
      model.putMoments(moments.moments);
      model.truncated ||= moments.truncated;
      haveHistory = true;
      wholeHistory = !timeline.truncated;
      incompleteSince = null;
    } catch (e) {
      if (e.status !== 404 && e.status !== 400) {
        failure = e.message;
        readHistory(Math.max(e.retryAfterSeconds * 1_000, AGAIN_MILLIS));
      } else if (!model.metrics) {
        unknown = true;
      }
    } finally {
      reading = false;
      render();
    }
  }, wait);
}

async function readMetrics() {
  try {
    putMetrics(await getJson(ofMatch(matchId, 'metrics')));
  } catch (e) {
    failure = e.message;
    unknown = (e.status === 404 || e.status === 400) && model.metrics === null;
  }
  render();
}

/** Reads the minutes again if their sum stays below the total: the page missed some. */
function watchCompleteness() {
  const total = model.metrics?.totalEvents ?? 0;
  if (!wholeHistory || model.counted >= total || stream.state.kind !== 'live') {
    incompleteSince = null;
    return;
  }
  incompleteSince ??= performance.now();
  if (performance.now() - incompleteSince > INCOMPLETE_MILLIS) {
    incompleteSince = performance.now() + INCOMPLETE_MILLIS;
    readHistory(0);
  }
}
setInterval(watchCompleteness, 2_000);

function show() {
  const { metrics } = model;
  setHidden(byId('match'), metrics === null);
  setHidden(byId('unknown'), metrics !== null || !unknown);
  setHidden(byId('failed'), metrics !== null || unknown || failure === null);
  setHidden(byId('loading'), metrics !== null || unknown || failure !== null);
  setText(byId('unknown-id'), matchId);
  setText(byId('failed-text'), failure ?? '');
  if (metrics === null) return;
  const sides = sidesOf(metrics);
  const periods = periodsOf(model.moments, metrics);
  const windows = model.windows;
  hero(metrics, sides, periods);
  drawCharts(metrics, sides, periods, windows);
  feed.show(model, sides, periods);
  setHidden(byId('feed-note'), !model.truncated);
  versus.show(model, sides);
  totals.show(metrics);
  facts.show(metrics, periods);
  lifts.show(windows, model.moments, sides, periods, metrics);
  if (byId('minutes-details').open) minutesTable(windows, model.moments, sides, periods, titleOf);
}
byId('minutes-details').addEventListener('toggle', render);

function hero(metrics, sides, periods) {
  const goals = sides.map((side) => of(metrics.score, side));
  const clock = clockOf(metrics.status, periods.at(-1) ?? null, lastTimeOf(metrics),
    decidedBy(metrics, periods));
  const glowing = performance.now() - goalAt < GOAL_SHOWS_MILLIS;
  const names = `${sides[0].name} ${goals[0]}, ${sides[1].name} ${goals[1]}`;
  setText(byId('title'), `${sides[0].name} – ${sides[1].name}`);
  setText(byId('score-said'), names);
  setText(byId('where'), [metrics.competition, metrics.venue].filter(Boolean).join(' · ') || metrics.matchId);
  sides.forEach((side, i) => {
    setText(byId(`${side.side}-name`), side.name);
    setText(byId(`${side.side}-goals`), metrics.status === 'scheduled' ? '' : count(goals[i]));
    scorers(side, sides, periods);
  });
  setText(byId('pens'), hasShootout(metrics.shootout)
    ? `Shoot-out ${sides.map((side) => count(of(metrics.shootout, side))).join('–')}`
    : '');
  setText(byId('clock'), clock.label);
  setAttribute(byId('clock'), 'title', clock.long);
  byId('clock').classList.toggle('running', clock.running);
  byId('score').classList.toggle('scored', glowing);
  document.title = `${sides[0].name} ${goals.join('–')} ${sides[1].name} · ${clock.label}`;
}

function decidedBy(metrics, periods) {
  if (hasShootout(metrics.shootout)) return 'pens';
  return periods.some((period) => ['E1', 'E2'].includes(period.name)) ? 'aet' : '';
}

/** Lists the minutes of the goals that count for a side. */
function scorers(side, sides, periods) {
  const goals = model.goals.filter((goal) => {
    const by = sides.findIndex((one) => one.teamId !== null && one.teamId === goal.teamId);
    return by >= 0 && sides[goal.eventType === 'own_goal' ? 1 - by : by].side === side.side;
  });
  const list = byId(`${side.side}-scorers`);
  const lines = goals.map((goal) => {
    const at = Date.parse(goal.timestamp);
    const minute = minuteAt(periods, at)?.label ?? timeOfDay(at);
    const isPenalty = () => String(goal.metadata?.detail ?? '').toLowerCase() === 'penalty';
    const how = goal.eventType === 'own_goal' ? ' own goal' : isPenalty() ? ' pen' : '';
    return { text: `${minute}${how}`, retracted: goal.retracted };
  });
  const drawn = JSON.stringify(lines);
  if (list.drawn === drawn) return;
  list.drawn = drawn;
  list.replaceChildren(...lines.map(({ text, retracted }) => {
    const line = document.createElement('li');
    const words = document.createElement(retracted ? 's' : 'span');
    words.textContent = text;
    line.append(words);
    return line;
  }));
}

function drawCharts(metrics, sides, periods, windows) {
  charts ??= new MatchCharts(byId('events-chart'), byId('momentum-chart'), point);
  const peak = metrics.peakMinute ? Date.parse(metrics.peakMinute.minute) : null;
  const line = momentum(windows, sides[0].teamId, sides[1].teamId);
  charts.show({ windows, momentum: line, moments: model.moments, periods, sides, peak });
  pointed.windows = windows;
  pointed.sides = sides;
  pointed.periods = periods;
  readout();
  legend(sides, windows);
  setText(byId('up'), `▲ ${sides[0].name}`);
  setText(byId('down'), `▼ ${sides[1].name}`);
  const share = metrics.status === 'live' ? shareNow(windows, sides[0].teamId, sides[1].teamId) : null;
  const [home, away] = share === null ? [] : [Math.round(share * 100), 100 - Math.round(share * 100)];
  setText(byId('balance'), share === null
    ? ''
    : `last 5 minutes: ${sides[0].name} ${home} %, ${sides[1].name} ${away} %`);
  const peakSaid = metrics.peakMinute
    ? ` Peak ${metrics.peakMinute.eventCount} at ${timeOfDay(metrics.peakMinute.minute)}.`
    : '';
  describe('events-chart',
    `Chart of ${windows.length} minutes, ${count(metrics.totalEvents)} events.${peakSaid} A table follows.`);
  describe('momentum-chart',
    `Chart of the momentum of ${sides[0].name}, upwards, and ${sides[1].name}, downwards. A table follows.`);
}

function describe(id, text) {
  setAttribute(byId(id), 'role', 'img');
  setAttribute(byId(id), 'aria-label', text);
}

const pointed = { index: null, windows: [], sides: [], periods: [] };

function point(index) {
  pointed.index = index;
  readout();
}

/** Shows the minute under the pointer, else the newest, in a line that is always visible. */
function readout() {
  const { index, windows, sides, periods } = pointed;
  const window = windows[index ?? windows.length - 1];
  if (!window) return;
  const start = Date.parse(window.start);
  const minute = minuteAt(periods, start + 30_000)?.label;
  const teams = sides.map((side) => `${side.name} ${count(window.byTeam?.[side.teamId] ?? 0)}`);
  const fans = fansIn(window.byType);
  const startOfMinute = (moment) => Math.floor(Date.parse(moment.timestamp) / 60_000) * 60_000;
  const happened = model.moments.filter((moment) => startOfMinute(moment) === start && !moment.retracted)
    .map(titleOf).filter((title) => !/^(Kick-off|Start|End|Half-time|Teams)/.test(title));
  const parts = [
    minute ? `${minute} (${timeOfDay(start)})` : timeOfDay(start),
    plural(window.events, 'event'),
    ...teams,
  ];
  if (fans > 0) parts.push(`fans ${count(fans)}`);
  setText(byId('readout'), [...parts, ...new Set(happened)].join(' · '));
}

function legend(sides, windows) {
  const entries = [
    ['all', 'Events'],
    ...(windows.some((window) => fansIn(window.byType) > 0) ? [['fans', 'Fan events']] : []),
    ['peak', 'Peak'],
    ['ball-home', sides[0].name],
    ['ball-away', sides[1].name],
    ['card', 'Card'],
    ['swap', 'Substitution'],
  ];
  const list = byId('legend');
  const drawn = JSON.stringify(entries);
  if (list.drawn === drawn) return;
  list.drawn = drawn;
  list.replaceChildren(...entries.map(([kind, text]) => {
    const entry = document.createElement('li');
    entry.className = kind;
    entry.textContent = text;
    return entry;
  }));
}
