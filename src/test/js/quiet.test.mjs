import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './web.mjs';

const { quietSince, ServiceTime } = await load('quiet.js');
const NOON = Date.parse('2026-11-21T12:00:00.000Z');
const iso = (seconds) => new Date(NOON + seconds * 1_000).toISOString();
const live = { status: 'live', lastActivityAt: iso(0) };

/** A service time whose monotonic clock shows the seconds of `clock`. */
const serviceTime = (clock) => new ServiceTime(() => clock.seconds * 1_000);

test('quietSince_threeMinutesWithoutData_isTheArrivalOfTheNewest', () => {
  assert.equal(quietSince(live, NOON + 179_999), null);
  assert.equal(quietSince(live, NOON + 180_000), NOON);
});

test('quietSince_notLiveOrNothingKnown_isNull', () => {
  assert.equal(quietSince({ ...live, status: 'ended' }, NOON + 999_999), null);
  assert.equal(quietSince({ ...live, status: 'scheduled' }, NOON + 999_999), null);
  assert.equal(quietSince({ status: 'live' }, NOON), null);
  assert.equal(quietSince(live, NaN), null);
});

test('serviceTime_status_continuesWithTheMonotonicClock', () => {
  const clock = { seconds: 5 };
  const time = serviceTime(clock);
  assert.ok(Number.isNaN(time.now()));

  time.status({ following: true, asOf: iso(60) });
  clock.seconds = 15;

  assert.equal(time.now(), NOON + 70_000);
});

test('serviceTime_olderTimes_doNotSetItBack', () => {
  const clock = { seconds: 0 };
  const time = serviceTime(clock);
  time.status({ following: true, asOf: iso(60) });
  time.saw(iso(10));
  time.saw(null);
  assert.equal(time.now(), NOON + 60_000);

  time.saw(iso(90));
  assert.equal(time.now(), NOON + 90_000);
});

test('serviceTime_serviceFollowsNoUpdates_isUnknown', () => {
  const time = serviceTime({ seconds: 0 });
  time.status({ following: true, asOf: iso(0) });
  time.status({ following: false, asOf: iso(0) });
  assert.equal(quietSince(live, time.now()), null);
});

test('serviceTime_connectionLost_isUnknownUntilTheNextStatus', () => {
  const clock = { seconds: 0 };
  const time = serviceTime(clock);
  time.status({ following: true, asOf: iso(0) });
  time.lost();
  clock.seconds = 600;
  assert.equal(quietSince(live, time.now()), null);

  time.status({ following: true, asOf: iso(600) });
  assert.equal(quietSince(live, time.now()), NOON);
});
