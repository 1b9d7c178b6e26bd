import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './web.mjs';

const { lifts } = await load('reactions.js');
const START = Date.parse('2018-07-15T15:00:00.000Z');
const windows = (...fans) => fans.map((n, i) => ({
  start: new Date(START + i * 60_000).toISOString(),
  byType: { pass: 50, reaction: n - Math.min(n, 1), comment: Math.min(n, 1) },
}));
const goal = (seconds, more = {}) => ({
  eventId: 'g',
  eventType: 'goal',
  teamId: 'h',
  timestamp: new Date(START + seconds * 1_000).toISOString(),
  ...more,
});

test('lifts_goal_busierOfItsMinuteAndTheNextOverTheOneBefore', () => {
  const found = lifts(windows(9, 4, 20, 48, 90), [goal(150)]);
  assert.deepEqual(found.map(({ before, after, lift, open }) => ({ before, after, lift, open })),
    [{ before: 4, after: 48, lift: 12, open: false }]);
});

test('lifts_nothingBefore_hasNoLift', () => {
  assert.equal(lifts(windows(0, 30, 5, 0), [goal(70)])[0].lift, null);
  assert.equal(lifts(windows(30, 5, 0), [goal(10)])[0].before, 0);
});

test('lifts_minutesNotOver_isOpen', () => {
  assert.equal(lifts(windows(4, 3), [goal(70)])[0].open, true);
  assert.equal(lifts(windows(4, 3, 1), [goal(70)])[0].open, true);
  assert.equal(lifts(windows(4, 3, 1, 0), [goal(70)])[0].open, false);
});

test('lifts_otherMoments_haveNone', () => {
  const others = [goal(10, { eventType: 'yellow_card' }), goal(10, { eventType: 'shootout_goal' })];
  assert.deepEqual(lifts(windows(1, 2), others), []);
  assert.equal(lifts(windows(1, 2), [goal(10, { eventType: 'own_goal', retracted: true })])[0].retracted, true);
});

test('lifts_noMinutes_isNotAFailure', () => {
  assert.equal(lifts([], [goal(10)])[0].lift, null);
});
