// The pipeline page for operators: the activity of this instance, read every two seconds.

import { getJson, getText } from './api.js';
import { byId, inNextFrame, make, patchChildren, setAttribute, setHidden, setText } from './dom.js';
import { Drawing, edgesTable } from './drawing.js';
import { count, millis, perSecond, seconds, short } from './format.js';
import { graphOf } from './graph.js';
import { DeadLetters, Kpis, Ledger, Sink, Stores, Threads } from './pipelinepanels.js';
import { max, parse, quantile, rate, sum } from './prom.js';
import { ConnectionNotice, startShell } from './shell.js';

const EVERY_MILLIS = 2_000;

/** The interval over which rates are computed; over shorter ones they fluctuate. */
const RATE_MILLIS = 8_000;
const WANTED = ['events_processed_total', 'events_produced_total', 'kafka_consumer_lag',
  'kafka_consumer_messages_total', 'sink_lag_seconds', 'dead_letters_total', 'clickhouse_rows_written_total',
  'ingest_to_visible_seconds_bucket', 'live_viewers', 'active_matches'];
const STORED = ['match-events-accepted', 'match-events-dead', 'match-minutes', 'match-stats'];
const FOLLOWED = ['match-stats', 'match-moments'];
const ROLES = { producer: 'ingest', stores: 'streams', live: 'live', sink: 'sink' };

let scrapes = [];
let heardAt = 0;
let graph = null;
let timer = 0;
let drawnTable = false;
const answers = { streams: null, ledger: null, ready: null };

startShell();
const notice = new ConnectionNotice(() => heardAt);
const render = inNextFrame(show);
const drawing = new Drawing(byId('topology'), render);
const kpis = new Kpis(byId('kpis'));
const ledger = new Ledger(byId('ledger'), byId('ledger-status'));
const sink = new Sink(byId('sink'), byId('sink-status'));
const dead = new DeadLetters(byId('dead'), byId('dead-total'));
const threads = new Threads(byId('threads'), byId('streams-status'));
const stores = new Stores(byId('stores'));

/** Reads an answer, or the reason for its absence. */
async function asked(path) {
  try {
    return { value: await getJson(path) };
  } catch (e) {
    return { failure: e.message };
  }
}

/** Reads the health report, which is the body of status 503 too. For other calls, 503 is a failure. */
async function health() {
  try {
    const response = await fetch('/health/ready', { cache: 'no-store', signal: AbortSignal.timeout(8_000) });
    return { value: await response.json() };
  } catch {
    return { failure: 'The service cannot be reached.' };
  }
}

async function ask() {
  clearTimeout(timer);
  if (document.hidden) return;
  const started = Date.now();
  try {
    const text = await getText('/metrics');
    scrapes.push({ at: started, samples: parse(text, WANTED) });
    scrapes = scrapes.filter((scrape) => scrape.at > started - 2 * RATE_MILLIS);
    heardAt = Date.now();
    notice.become({ kind: 'live' });
  } catch {
    // Numbers of a service that is away would look current.
    scrapes = [];
    heardAt = 0;
    notice.become({ kind: 'retrying' });
  }
  [answers.streams, answers.ledger, answers.ready] = await Promise.all([
    asked('/api/streams'),
    asked('/api/ledger'),
    health(),
  ]);
  if (graph === null) await askTopology();
  render();
  clearTimeout(timer);
  timer = setTimeout(ask, Math.max(0, EVERY_MILLIS - (Date.now() - started)));
}

async function askTopology() {
  const topology = await asked('/api/topology');
  setHidden(byId('topology-empty'), !topology.failure);
  setText(byId('topology-empty'), topology.failure ?? '');
  if (topology.value) {
    graph = graphOf(topology.value, STORED, FOLLOWED);
    drawing.draw(graph);
  }
}

document.addEventListener('visibilitychange', () => {
  if (document.hidden) {
    clearTimeout(timer);
    notice.become({ kind: 'paused' });
  } else {
    scrapes = [];
    ask();
  }
});
ask();

const now = () => scrapes.at(-1);
const before = () => scrapes.find((scrape) => scrape.at >= now().at - RATE_MILLIS && scrape !== now());
const gained = (name, labels) => (scrapes.length < 2 ? null : rate(before(), now(), name, labels));

/** Records per second, summed over outcomes; null if one of them is unknown. */
function processed(...outcomes) {
  const rates = outcomes.map((outcome) => gained('events_processed_total', { outcome }));
  return rates.includes(null) ? null : rates.reduce((a, b) => a + b, 0);
}

/** The rate and lag of an edge. For an edge into an output topic, only the sink's reads are known. */
function edgeOf({ from, to }) {
  const topic = from.startsWith('topic:') ? from.slice(6) : null;
  if (from === 'http') {
    return { rate: gained('events_produced_total', { status: 'acknowledged', topic: to.slice(6) }), lag: null };
  }
  if (topic !== null && to === 'clickhouse') {
    return {
      rate: gained('kafka_consumer_messages_total', { topic }),
      lag: sum(now()?.samples, 'kafka_consumer_lag', { topic }),
    };
  }
  if (topic !== null && to === 'live') return { rate: null, lag: null };
  if (topic !== null) {
    return {
      rate: processed('accepted', 'duplicate', 'dead'),
      lag: sum(now()?.samples, 'kafka_consumer_lag', { topic }),
    };
  }
  const path = `${from} ${to}`;
  switch (path) {
    case 'node:validate node:dedupe':
      return { rate: processed('accepted', 'duplicate'), lag: null };
    case 'node:validate topic:match-events-dead':
      return { rate: processed('dead'), lag: null };
    case 'node:dedupe node:aggregate':
    case 'node:dedupe topic:match-events-accepted':
      return { rate: processed('accepted'), lag: null };
    default:
      return {
        rate: to.startsWith('topic:') ? gained('kafka_consumer_messages_total', { topic: to.slice(6) }) : null,
        lag: null,
      };
  }
}

function show() {
  const samples = now()?.samples;
  roles();
  kpis.show([
    ['events in', perSecond(gained('events_produced_total', { status: 'acknowledged' }))],
    ['processed', perSecond(processed('accepted', 'duplicate', 'dead'))],
    ['rows stored', perSecond(gained('clickhouse_rows_written_total', {}))],
    ['topology lag', short(sum(samples, 'kafka_consumer_lag', { topic: 'match-events' }))],
    ['sink lag', seconds(max(samples, 'sink_lag_seconds'))],
    ['p99 until visible', millisOf(quantile(before0(), now(), 'ingest_to_visible_seconds', .99))],
    ['live matches here', count(sum(samples, 'active_matches'))],
    ['viewers here', short(sum(samples, 'live_viewers'))],
  ]);
  if (graph) {
    drawing.update(edgeOf);
    if (byId('edges-body').closest('details').open || !drawnTable) {
      edgesTable(byId('edges-body'), graph, edgeOf);
      drawnTable = true;
    }
  }
  ledger.show(answers.ledger, isOff('stores'));
  sink.show(samples, STORED, isOff('sink'));
  dead.show(samples, (reason) => gained('dead_letters_total', { reason }));
  threads.show(answers.streams);
  stores.show(answers.streams);
}

const before0 = () => (scrapes.length < 2 ? null : before());
const millisOf = (s) => millis(s === null ? null : s * 1_000);
const isOff = (check) => answers.ready?.value?.checks?.[check]?.status === 'off';

/** The roles of this instance and their health. */
const roleNodes = new Map();
let checks = {};
function roles() {
  const unknown = answers.ready?.failure ? { status: 'unknown', detail: answers.ready.failure } : {};
  checks = answers.ready?.value?.checks ?? checks;
  const list = Object.entries(ROLES).filter(([check]) => check in checks)
    .map(([check, role]) => ({ role, ...checks[check], ...unknown }));
  const create = ({ role }) => make('span', { class: 'badge', text: role });
  patchChildren(byId('roles'), list, ({ role }) => role, roleNodes, create, (node, { role, status, detail }) => {
    setAttribute(node, 'data-tone', { up: 'good', degraded: 'warn', down: 'bad' }[status] ?? null);
    setAttribute(node, 'title', detail ?? null);
    setText(node, status === 'up' ? role : `${role}: ${status}`);
  });
}
