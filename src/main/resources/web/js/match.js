// The page of one match, updated as data arrives.

import { getJson, ofMatch } from './api.js';
import { MatchCharts } from './chart.js';
import { clockOf, isOver, lastTimeOf, minuteAt, minuteOfWindow, periodsOf } from './clock.js';
import { byId, inNextFrame, isolated, joined, setAttribute, setHidden, setParts, setText } from './dom.js';
import { count, isolatedText, plural, since, timeOfDay } from './format.js';
import { MatchModel } from './model.js';
import { announcementOf, Feed, titleOf } from './moments.js';
import { momentum, shareNow } from './momentum.js';
import { Facts, Lifts, minutesTable, Totals, Versus } from './panels.js';
import { quietSince, ServiceTime } from './quiet.js';
import { Announcer, ConnectionNotice, startShell } from './shell.js';
import { clean, hasShootout, of, sideOfMoment, sidesOf } from './sides.js';
import { isConnected, Stream } from './stream.js';
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
const service = new ServiceTime(() => performance.now());
const arrivedSince = new Map();
let reading = false;
let readAgain = 0;
let haveHistory = false;
let wholeHistory = false;
let failure = null;
let unknown = false;
let goalAt = -Infinity;
let incompleteSince = null;
let shownQuiet = '';

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
    if (!isConnected(state)) service.lost();
    // The API answers without a stream: at the viewer limit, for an old match, or while this page is not connected.
    if (state.kind === 'refused'
      || (model.metrics === null && ['missing', 'retrying', 'paused', 'queued'].includes(state.kind))) {
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
      service.status(data);
      break;
    default:
      return;
  }
  render();
}

function putMetrics(metrics) {
  // Several instances answer, and some lag behind others. The page never shows older data than before.
  if (model.metrics && metrics.version < model.metrics.version && metrics.stale) return;
  model.metrics = metrics;
  service.saw(metrics.lastActivityAt);
  unknown = false;
  failure = null;
}

function putMoment(moment) {
  const { score, shootout, ...bare } = moment;
  const fresh = model.putMoment(bare);
  if (score && model.metrics) model.metrics = { ...model.metrics, score, shootout: shootout ?? model.metrics.shootout };
  if (!fresh) return;
  // The metrics with the names of the teams may arrive after the moment.
  announcer.say(() => announcementOf(moment, sidesOf(model.metrics ?? moment), model,
    periodsOf(model.moments, model.metrics)));
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
setInterval(() => {
  watchCompleteness();
  if (model.metrics && quiet() !== shownQuiet) render();
}, 2_000);

/** The text for a match without data; empty while data arrives. */
function quiet() {
  const at = quietSince(model.metrics, service.now());
  return at === null ? '' : `no data since ${since(at, service.now())}`;
}

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
  if (byId('minutes-details').open) {
    minutesTable(windows, model.moments, sides, periods, Date.parse(metrics.lastEventAt), titleOf);
  }
}
byId('minutes-details').addEventListener('toggle', render);

function hero(metrics, sides, periods) {
  const goals = sides.map((side) => of(metrics.score, side));
  const clock = clockOf(metrics.status, periods.at(-1) ?? null, lastTimeOf(metrics),
    decidedBy(metrics, periods));
  const glowing = performance.now() - goalAt < GOAL_SHOWS_MILLIS;
  const [home, away] = sides.map((side) => isolated(side.name));
  setParts(byId('title'), home, ' – ', away);
  setText(byId('score-said'), sides.map((side, i) => `${side.name} ${goals[i]}`).join(', '));
  const where = [metrics.competition, metrics.venue].map(clean).filter((text) => text !== '');
  setParts(byId('where'), ...joined((where.length > 0 ? where : [metrics.matchId]).map((text) => [isolated(text)])));
  sides.forEach((side, i) => {
    const name = byId(`${side.side}-name`);
    setParts(name, isolated(side.name));
    setAttribute(name, 'data-length', lengthOf(side.name));
    setText(byId(`${side.side}-goals`), metrics.status === 'scheduled' ? '' : count(goals[i]));
    scorers(side, sides, periods);
  });
  setText(byId('pens'), hasShootout(metrics.shootout)
    ? `Shoot-out ${sides.map((side) => count(of(metrics.shootout, side))).join('–')}`
    : '');
  shownQuiet = quiet();
  setText(byId('clock'), clock.label);
  setAttribute(byId('clock'), 'title', clock.long);
  byId('clock').classList.toggle('running', clock.running && shownQuiet === '');
  setText(byId('quiet'), shownQuiet);
  byId('score').classList.toggle('scored', glowing);
  notice.isOver(isOver(metrics.status));
  const names = sides.map((side) => isolatedText(side.name));
  document.title = `${names[0]} ${goals.join('–')} ${names[1]} · ${clock.label}`;
}

/** A long name has smaller letters, so that it needs few lines. */
function lengthOf(name) {
  return name.length > 60 ? 'longest' : name.length > 20 ? 'long' : null;
}

function decidedBy(metrics, periods) {
  if (hasShootout(metrics.shootout)) return 'pens';
  return periods.some((period) => ['E1', 'E2'].includes(period.name)) ? 'aet' : '';
}

/** Lists the minutes of the goals that count for a side. */
function scorers(side, sides, periods) {
  const goals = model.goals.filter((goal) => sideOfMoment(sides, goal) === side);
  const list = byId(`${side.side}-scorers`);
  setAttribute(list, 'aria-label', `Goals of ${side.name}`);
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
  Object.assign(pointed, { windows, sides, periods, lastEventAt: Date.parse(metrics.lastEventAt) });
  readout();
  legend(sides, windows);
  setParts(byId('up'), '▲\u00a0', isolated(sides[0].name));
  setParts(byId('down'), '▼\u00a0', isolated(sides[1].name));
  const share = metrics.status === 'live' ? shareNow(windows, sides[0].teamId, sides[1].teamId) : null;
  const home = Math.round(share * 100);
  setParts(byId('balance'), ...(share === null ? [] : [
    'last 5 minutes: ', isolated(sides[0].name), ` ${home}\u00a0%, `, isolated(sides[1].name), ` ${100 - home}\u00a0%`,
  ]));
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

const pointed = { index: null, windows: [], sides: [], periods: [], lastEventAt: 0 };

function point(index) {
  pointed.index = index;
  readout();
}

/** Shows the minute under the pointer, else the newest, in a line that is always visible. */
function readout() {
  const { index, windows, sides, periods, lastEventAt } = pointed;
  const window = windows[index ?? windows.length - 1];
  if (!window) return;
  const start = Date.parse(window.start);
  const minute = minuteOfWindow(periods, start, lastEventAt)?.label;
  const teams = sides.map((side) => [isolated(side.name), ` ${count(of(window.byTeam, side))}`]);
  const fans = fansIn(window.byType);
  const startOfMinute = (moment) => Math.floor(Date.parse(moment.timestamp) / 60_000) * 60_000;
  const happened = model.moments.filter((moment) => startOfMinute(moment) === start && !moment.retracted)
    .map(titleOf).filter((title) => !/^(Kick-off|Start|End|Half-time|Teams)/.test(title));
  const entries = [
    [minute ? `${minute} (${timeOfDay(start)})` : timeOfDay(start)],
    [plural(window.events, 'event')],
    ...teams,
  ];
  if (fans > 0) entries.push([`fans ${count(fans)}`]);
  setParts(byId('readout'), ...joined([...entries, ...[...new Set(happened)].map((title) => [title])]));
}

function legend(sides, windows) {
  const entries = [
    ['all', 'Events'],
    ...(windows.some((window) => fansIn(window.byType) > 0) ? [['fans', 'Fan events']] : []),
    ['peak', 'Peak'],
    ['ball-home', isolated(sides[0].name)],
    ['ball-away', isolated(sides[1].name)],
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
    setParts(entry, text);
    return entry;
  }));
}
