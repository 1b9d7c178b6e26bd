// The match day page: all matches, the hottest first.

import { pageOf } from './api.js';
import { clockOf, isOver, lastTimeOf, periodOfSummary } from './clock.js';
import {
  byId, inNextFrame, isolated, patchChildren, reducedMotion, setAttribute, setHidden, setParts, setText,
} from './dom.js';
import { count, dayAndTime, since } from './format.js';
import { heat, reorder } from './heat.js';
import { goalAnnouncement, MatchList } from './matchlist.js';
import { quietSince, ServiceTime } from './quiet.js';
import { Announcer, ConnectionNotice, startShell } from './shell.js';
import { clean, hasShootout, of, sideOf, sidesOf } from './sides.js';
import { pace, settled, sparkPaths } from './spark.js';
import { isConnected, Stream } from './stream.js';

/** The least time between two changes of the order of cards. */
const REORDER_MILLIS = 6_000;
const MOVE_MILLIS = 450;
const GOAL_SHOWS_MILLIS = 6_000;

/** The width of a sparkline in minutes. */
const SPARK_MINUTES = 30;

/** With fewer matches than this, the page has no search. */
const FIND_FROM = 9;
const AT_FIRST = 24;

const matches = new MatchList();
const goalsAt = new Map();
const service = new ServiceTime(() => performance.now());
const cards = { live: new Map(), scheduled: new Map(), ended: new Map() };
const showAll = { scheduled: false, ended: false };
let order = [];
let reorderedAt = 0;
let needle = '';

startShell();
const announcer = new Announcer();
const render = inNextFrame(show);
const stream = new Stream('/api/stream', {
  event: apply,
  connected: () => {},
  state: (state) => {
    notice.become(state);
    if (!isConnected(state)) service.lost();
  },
});
const notice = new ConnectionNotice(() => stream.lastHeardAt);
stream.start();

function apply(name, data) {
  if (name === 'status') {
    notice.follows(data);
    service.status(data);
    return;
  }
  for (const goal of matches.apply(name, data)) {
    const { matchId } = goal.match;
    goalsAt.set(matchId, { at: performance.now(), teamId: goal.teamId });
    announcer.say(() => goalAnnouncement(goal));
    setTimeout(render, GOAL_SHOWS_MILLIS + 50);
  }
  data.matches?.forEach((match) => service.saw(match.lastActivityAt));
  for (const matchId of goalsAt.keys()) if (!matches.get(matchId)) goalsAt.delete(matchId);
  render();
}

function show() {
  const { loaded } = matches;
  const all = matches.all.filter(isWanted);
  const live = all.filter((match) => match.status === 'live');
  setHidden(byId('loading'), loaded);
  setHidden(byId('empty'), !loaded || matches.size > 0);
  setHidden(byId('find'), matches.size < FIND_FROM && needle === '');
  setHidden(byId('figures'), loaded && matches.size === 0);
  setHidden(byId('not-found'), needle === '' || all.length > 0);
  setHidden(byId('no-live'), !loaded || matches.size === 0 || needle !== '' || live.length > 0);
  figures();
  list('live', arranged(live));
  list('scheduled', all.filter((match) => match.status === 'scheduled').sort(byTime('firstEventAt', 1)));
  list('ended', all.filter((match) => isOver(match.status)).sort(byTime('lastActivityAt', -1)));
}

function figures() {
  const { loaded } = matches;
  const live = matches.all.filter((match) => match.status === 'live');
  const sum = (of) => live.reduce((total, match) => total + of(match), 0);
  setText(byId('figure-live'), loaded ? count(live.length) : '–');
  setText(byId('figure-rate'), loaded ? count(sum(pace)) : '–');
  const goalsOf = (match) => Object.values(match.score ?? {}).reduce((a, b) => a + b, 0);
  setText(byId('figure-goals'), loaded ? count(sum(goalsOf)) : '–');
}

function isWanted(match) {
  if (needle === '') return true;
  const names = sidesOf(match).map((side) => side.name);
  return [...names, match.competition, match.venue, match.matchId].some((text) => text?.toLowerCase().includes(needle));
}

function byTime(field, sign) {
  return (a, b) => sign * (Date.parse(a[field]) - Date.parse(b[field])) || (a.matchId < b.matchId ? -1 : 1);
}

/** The live matches. Their order changes only now and then, and never while a card has the pointer or the focus. */
function arranged(live) {
  const sinceGoal = (match) => performance.now() - (goalsAt.get(match.matchId)?.at ?? -Infinity);
  const heats = new Map(live.map((match) => [match.matchId, heat(pace(match), sinceGoal(match))]));
  const same = order.length === heats.size && order.every((id) => heats.has(id));
  const due = performance.now() - reorderedAt > REORDER_MILLIS;
  if (!same || (due && !byId('live-list').matches(':hover, :focus-within'))) {
    order = same || order.length > 0 ? reorder(order, heats) : reorder([], heats);
    reorderedAt = performance.now();
  }
  return order.map((id) => matches.get(id));
}
setInterval(render, REORDER_MILLIS);

function list(kind, wanted) {
  setHidden(byId(kind), wanted.length === 0);
  const most = kind === 'live' || showAll[kind] ? wanted.length : AT_FIRST;
  const button = byId(`${kind}-more`);
  if (button) {
    setHidden(button, wanted.length <= most);
    setText(button, `Show all ${count(wanted.length)}`);
  }
  const container = byId(`${kind}-list`);
  const known = cards[kind];
  const places = kind === 'live' && !reducedMotion() ? placesOf(known) : null;
  patchChildren(container, wanted.slice(0, most), (match) => match.matchId, known, newCard, updateCard);
  if (places) glide(places, known);
}

/** The positions of the cards near the viewport; the others move without animation. */
function placesOf(known) {
  const places = new Map();
  if (document.hidden || performance.now() - reorderedAt > 50) return places;
  for (const [id, card] of known) {
    const box = card.getBoundingClientRect();
    if (box.bottom > -300 && box.top < innerHeight + 300) places.set(id, box);
  }
  return places;
}

function glide(places, known) {
  for (const [id, before] of places) {
    const after = known.get(id)?.getBoundingClientRect();
    if (after && (after.x !== before.x || after.y !== before.y)) {
      known.get(id).animate(
        [{ transform: `translate(${before.x - after.x}px, ${before.y - after.y}px)` }, { transform: 'none' }],
        { duration: MOVE_MILLIS, easing: 'ease-in-out' });
    }
  }
}

function newCard(match) {
  const card = byId('card').content.firstElementChild.cloneNode(true);
  card.querySelector('a').href = pageOf(match.matchId);
  const part = (selector) => card.querySelector(selector);
  card.parts = {
    competition: part('.competition'), clock: part('.clock'),
    area: part('.area'), line: part('.spark .line'), rate: part('.rate b'),
    teams: ['home', 'away'].map((side) => ({
      row: part(`.team.${side}`), name: part(`.${side} .name`),
      goals: part(`.${side} .goals`), pens: part(`.${side} .pens`),
    })),
  };
  return card;
}

function updateCard(card, match) {
  const glow = goalsAt.get(match.matchId);
  const glowing = glow !== undefined && performance.now() - glow.at < GOAL_SHOWS_MILLIS;
  card.classList.toggle('goal', glowing);
  const quiet = quietSince(match, service.now());
  // Draws again only after new data.
  if (card.drawn === match && card.glowing === glowing && card.quiet === quiet) return;
  Object.assign(card, { drawn: match, glowing, quiet });
  const { parts } = card;
  const clock = clockOf(match.status, periodOfSummary(match.period), lastTimeOf(match), decidedBy(match));
  if (quiet !== null) setParts(parts.competition, `no data since ${since(quiet, service.now())}`);
  else if (match.status !== 'live') setParts(parts.competition, dayAndTime(match.firstEventAt));
  else setParts(parts.competition, isolated(clean(match.competition) || clean(match.venue) || match.matchId));
  setText(parts.clock, glowing ? 'GOAL' : clock.label);
  parts.clock.classList.toggle('running', clock.running && quiet === null);
  setAttribute(parts.clock, 'title', clock.long);
  const sides = sidesOf(match);
  const goals = sides.map((side) => of(match.score, side));
  const scored = glowing ? sideOf(sides, glow.teamId) : null;
  sides.forEach((side, i) => {
    const team = parts.teams[i];
    setParts(team.name, isolated(side.name));
    setText(team.goals, match.status === 'scheduled' ? '' : count(goals[i]));
    setText(team.pens, hasShootout(match.shootout) ? `(${count(of(match.shootout, side))})` : '');
    team.row.classList.toggle('leads', goals[i] > goals[1 - i]);
    team.goals.classList.toggle('scored', side === scored);
  });
  setText(parts.rate, count(pace(match)));
  const paths = sparkPaths(settled(match), SPARK_MINUTES, 200, 36);
  setAttribute(parts.line, 'd', paths.line);
  setAttribute(parts.area, 'd', paths.area);
}

function decidedBy(match) {
  if (hasShootout(match.shootout)) return 'pens';
  return ['E1', 'E2'].includes(match.period?.name) ? 'aet' : '';
}

byId('find').addEventListener('submit', (e) => e.preventDefault());
byId('needle').addEventListener('input', (e) => {
  needle = e.target.value.trim().toLowerCase();
  render();
});
for (const kind of ['scheduled', 'ended']) {
  byId(`${kind}-more`).addEventListener('click', () => {
    showAll[kind] = true;
    render();
  });
}
for (const node of document.querySelectorAll('.origin')) node.textContent = location.origin;
for (const node of document.querySelectorAll('.now')) node.textContent = new Date().toISOString();
for (const button of document.querySelectorAll('.copy')) {
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(button.previousElementSibling.textContent);
      button.textContent = 'Copied';
    } catch {
      getSelection().selectAllChildren(button.previousElementSibling);
      button.textContent = 'Selected';
    }
    setTimeout(() => (button.textContent = 'Copy'), 2_000);
  });
}
