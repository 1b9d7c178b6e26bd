// Parses the part of Prometheus' text format that this service writes. Pure.

const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;
const ESCAPED = { '\\n': '\n', '\\"': '"', '\\\\': '\\' };

/**
 * @returns Map from name to its samples [{labels, value}]; only for the wanted names, since there are thousands of
 * others
 */
export function parse(text, wanted) {
  const samples = new Map(wanted.map((name) => [name, []]));
  for (const line of text.split('\n')) {
    const end = line.search(/[{ ]/);
    if (end <= 0) continue;
    const list = samples.get(line.slice(0, end));
    if (!list) continue;
    const close = line[end] === '{' ? line.lastIndexOf('}') : end;
    const value = Number(line.slice(close + 1).trim().split(' ')[0].replace('+Inf', 'Infinity'));
    const labels = {};
    for (const [, name, raw] of line.slice(end, close).matchAll(LABEL)) {
      labels[name] = raw.replace(/\\[n"\\]/g, (it) => ESCAPED[it]);
    }
    list.push({ labels, value });
  }
  return samples;
}

const matches = (sample, labels) => Object.entries(labels).every(([name, value]) => sample.labels[name] === value);

/** The sum of all samples of a name that have the labels; null if there are none. */
export function sum(samples, name, labels = {}) {
  const some = (samples?.get(name) ?? []).filter((sample) => matches(sample, labels));
  return some.length === 0 ? null : some.reduce((total, sample) => total + sample.value, 0);
}

/** The largest of these samples; null if there are none. */
export function max(samples, name, labels = {}) {
  const some = (samples?.get(name) ?? []).filter((sample) => matches(sample, labels));
  return some.length === 0 ? null : Math.max(...some.map((sample) => sample.value));
}

/** The increase of a counter per second between two scrapes; null if either lacks it or it was reset in between. */
export function rate(before, after, name, labels = {}) {
  const [a, b] = [sum(before?.samples, name, labels), sum(after?.samples, name, labels)];
  const seconds = before && after ? (after.at - before.at) / 1_000 : 0;
  return a === null || b === null || b < a || seconds <= 0 ? null : (b - a) / seconds;
}

/** A quantile of a histogram's increase between two scrapes, interpolated as in Prometheus; null if it did not grow. */
export function quantile(before, after, name, q) {
  const gained = (after?.samples.get(`${name}_bucket`) ?? []).map(({ labels, value }) => {
    const was = (before?.samples.get(`${name}_bucket`) ?? []).find((sample) => sample.labels.le === labels.le);
    return { le: labels.le === '+Inf' ? Infinity : Number(labels.le), count: value - (was?.value ?? 0) };
  }).sort((a, b) => a.le - b.le);
  const total = gained.at(-1)?.count ?? 0;
  if (total <= 0 || gained.some(({ count }) => count < 0)) return null;
  const rank = q * total;
  const i = gained.findIndex(({ count }) => count >= rank);
  const below = i === 0 ? { le: 0, count: 0 } : gained[i - 1];
  if (gained[i].le === Infinity) return below.le;
  const inside = gained[i].count - below.count;
  return below.le + (inside === 0 ? 0 : ((rank - below.count) / inside) * (gained[i].le - below.le));
}
