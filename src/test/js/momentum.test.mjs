import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './web.mjs';

const { momentum, shareNow } = await load('momentum.js');
const minutes = (...pairs) => pairs.map(([home, away]) => ({ byTeam: { h: home, a: away, fans: 99 } }));
const last = (...pairs) => momentum(minutes(...pairs), 'h', 'a').at(-1);

test('momentum_oneTeamOnly_isItsSide', () => {
  assert.ok(last([10, 0]) > .5);
  assert.ok(last([0, 10]) < -.5);
  assert.equal(last([7, 7]), 0);
});

test('momentum_any_liesBetweenMinusOneAndOne', () => {
  assert.ok(last([1e9, 0]) <= 1);
  assert.ok(last([0, 1e9]) >= -1);
});

test('momentum_quietMinutes_areNearTheMiddle', () => {
  assert.ok(Math.abs(last([1, 0])) < .3);
  assert.equal(last([0, 0]), 0);
});

test('momentum_newestMinute_weighsMost', () => {
  assert.ok(last([10, 0], [0, 10]) < 0);
  assert.ok(last([10, 0], [0, 10]) > last([0, 10], [0, 10]));
});

test('momentum_olderThanFiveMinutes_doesNotCount', () => {
  const five = Array(5).fill([4, 5]);
  assert.equal(last([1_000, 0], ...five), last(...five));
  assert.notEqual(last([1_000, 0], ...five.slice(1)), last(...five.slice(1)));
});

test('shareNow_weighted_isTheHomeTeamsPart', () => {
  assert.equal(shareNow(minutes([0, 0]), 'h', 'a'), null);
  assert.equal(shareNow(minutes([3, 1]), 'h', 'a'), .75);
  assert.equal(shareNow(minutes([0, 5], [4, 0]), 'h', 'a'), .5);
});
