import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './web.mjs';

const { announcementOf, detailsOf, scoresAfter } = await load('moments.js');
const { MatchModel } = await load('model.js');
const { sidesOf } = await load('sides.js');
const away = { teamId: 'a', name: 'الأهلي المصري' };
const sides = sidesOf({ teams: { home: { teamId: 'h', name: 'Hungary' }, away } });
const model = new MatchModel();
const moment = (eventId, eventType, teamId, more = {}) =>
  ({ eventId, eventType, teamId, timestamp: '2026-11-21T12:00:00.000Z', retracted: false, ...more });

test('scoresAfter_ownGoal_countsForTheOtherTeam', () => {
  const moments = [moment('1', 'goal', 'h'), moment('2', 'own_goal', 'h'), moment('3', 'own_goal', 'a'),
    moment('4', 'goal', 'a', { retracted: true }), moment('5', 'goal', 'third')];
  assert.deepEqual([...scoresAfter(moments, sides)], [['1', '1–0'], ['2', '1–1'], ['3', '2–1']]);
});

test('detailsOf_textsOfClients_areIsolated', () => {
  const metadata = { player: 'محمد', detail: 'header' };
  assert.deepEqual(detailsOf(moment('1', 'goal', 'a', { metadata }), sides, model),
    [{ isolated: 'الأهلي المصري' }, ' · ', { isolated: 'محمد' }, ' · ', { isolated: 'header' }]);
});

test('detailsOf_substitution_namesBothPlayers', () => {
  const change = moment('1', 'substitution', 'h', { metadata: { player: 'Nagy', playerOut: 7 } });
  assert.deepEqual(detailsOf(change, sides, model),
    [{ isolated: 'Hungary' }, ' · ', 'in: ', { isolated: 'Nagy' }, ' · ', 'out: player ', { isolated: '7' }]);
});

test('announcementOf_goal_hasTeamAndScore', () => {
  const said = (teamId, score) => announcementOf(moment('1', 'goal', teamId, { score }), sides, model, []);
  assert.match(said('h', { h: 1, a: 0 }), /^Goal, Hungary, .*\. Hungary 1, الأهلي المصري 0\.$/);
  assert.match(said('third', { h: 1, a: 0 }), /^Goal, Team third, /);
  assert.equal(announcementOf(moment('1', 'goal', 'h', { retracted: true }), sides, model, []), null);
});
