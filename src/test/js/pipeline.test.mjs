import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './web.mjs';

const { max, parse, quantile, rate, sum } = await load('prom.js');
const { graphOf, layersOf, linesOf } = await load('graph.js');
const { backlogOf } = await load('pipelinepanels.js');
const text = `# HELP lag x
lag{partition="0",topic="a"} 5.0
lag{partition="1",topic="a"} 7.0
lag{partition="0",topic="b \\"q\\""} 1.0E3
lagging 9.0
other 4
h_bucket{le="0.1"} 10
h_bucket{le="0.5"} 30
h_bucket{le="+Inf"} 40
`;
const samples = parse(text, ['lag', 'other', 'h_bucket', 'none']);

test('parse_wantedNames_withLabels', () => {
  assert.equal(sum(samples, 'lag', { topic: 'a' }), 12);
  assert.equal(sum(samples, 'lag', { topic: 'b "q"' }), 1000);
  assert.equal(max(samples, 'lag'), 1000);
  assert.equal(sum(samples, 'other'), 4);
  assert.equal(sum(samples, 'none'), null);
  assert.equal(sum(undefined, 'lag'), null);
});

test('rate_resetCounter_isUnknown', () => {
  const scrape = (at, value) => ({ at, samples: parse(`c_total ${value}\n`, ['c_total']) });
  assert.equal(rate(scrape(0, 10), scrape(2_000, 30), 'c_total'), 10);
  assert.equal(rate(scrape(0, 30), scrape(2_000, 10), 'c_total'), null);
  assert.equal(rate(undefined, scrape(0, 10), 'c_total'), null);
  assert.equal(rate(scrape(0, 10), scrape(0, 30), 'c_total'), null);
});

test('quantile_gained_isInterpolated', () => {
  const none = { samples: parse('', ['h_bucket']) };
  assert.equal(quantile(none, { samples }, 'h', .5), .1 + .4 * .5);
  assert.equal(quantile(none, { samples }, 'h', .99), .5);
  assert.equal(quantile({ samples }, { samples }, 'h', .5), null);
});

const DESCRIPTION = { subtopologies: [{ id: 0, nodes: [
  { name: 'received', type: 'source', topics: ['in'], successors: ['validate'] },
  { name: 'validate', type: 'processor', stores: ['ledger'], successors: ['dead', 'count'] },
  { name: 'count', type: 'processor', stores: ['a', 'b'], successors: ['out'] },
  { name: 'out', type: 'sink', topics: ['stats'], successors: [] },
  { name: 'dead', type: 'sink', topics: ['dead'], successors: [] }] }] };

test('graphOf_description_replacesSourcesAndSinksByTopics', () => {
  const graph = graphOf(DESCRIPTION, ['stats', 'dead', 'other'], ['stats']);
  assert.deepEqual(graph.edges.map(({ from, to }) => `${from} ${to}`).sort(), [
    'http topic:in', 'node:count topic:stats', 'node:validate node:count', 'node:validate topic:dead',
    'topic:dead clickhouse', 'topic:in node:validate', 'topic:stats clickhouse', 'topic:stats live',
  ]);
  assert.deepEqual(graph.nodes.find((node) => node.id === 'node:count').stores, ['a', 'b']);
});

test('layersOf_graph_everyEdgeLeadsOnward', () => {
  const graph = graphOf(DESCRIPTION, ['stats', 'dead'], ['stats']);
  for (const gathered of [true, false]) {
    const layers = layersOf(graph, gathered);
    for (const { from, to } of graph.edges) assert.ok(layers.get(from).layer < layers.get(to).layer, `${from} ${to}`);
  }
  assert.equal(layersOf(graph, true).get('topic:dead').layer, layersOf(graph, true).get('topic:stats').layer);
});

test('layersOf_cycle_terminates', () => {
  const nodes = ['a', 'b'].map((id) => ({ id, kind: 'processor', label: id, stores: [] }));
  assert.equal(layersOf({ nodes, edges: [{ from: 'a', to: 'b' }, { from: 'b', to: 'a' }] }, true).size, 2);
});

test('graphOf_nothing_isEmpty', () => {
  assert.deepEqual(graphOf({}, [], []), { nodes: [], edges: [] });
});

test('linesOf_longName_isBrokenAfterHyphens', () => {
  assert.deepEqual(linesOf('match-events-accepted', 13), ['match-events-', 'accepted']);
  assert.deepEqual(linesOf('dedupe', 13), ['dedupe']);
});

test('backlogOf_numbersMissing_isUnknown', () => {
  assert.equal(backlogOf(undefined, []).text, 'unknown');
  assert.equal(backlogOf(samples, [{ lag: 0, age: null }]).text, 'unknown');
  assert.equal(backlogOf(samples, [{ lag: 0, age: 0 }, { lag: null, age: 0 }]).text, 'unknown');
  assert.equal(backlogOf(samples, [{ lag: 0, age: NaN }]).text, 'unknown');
});

test('backlogOf_known_isTheOldestRecordOrAllStored', () => {
  assert.deepEqual(backlogOf(samples, [{ lag: 0, age: 0 }]), { text: 'all stored', tone: 'good' });
  assert.deepEqual(backlogOf(samples, [{ lag: 5, age: 0 }]), { text: '5 records waiting', tone: 'good' });
  assert.deepEqual(backlogOf(samples, [{ lag: 5, age: 90 }, { lag: 0, age: 0 }]), { text: '90 s behind', tone: 'bad' });
  assert.equal(backlogOf(samples, []).text, '');
});
