import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './web.mjs';

const { heat, reorder } = await load('heat.js');
const { pace, settled, sparkPaths } = await load('spark.js');
const { sidesOf, sideOfMoment, of, clean } = await load('sides.js');
const { goalAnnouncement, MatchList } = await load('matchlist.js');
const heats = (object) => new Map(Object.entries(object));
const live = (events, current = events.at(-1)) =>
  ({ status: 'live', eventsPerMinute: { current }, sparkline: { events } });

test('reorder_first_isByHeat', () => {
  assert.deepEqual(reorder([], heats({ a: 1, b: 30, c: 20 })), ['b', 'c', 'a']);
});

test('reorder_aLittleHotter_keepsItsPlace', () => {
  assert.deepEqual(reorder(['a', 'b'], heats({ a: 20, b: 24 })), ['a', 'b']);
  assert.deepEqual(reorder(['a', 'b'], heats({ a: 20, b: 40 })), ['b', 'a']);
});

test('reorder_newAndRemoved_areAddedAndDropped', () => {
  assert.deepEqual(reorder(['a', 'b', 'c'], heats({ a: 30, c: 10, d: 20 })), ['a', 'd', 'c']);
});

test('heat_afterAGoal_isHigherForAWhile', () => {
  assert.ok(heat(10, 5_000) > heat(10));
  assert.equal(heat(10, 600_000), heat(10));
});

test('settled_minuteNotOver_isLeftOutUnlessItIsABurst', () => {
  assert.deepEqual(settled(live([20, 22, 3])), [20, 22]);
  assert.deepEqual(settled(live([20, 22, 90])), [20, 22, 90]);
  assert.deepEqual(settled(live([3])), [3]);
  assert.deepEqual(settled({ ...live([20, 22, 3]), status: 'ended' }), [20, 22, 3]);
  assert.deepEqual(settled({ status: 'live' }), []);
});

test('pace_live_coversThreeMinutesAndIsZeroWithoutEvents', () => {
  assert.equal(pace(live([99, 18, 21, 24, 2])), 21);
  assert.equal(pace(live([18, 21, 24], 0)), 0);
  assert.equal(pace({ ...live([18, 21, 24]), status: 'ended' }), 0);
  assert.equal(pace({ status: 'live', eventsPerMinute: { current: 4 } }), 4);
});

test('sparkPaths_any_staysWithinItsBox', () => {
  const numbers = sparkPaths([0, 500, 20], 30, 200, 36).area.match(/-?[\d.]+/g).map(Number);
  assert.ok(numbers.every((n) => n >= 0 && n <= 200));
  assert.deepEqual(sparkPaths([], 30, 200, 36), { line: '', area: '' });
});

const names = (match) => sidesOf(match).map((side) => side.name);

test('sidesOf_unknownTeams_areTakenFromTheScore', () => {
  const score = { 4418: 1, 9598: 0 };
  assert.deepEqual(names({ teams: { home: null, away: null }, score }), ['Team 4418', 'Team 9598']);
  assert.deepEqual(names({ teams: { home: null, away: { teamId: '9598', name: 'Croatia' } }, score }),
    ['Team 4418', 'Croatia']);
  assert.deepEqual(names({}), ['Home', 'Away']);
  assert.equal(of({ a: 3 }, { teamId: null }), 0);
});

test('sidesOf_anyOrderOfEvents_areTheSame', () => {
  const ids = (match) => sidesOf(match).map((side) => side.teamId);
  assert.deepEqual(ids({ score: { leeds: 1, derby: 0 } }), ['derby', 'leeds']);
  assert.deepEqual(ids({ score: { derby: 0, leeds: 1 } }), ['derby', 'leeds']);
  // An object lists keys such as 10 in the order of numbers.
  assert.deepEqual(ids({ score: { 9: 0, 10: 1 } }), ['10', '9']);
});

test('sidesOf_nameWithoutId_isNotShownForAnyTeam', () => {
  const teams = { home: { teamId: null, name: 'Leeds' }, away: { teamId: null, name: 'Derby' } };
  const shown = sidesOf({ teams, score: { leeds: 1, derby: 0 } });
  assert.deepEqual(shown.map((side) => [side.teamId, side.name]),
    [['derby', 'Team derby'], ['leeds', 'Team leeds']]);
  const half = sidesOf({ teams: { home: { teamId: 'x', name: 'Leeds' }, away: teams.away }, score: { a: 0, x: 1 } });
  assert.deepEqual(half.map((side) => side.name), ['Leeds', 'Team a']);
});

test('sidesOf_onlyOneTeamNamed_theOtherOfTheScoreHasTheOtherSide', () => {
  const teams = { home: null, away: { teamId: 'b', name: 'Lions' } };
  assert.deepEqual(names({ teams, score: { z: 1, b: 0 } }), ['Team z', 'Lions']);
  assert.deepEqual(names({ teams, score: { b: 0 } }), ['Home', 'Lions']);
  assert.deepEqual(names({ teams, score: { y: 1, z: 1, b: 0 } }), ['Home', 'Lions']);
});

test('sidesOf_withoutStart_orderOfTheScoreDoesNotMatter', () => {
  assert.deepEqual(names({ score: { leeds: 1, derby: 0 } }), names({ score: { derby: 0, leeds: 1 } }));
  assert.deepEqual(names({ score: { leeds: 1 } }), ['Team leeds', 'Other team']);
});

test('sidesOf_namesWithoutIds_areNotGivenToTeamsOfTheScore', () => {
  const teams = { home: { teamId: null, name: 'Leeds' }, away: { teamId: null, name: 'Derby' } };
  assert.deepEqual(names({ teams, score: { derby: 1 } }), ['Team derby', 'Other team']);
  assert.deepEqual(names({ teams, score: {} }), ['Leeds', 'Derby']);
});

test('sideOfMoment_ownGoal_isTheOtherSide', () => {
  const sides = sidesOf({ teams: { home: { teamId: 'h' }, away: { teamId: 'a' } } });
  const of = (eventType, teamId) => sideOfMoment(sides, { eventType, teamId })?.side ?? null;
  assert.equal(of('goal', 'h'), 'home');
  assert.equal(of('own_goal', 'h'), 'away');
  assert.equal(of('own_goal', 'a'), 'home');
  assert.equal(of('yellow_card', 'a'), 'away');
  assert.equal(of('own_goal', 'third'), null);
  assert.equal(sideOfMoment(sidesOf({}), { eventType: 'goal' }), null);
});

test('clean_namesThatChangeTheTextDirection_loseThoseCharacters', () => {
  assert.equal(clean('Bayern\u202eMünchen\u0000 '), 'BayernMünchen');
  assert.equal(clean('\u061c\u200bالأهلي المصري'), 'الأهلي المصري');
  assert.equal(clean('<b>x</b>'), '<b>x</b>');
  assert.equal(clean(7), '');
});

const listed = (score, status = 'live') => ({
  matchId: 'm-1',
  status,
  teams: { home: { teamId: 'h', name: 'Home' }, away: { teamId: 'a', name: 'Away' } },
  score,
});
const announcements = (list, name, data) => list.apply(name, data).map(goalAnnouncement);

test('goal_afterTheFirstEntryOfItsMatch_isAnnounced', () => {
  const list = new MatchList();
  assert.deepEqual(announcements(list, 'matches', { matches: [listed({})], complete: true }), []);

  assert.deepEqual(announcements(list, 'changed', { matches: [listed({ h: 1 })], complete: true }),
    ['Goal for Home. Home 1, Away 0.']);
});

test('goal_inTheFirstEntryOfItsMatch_isAnnounced', () => {
  const list = new MatchList();
  assert.deepEqual(announcements(list, 'matches', { matches: [], complete: true }), []);

  assert.deepEqual(announcements(list, 'changed', { matches: [listed({ h: 1 })], complete: true }),
    ['Goal for Home. Home 1, Away 0.']);
});

test('goal_inAMatchThatStartedDuringABreakOfTheStream_isAnnounced', () => {
  const list = new MatchList();
  list.apply('matches', { matches: [], complete: true });

  assert.deepEqual(announcements(list, 'matches', { matches: [listed({ a: 2 })], complete: true }),
    ['2 goals for Away. Home 0, Away 2.']);
});

test('goals_ofBothTeamsInOneUpdate_areAllAnnounced', () => {
  const list = new MatchList();
  list.apply('matches', { matches: [listed({ h: 1 })], complete: true });

  assert.deepEqual(announcements(list, 'changed', { matches: [listed({ h: 2, a: 1 }, 'ended')], complete: true }),
    ['Goal for Home. Home 2, Away 1.', 'Goal for Away. Home 2, Away 1.']);
});

test('goal_ofATeamWithoutASide_isAnnounced', () => {
  const list = new MatchList();
  const without = (score) => ({ matchId: 'm-2', status: 'live', teams: { home: null, away: null }, score });
  list.apply('matches', { matches: [without({ a: 0, b: 0, c: 0 })], complete: true });

  assert.deepEqual(announcements(list, 'changed', { matches: [without({ a: 0, b: 0, c: 1 })], complete: true }),
    ['Goal for Team c. Team a 0, Team b 0.']);
});

test('goals_olderThanThePage_areNotAnnounced', () => {
  const list = new MatchList();
  assert.deepEqual(announcements(list, 'matches', { matches: [listed({ h: 3 })], complete: false }), []);
  const other = { ...listed({ h: 2 }), matchId: 'was-beyond-the-cut' };

  assert.deepEqual(announcements(list, 'changed', { matches: [other], complete: false }), []);
});

test('goals_ofAMatchThatHasEnded_areNotAnnounced', () => {
  const list = new MatchList();
  list.apply('matches', { matches: [listed({ h: 1 }, 'ended')], complete: true });

  assert.deepEqual(announcements(list, 'changed', { matches: [listed({ h: 2 }, 'ended')], complete: true }), []);
  const imported = { ...listed({ h: 4 }, 'ended'), matchId: 'imported' };
  assert.deepEqual(announcements(list, 'changed', { matches: [imported], complete: true }), []);
});

test('matchList_removedMatch_isForgotten', () => {
  const list = new MatchList();
  list.apply('matches', { matches: [listed({})], complete: true });
  list.apply('removed', { matchIds: ['m-1'] });

  assert.equal(list.size, 0);
  assert.equal(list.loaded, true);
});
