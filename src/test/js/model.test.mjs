import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './web.mjs';

const { MatchModel } = await load('model.js');
const START = Date.parse('2018-07-15T15:00:00.000Z');
const minute = (i, events) => ({ start: new Date(START + i * 60_000).toISOString(), events, byType: {}, byTeam: {} });
const moment = (eventId, eventType = 'goal', more = {}) => ({
  eventId,
  eventType,
  teamId: 'h',
  timestamp: new Date(START).toISOString(),
  retracted: false,
  ...more,
});
const takingBack = (eventId, target) =>
  moment(eventId, 'retraction', { teamId: undefined, metadata: { eventId: target, reason: 'offside' } });

test('putMinutes_sameMinute_isReplacedByTheFuller', () => {
  const model = new MatchModel();
  model.putMinutes([minute(0, 5), minute(0, 7), minute(0, 6)]);
  assert.deepEqual(model.windows.map((window) => window.events), [7]);
});

test('windows_gap_isFilledWithEmptyMinutes', () => {
  const model = new MatchModel();
  model.putMinutes([minute(3, 1), minute(0, 2)]);
  assert.deepEqual(model.windows.map((window) => window.events), [2, 0, 0, 1]);
  assert.equal(model.counted, 3);
});

test('windows_oneMinuteYearsAway_isBounded', () => {
  const model = new MatchModel();
  model.putMinutes([minute(0, 1), minute(5_000_000, 1)]);
  assert.equal(model.windows.length, 7 * 24 * 60);
});

const active = (from, to) => ({ from: minute(from).start, to: minute(to).start, current: minute(to).start });

test('windows_eventsWithAWrongClock_lieOutside', () => {
  const model = new MatchModel();
  model.putMinutes([minute(-5_000_000, 1), minute(0, 20), minute(2, 30), minute(1_200, 1)]);
  model.metrics = { activeMinutes: active(0, 2) };
  assert.deepEqual(model.windows.map((window) => window.events), [20, 0, 30]);
  assert.equal(model.counted, 52);
});

test('windows_activeMinutesThatAreNotKnownYet_areNotInvented', () => {
  const model = new MatchModel();
  model.putMinutes([minute(3, 1), minute(4, 2)]);
  model.metrics = { activeMinutes: active(0, 9) };
  assert.deepEqual(model.windows.map((window) => window.events), [1, 2]);
  model.metrics = { activeMinutes: active(0, 2) };
  assert.deepEqual(model.windows, []);
});

test('putTimeline_olderAnswer_keepsNewerMinutes', () => {
  const model = new MatchModel();
  model.putMinutes([minute(9, 9)]);
  model.putTimeline([minute(0, 4), minute(1, 2)], new Map([['x', minute(1, 3)]]));
  assert.deepEqual(model.windows.map((window) => window.events), [4, 3]);
});

test('putMoment_knownFromTheList_isFreshOnce', () => {
  const model = new MatchModel();
  model.putMoments([moment('a')]);
  assert.equal(model.putMoment(moment('a')), true);
  model.putMoments([moment('a')]);
  assert.equal(model.putMoment(moment('a')), false);
});

test('putMoment_knownOne_isNotFresh', () => {
  const model = new MatchModel();
  assert.equal(model.putMoment(moment('a')), true);
  assert.equal(model.putMoment(moment('a')), false);
  assert.equal(model.moments.length, 1);
});

test('putMoment_retraction_retractsItsTargetInAnyOrder', () => {
  for (const order of [['a', 'r'], ['r', 'a']]) {
    const model = new MatchModel();
    for (const id of order) model.putMoment(id === 'a' ? moment('a') : takingBack('r', 'A'));
    assert.equal(model.moment('a').retracted, true, order.join());
    assert.equal(model.moment('a').retractedWhy, 'offside');
    assert.deepEqual(model.tally('goal'), {});
  }
});

test('putMoment_sentAgainAsNotRetracted_staysRetracted', () => {
  const model = new MatchModel();
  model.putMoment(moment('a', 'goal', { retracted: true }));
  model.putMoment(moment('a'));
  assert.equal(model.moment('a').retracted, true);
});

test('putMoment_retractionOfARetraction_isNone', () => {
  const model = new MatchModel();
  model.putMoments([moment('a'), takingBack('r', 'a'), takingBack('s', 'r')]);
  assert.equal(model.moment('r').retracted, false);
  assert.equal(model.moment('a').retracted, true);
});

test('moments_withTheSameTime_teamsComeFirstAndTheEndLast', () => {
  const inOrder = ['match_start', 'period_start', 'goal', 'yellow_card', 'period_end', 'match_end'];
  for (const arrived of [inOrder, ['period_start', 'goal', 'match_end', 'yellow_card', 'period_end', 'match_start']]) {
    const model = new MatchModel();
    model.putMoments(arrived.map((type) => moment(type, type)));
    assert.deepEqual(model.moments.map((one) => one.eventType), inOrder);
  }
});

test('putMoments_moreThanFiveHundred_keepsTheNewest', () => {
  const model = new MatchModel();
  model.putMoments(Array.from({ length: 600 },
    (_, i) => moment(`m${i}`, 'goal', { timestamp: new Date(START + i * 1_000).toISOString() })));
  assert.equal(model.moments.length, 500);
  assert.equal(model.moments[0].eventId, 'm100');
  assert.equal(model.truncated, true);
});
