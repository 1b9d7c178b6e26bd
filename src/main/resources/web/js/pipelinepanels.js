// The panels of the pipeline page. A panel without data shows the reason: unknown, or not on this instance.

import { make, patchChildren, setAttribute, setHidden, setText } from './dom.js';
import { count, perSecond, plural, seconds, words } from './format.js';
import { max, sum } from './prom.js';

function badge(node, text, tone = null) {
  setText(node, text);
  setAttribute(node, 'data-tone', tone);
}

/** Shows a sentence in place of a panel's content. */
function sentence(node, text) {
  const known = node.querySelector(':scope > .nothing');
  for (const child of node.children) if (child !== known) setHidden(child, text !== '');
  const line = known ?? node.appendChild(make('p', { class: 'nothing' }));
  setHidden(line, text === '');
  setText(line, text);
}

export class Kpis {
  #known = new Map();

  constructor(list) {
    this.list = list;
  }

  show(rows) {
    patchChildren(this.list, rows, ([name]) => name, this.#known, ([name]) => {
      const value = make('dd');
      const node = make('div', {}, make('dt', { text: name }), value);
      node.value = value;
      return node;
    }, (node, [, value]) => setText(node.value, value));
  }
}

/** received = accepted + duplicate + dead; accepted = stored + in flight. */
export class Ledger {
  constructor(node, status) {
    this.node = node;
    this.status = status;
    this.parts = {};
    const term = (name, label) => make('span', { class: 'term' },
      (this.parts[name] = make('b')), make('small', { text: label }));
    const sign = (text) => make('i', { text });
    node.append(
      make('p', { class: 'equation' },
        term('received', 'received'), sign('='), term('accepted', 'accepted'), sign('+'),
        term('duplicate', 'duplicate'), sign('+'), term('dead', 'dead')),
      make('p', { class: 'equation' },
        term('accepted2', 'accepted'), sign('='), term('stored', 'stored'), sign('+'), term('inFlight', 'in flight')),
      (this.words = make('ul', { class: 'findings' })), (this.note = make('p', { class: 'note' })));
  }

  show(answer, off) {
    if (!answer) return;
    sentence(this.node, answer.failure ?? '');
    if (answer.failure) {
      badge(this.status, off ? 'not here' : 'unknown');
      return;
    }
    const { value } = answer;
    badge(this.status, value.status, { balanced: 'good', discrepant: 'bad' }[value.status] ?? 'warn');
    for (const name of ['received', 'accepted', 'duplicate', 'dead', 'stored', 'inFlight']) {
      setText(this.parts[name], count(value.totals[name]));
    }
    setText(this.parts.accepted2, count(value.totals.accepted));
    const found = value.discrepancies.map(({ partition, detail }) => `Partition ${partition}: ${detail}`);
    if (this.found !== found.join()) {
      this.found = found.join();
      this.words.replaceChildren(...found.slice(0, 12).map((text) => make('li', { text })));
    }
    const read = value.complete
      ? 'All partitions.'
      : `Only the ${plural(value.partitions.length, 'partition')} of this instance.`;
    setText(this.note, `${read} ClickHouse is read a moment before the rest.`);
  }
}

/**
 * The state of the sink in words. A missing number is unknown, and never means that all records are stored.
 * @param samples undefined if the service did not answer
 * @param rows each {lag, age}: records and seconds, null if unknown; none on an instance that stores no partition
 * @returns {text, tone}
 */
export function backlogOf(samples, rows) {
  if (samples === undefined) return { text: 'unknown', tone: null };
  if (rows.length === 0) return { text: '', tone: null };
  if (!rows.every(({ lag, age }) => Number.isFinite(lag) && Number.isFinite(age))) {
    return { text: 'unknown', tone: 'warn' };
  }
  const oldest = Math.max(...rows.map(({ age }) => age));
  const waiting = rows.reduce((total, { lag }) => total + lag, 0);
  const tone = oldest > 60 ? 'bad' : oldest > 10 ? 'warn' : 'good';
  if (oldest > 0) return { text: `${seconds(oldest)} behind`, tone };
  return { text: waiting === 0 ? 'all stored' : `${plural(waiting, 'record')} waiting`, tone };
}

/** The records that the sink has yet to store, by topic. */
export class Sink {
  #known = new Map();

  constructor(node, status) {
    this.node = node;
    this.status = status;
    this.list = node.appendChild(make('ul', { class: 'lines' }));
  }

  show(samples, topics, off) {
    const rows = topics.map((topic) => ({
      topic,
      lag: sum(samples, 'kafka_consumer_lag', { topic }),
      age: max(samples, 'sink_lag_seconds', { topic }),
    })).filter(({ lag, age }) => lag !== null || age !== null);
    const none = off ? 'The role sink is off on this instance.' : 'This instance stores no partition right now.';
    sentence(this.node, samples === undefined ? 'Unknown.' : rows.length > 0 ? '' : none);
    const state = backlogOf(samples, rows);
    badge(this.status, state.text, state.tone);
    const most = Math.max(100, ...rows.map(({ lag }) => lag ?? 0));
    const create = ({ topic }) => line(topic);
    patchChildren(this.list, rows, ({ topic }) => topic, this.#known, create, (node, { lag, age }) => {
      setText(node.parts.value, lag === null ? 'unknown' : plural(lag, 'record'));
      setText(node.parts.extra, age ? `oldest ${seconds(age)}` : '');
      setWidth(node.parts.bar, (lag ?? 0) / most);
    });
  }
}

function line(name) {
  const parts = { value: make('b'), extra: make('small'), bar: make('i') };
  const node = make('li', {}, make('span', { text: name }),
    make('span', { class: 'values' }, parts.extra, parts.value),
    make('span', { class: 'track', 'aria-hidden': 'true' }, parts.bar));
  node.parts = parts;
  return node;
}

function setWidth(node, share) {
  const value = `${Math.round(share * 1_000) / 10}%`;
  if (node.style.width !== value) node.style.width = value;
}

export class DeadLetters {
  #known = new Map();

  constructor(node, total) {
    this.node = node;
    this.total = total;
    this.list = node.appendChild(make('ul', { class: 'lines' }));
    node.append(make('p', {
      class: 'note',
      text: 'Since this instance started. Records that are processed again after a crash count again.',
    }));
  }

  show(samples, rateOf) {
    const rows = (samples?.get('dead_letters_total') ?? [])
      .map(({ labels, value }) => ({ reason: labels.reason, value }))
      .sort((a, b) => b.value - a.value || (a.reason < b.reason ? -1 : 1));
    sentence(this.node, samples === undefined ? 'Unknown.' : '');
    setText(this.total, samples === undefined ? '' : count(rows.reduce((total, { value }) => total + value, 0)));
    const most = Math.max(1, ...rows.map(({ value }) => value));
    const create = ({ reason }) => line(words(reason));
    patchChildren(this.list, rows, ({ reason }) => reason, this.#known, create, (node, { reason, value }) => {
      const rate = rateOf(reason);
      setText(node.parts.value, count(value));
      setText(node.parts.extra, rate ? perSecond(rate) : '');
      setWidth(node.parts.bar, value / most);
    });
  }
}

/** The threads of this instance with their tasks, and the owner of each partition in the group. */
export class Threads {
  #threads = new Map();
  #instances = new Map();

  constructor(node, status) {
    this.node = node;
    this.status = status;
    this.list = node.appendChild(make('ul', { class: 'threads' }));
    this.group = node.appendChild(make('ul', { class: 'instances' }));
  }

  show(answer) {
    if (!answer) return;
    if (answer.failure) {
      badge(this.status, 'unknown');
      sentence(this.node, answer.failure);
      return;
    }
    const { value } = answer;
    const off = value.state === 'OFF';
    const tone = { RUNNING: 'good', REBALANCING: 'warn' }[value.state] ?? 'bad';
    badge(this.status, off ? 'off here' : value.state.toLowerCase().replaceAll('_', ' '), off ? null : tone);
    sentence(this.node, off && value.instances.length === 0
      ? 'The role streams is off on this instance, and it knows no other instance.'
      : '');
    const threads = [...value.threads].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
    patchChildren(this.list, threads, ({ name }) => name, this.#threads, ({ name }) => this.#thread(name),
      (node, thread) => this.#update(node, thread));
    patchChildren(this.group, value.instances, ({ instance }) => instance, this.#instances, () => make('li'),
      (node, { instance, threads, active, standby }) => {
        const tasks = `active ${ranges(active)}, standby ${ranges(standby)}`;
        setText(node, `${instance.slice(0, 8)}: ${plural(threads, 'thread')}, ${tasks}`);
      });
  }

  #thread(name) {
    const parts = {
      state: make('span', { class: 'badge' }),
      active: make('ul', { class: 'tasks', 'aria-label': 'Active tasks' }),
      standby: make('ul', { class: 'tasks standby', 'aria-label': 'Standby tasks' }),
    };
    parts.known = { active: new Map(), standby: new Map() };
    const title = name.replace(/^.*-(?=StreamThread)/, '').replace('StreamThread-', 'Thread ');
    const node = make('li', {}, make('h3', {}, make('span', { text: title }), parts.state),
      parts.active, parts.standby);
    node.parts = parts;
    return node;
  }

  #update({ parts }, thread) {
    badge(parts.state, thread.state.toLowerCase().replaceAll('_', ' '), thread.state === 'RUNNING' ? 'good' : 'warn');
    for (const kind of ['active', 'standby']) {
      const tasks = [...thread[kind]].sort((a, b) => a.task.localeCompare(b.task, 'en', { numeric: true }));
      setHidden(parts[kind], tasks.length === 0);
      patchChildren(parts[kind], tasks, ({ task }) => task, parts.known[kind], ({ task }) => {
        const lag = make('small');
        const node = make('li', {}, make('b', { text: task.split('_').pop() }), lag);
        node.lag = lag;
        return node;
      }, (node, { lag, partitions }) => {
        setText(node.lag, lag > 0 ? `lag ${count(lag)}` : '');
        setAttribute(node, 'data-behind', lag > 1_000);
        setAttribute(node, 'title', `${partitions.join(', ')}: ${plural(lag, 'record')} behind`);
      });
    }
  }
}

/** 0, 1, 2, 5 as "0–2, 5". */
export function ranges(numbers) {
  if (numbers.length === 0) return 'none';
  const runs = [];
  for (const n of numbers) {
    if (runs.at(-1)?.at(-1) === n - 1) runs.at(-1)[1] = n;
    else runs.push([n, n]);
  }
  return runs.map(([a, b]) => (a === b ? `${a}` : `${a}–${b}`)).join(', ');
}

/** State stores with the progress of their restoration. */
export class Stores {
  #known = new Map();

  constructor(node) {
    this.node = node;
    this.list = node.appendChild(make('ul', { class: 'lines' }));
  }

  show(answer) {
    if (!answer) return;
    const rows = Object.entries(answer.value?.stores ?? {}).map(([name, partitions]) => ({
      name,
      partitions: partitions.length,
      lag: partitions.reduce((total, { lag }) => total + lag, 0),
      end: partitions.reduce((total, { end }) => total + end, 0),
    }));
    sentence(this.node, answer.failure ?? (rows.length === 0 ? 'No stores on this instance.' : ''));
    const create = ({ name }) => line(name);
    patchChildren(this.list, rows, ({ name }) => name, this.#known, create, (node, { partitions, lag, end }) => {
      setText(node.parts.value, lag === 0 ? 'current' : `${count(lag)} behind`);
      setText(node.parts.extra, plural(partitions, 'partition'));
      setWidth(node.parts.bar, end === 0 ? 1 : Math.max(0, 1 - lag / end));
    });
  }
}
