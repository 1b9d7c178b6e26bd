import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './web.mjs';

const f = await load('format.js');

test('numbers_known_haveTheirSignificantDigits', () => {
  assert.equal(f.count(1477), '1,477');
  assert.equal(f.short(9_999), '9,999');
  assert.equal(f.short(12_345), '12.3K');
  assert.equal(f.decimal(13), '13.0');
  assert.equal(f.perSecond(0), '0/s');
  assert.equal(f.perSecond(0.04), '<0.1/s');
  assert.equal(f.perSecond(4.25), '4.3/s');
  assert.equal(f.perSecond(419.4), '419/s');
  assert.equal(f.times(8.25), '×8.3');
  assert.equal(f.times(12.4), '×12');
});

test('durations_any_inTheUnitThatFits', () => {
  assert.equal(f.millis(0.44), '0.4 ms');
  assert.equal(f.millis(45.2), '45 ms');
  assert.equal(f.millis(1_250), '1.3 s');
  assert.equal(f.seconds(90), '90 s');
  assert.equal(f.seconds(600), '10 min');
  assert.equal(f.seconds(7_200), '2 h');
  assert.equal(f.seconds(400_000), '5 days');
  assert.equal(f.wholeSeconds(4_400), '4 s');
  assert.equal(f.wholeSeconds(-5), '0 s');
});

test('unknown_any_isADash', () => {
  for (const how of [f.count, f.short, f.decimal, f.perSecond, f.millis, f.seconds, f.times,
    f.timeOfDay, f.timeWithSeconds, f.dayAndTime]) {
    for (const what of [null, undefined, NaN]) assert.equal(how(what), '–', `${how.name}(${what})`);
  }
  assert.equal(f.timeOfDay('nonsense'), '–');
});

test('words_wireName_isReadable', () => {
  assert.equal(f.words('own_goal'), 'Own goal');
  assert.equal(f.words('second_yellow_card'), 'Second yellow card');
  assert.equal(f.words(undefined), '');
});

test('ordinal_teens_areRegular', () => {
  assert.deepEqual([1, 2, 3, 4, 11, 12, 13, 21, 102, 111].map(f.ordinal),
    ['1st', '2nd', '3rd', '4th', '11th', '12th', '13th', '21st', '102nd', '111th']);
});

test('plural_one_isSingular', () => {
  assert.equal(f.plural(1, 'event'), '1 event');
  assert.equal(f.plural(0, 'event'), '0 events');
});

test('isolatedText_rightToLeftName_doesNotMoveItsNeighbours', () => {
  assert.equal(f.isolatedText('الأهلي المصري'), '\u2068الأهلي المصري\u2069');
  assert.equal(f.isolatedText('מכבי חיפה'), '\u2068מכבי חיפה\u2069');
  assert.equal(f.isolatedText('Hungary'), 'Hungary');
  assert.equal(f.isolatedText('克罗地亚'), '克罗地亚');
});

test('since_otherDay_hasTheDay', () => {
  const noon = Date.parse('2026-11-21T12:00:00.000Z');
  assert.equal(f.since(noon, noon + 300_000), f.timeOfDay(noon));
  assert.equal(f.since(noon, noon + 2 * 86_400_000), f.dayAndTime(noon));
  assert.equal(f.since(undefined, noon), '–');
});
