import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './web.mjs';

const {
  clockOf, isOver, lastTimeOf, minuteAt, minuteOfWindow, periodOfSummary, periodsOf, playTicks,
} = await load('clock.js');
const KICK_OFF = Date.parse('2018-07-15T15:00:00.000Z');
const at = (minutes) => KICK_OFF + minutes * 60_000;
const moment = (eventType, minutes, period, more = {}) => ({
  eventType,
  timestamp: new Date(at(minutes)).toISOString(),
  metadata: period ? { period } : {},
  retracted: false,
  ...more,
});
const FIRST_HALF = [moment('match_start', 0), moment('period_start', 0, '1H')];
const HALF_TIME = [...FIRST_HALF, moment('period_end', 48.4, '1H')];
const SECOND_HALF = [...HALF_TIME, moment('period_start', 62, '2H')];
const clock = (moments, minutes, status = 'live') =>
  clockOf(status, periodsOf(moments).at(-1) ?? null, at(minutes)).label;

test('periodsOf_startsAndEnds_areIntervals', () => {
  assert.deepEqual(periodsOf(SECOND_HALF), [
    { name: '1H', startedAt: at(0), endedAt: at(48.4) }, { name: '2H', startedAt: at(62), endedAt: null }]);
});

test('periodsOf_retractedEnd_periodContinues', () => {
  assert.equal(periodsOf([...FIRST_HALF, moment('period_end', 20, '1H', { retracted: true })])[0].endedAt, null);
});

test('periodsOf_startSentTwice_isOnePeriod', () => {
  assert.equal(periodsOf([...FIRST_HALF, moment('period_start', 0, '1H')]).length, 1);
});

test('periodsOf_noEnd_nextStartEndsIt', () => {
  const periods = periodsOf([...FIRST_HALF, moment('period_start', 62, '2H')]);
  assert.deepEqual(periods.map((one) => one.endedAt), [at(62), null]);
});

test('periodsOf_startHoursAfterTheMatch_isNotTaken', () => {
  const moments = [...FIRST_HALF, moment('period_start', 20 * 60, '2H')];
  const match = { activeMinutes: { to: new Date(at(30)).toISOString() } };
  assert.deepEqual(periodsOf(moments, match).map((one) => one.name), ['1H']);
  assert.deepEqual(periodsOf(moments).map((one) => one.name), ['1H', '2H']);
  assert.equal(periodsOf(SECOND_HALF, { activeMinutes: { to: new Date(at(48)).toISOString() } }).length, 2);
});

test('lastTimeOf_eventWithAWrongClock_isNotAfterTheActiveMinutes', () => {
  const match = (last, to) => ({
    lastEventAt: new Date(at(last)).toISOString(),
    activeMinutes: { to: new Date(at(to)).toISOString() },
  });
  assert.equal(lastTimeOf(match(20.5, 20)), at(20.5));
  assert.equal(lastTimeOf(match(20 * 60, 20)), at(21) - 1);
  assert.equal(lastTimeOf({ lastEventAt: new Date(at(5)).toISOString() }), at(5));
});

test('clockOf_play_isTheCurrentMinute', () => {
  assert.equal(clock(FIRST_HALF, 0), '1′');
  assert.equal(clock(FIRST_HALF, 44.99), '45′');
  assert.equal(clock(FIRST_HALF, 45), '45+1′');
  assert.equal(clock(SECOND_HALF, 62), '46′');
  assert.equal(clock(SECOND_HALF, 62 + 48), '90+4′');
});

test('clockOf_endNeverSent_showsNoMinute', () => {
  assert.equal(clock(SECOND_HALF, 62 + 45 + 31), '90+′');
});

test('clockOf_pauses_areNamed', () => {
  assert.equal(clock(HALF_TIME, 50), 'HT');
  assert.equal(clock([...SECOND_HALF, moment('period_end', 110, '2H')], 111), '90′');
  assert.equal(clock([moment('period_start', 200, 'P')], 201), 'Pens');
  assert.equal(clock([moment('period_start', 200, 'third')], 201), 'third');
});

test('clockOf_statusOrNoPeriod_isNoMinute', () => {
  assert.equal(clock([], 5), 'Live');
  assert.equal(clock(FIRST_HALF, 5, 'scheduled'), 'Soon');
  assert.equal(clock(SECOND_HALF, 111, 'ended'), 'FT');
  assert.equal(clockOf('ended', null, 0, 'pens').label, 'Pens');
  assert.equal(clockOf('ended', null, 0, 'aet').label, 'AET');
});

test('clockOf_summaryOfTheList_isTheSame', () => {
  const running = periodOfSummary({ name: '2H', startedAt: new Date(at(62)).toISOString(), running: true });
  assert.equal(clockOf('live', running, at(62 + 21.5)).label, '67′');
  const over = periodOfSummary({ name: '1H', startedAt: new Date(at(48)).toISOString(), running: false });
  assert.equal(clockOf('live', over, at(50)).label, 'HT');
  assert.equal(periodOfSummary(null), null);
});

test('periodsOf_nextStartAtTheTimeOfTheEnd_periodRuns', () => {
  const periods = periodsOf([...FIRST_HALF, moment('period_start', 46, '2H'), moment('period_end', 46, '1H')]);
  assert.deepEqual(periods.map((one) => one.endedAt), [at(46), null]);
});

test('periodsOf_endOfAPeriodWithoutStart_endsTheOneThatRuns', () => {
  assert.equal(periodsOf([...FIRST_HALF, moment('period_end', 95, '2H')])[0].endedAt, at(95));
});

test('clockOf_otherEnd_isNamedAndNotLive', () => {
  assert.deepEqual(clockOf('abandoned', periodsOf(FIRST_HALF)[0], at(5)),
    { label: 'Abandoned', long: 'Abandoned', running: false });
  assert.deepEqual(['scheduled', 'live', 'ended', 'abandoned'].map(isOver), [false, false, true, true]);
});

test('minuteOfWindow_newest_agreesWithTheClockForAnyKickOff', () => {
  for (let second = 0; second < 60; second += 7) {
    const start = KICK_OFF + second * 1_000;
    const period = { name: '1H', startedAt: start, endedAt: null };
    for (let last = start; last < start + 4 * 60_000; last += 3_000) {
      const window = Math.floor(last / 60_000) * 60_000;
      const label = minuteOfWindow([period], window, last).label;
      assert.equal(label, clockOf('live', period, last).label, `${second} ${last}`);
    }
  }
});

test('minuteOfWindow_olderOne_isTheMinuteOfItsMiddle', () => {
  const periods = [{ name: '1H', startedAt: at(.25), endedAt: at(46.2) }];
  assert.equal(minuteOfWindow(periods, at(3), at(9)).label, '4′');
  assert.equal(minuteOfWindow(periods, at(0), at(9)).label, '1′');
});

test('minuteOfWindow_partOfItIsPlay_isAMinuteOfThatPeriod', () => {
  const periods = [{ name: '1H', startedAt: at(.75), endedAt: at(46.2) }];
  assert.equal(minuteOfWindow(periods, at(0), at(50)).label, '1′');
  assert.equal(minuteOfWindow(periods, at(46), at(50)).label, '45+1′');
  assert.equal(minuteOfWindow(periods, at(47), at(50)), null);
  assert.equal(minuteOfWindow(periods, at(-1), at(50)), null);
});

test('minuteAt_anyTime_isTheMinuteOfThatPeriod', () => {
  const periods = periodsOf(SECOND_HALF);
  assert.equal(minuteAt(periods, at(17.98)).label, '18′');
  assert.equal(minuteAt(periods, at(55)), null);
  assert.equal(minuteAt(periods, at(62 + 9.5)).label, '55′');
  assert.equal(minuteAt(periods, at(-1)), null);
});

test('playTicks_twoHalves_quartersWithoutThePause', () => {
  const labels = playTicks(periodsOf(SECOND_HALF)).map((tick) => tick.label);
  assert.deepEqual(labels, ['0′', '15′', '30′', '45′', '60′', '75′', '90′']);
});
