// Numbers, times and names as people read them. Pure.

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** The text for an unknown number. */
export const UNKNOWN = '–';

const known = (n) => typeof n === 'number' && Number.isFinite(n);

/** A count: 1,477. */
export function count(n) {
  return known(n) ? whole.format(n) : UNKNOWN;
}

/** A count where room is scarce: 12.3K. */
export function short(n) {
  if (!known(n)) return UNKNOWN;
  return Math.abs(n) < 10_000 ? whole.format(n) : compact.format(n);
}

/** A number with one decimal: 13.1. */
export function decimal(n) {
  return known(n) ? tenth.format(n) : UNKNOWN;
}

/** A rate per second, with its significant digits. */
export function perSecond(n) {
  if (!known(n)) return UNKNOWN;
  if (n === 0) return '0/s';
  if (n < 0.1) return '<0.1/s';
  return (n < 10 ? tenth.format(n) : short(Math.round(n))) + '/s';
}

/** A duration given in milliseconds: 0.4 ms, 45 ms, 1.2 s. */
export function millis(ms) {
  if (!known(ms)) return UNKNOWN;
  if (ms < 10) return `${tenth.format(ms)} ms`;
  if (ms < 1_000) return `${whole.format(ms)} ms`;
  return seconds(ms / 1_000);
}

/** A duration given in seconds: 0.0 s, 12 s, 3 min, 2 h, 4 days. */
export function seconds(s) {
  if (!known(s)) return UNKNOWN;
  if (s < 10) return `${tenth.format(s)} s`;
  if (s < 120) return `${whole.format(s)} s`;
  if (s < 7_200) return `${whole.format(s / 60)} min`;
  if (s < 172_800) return `${whole.format(s / 3_600)} h`;
  return `${whole.format(s / 86_400)} days`;
}

/** An age given in milliseconds, in whole units, so that it does not flicker: 4 s, 12 min. */
export function wholeSeconds(ms) {
  const s = Math.max(0, Math.round(ms / 1_000));
  return s < 10 ? `${s} s` : seconds(s);
}

/** The ratio of two numbers: ×12, ×2.4; a ratio below 10 has one decimal. */
export function times(n) {
  if (!known(n)) return UNKNOWN;
  return '×' + (n < 10 ? tenth.format(n) : whole.format(n));
}

const clockTime = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const clockSeconds = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

function date(time) {
  const at = new Date(time ?? NaN);
  return Number.isNaN(at.getTime()) ? null : at;
}

/** The time of day in the viewer's time zone: 16:31. */
export function timeOfDay(time) {
  const at = date(time);
  return at ? clockTime.format(at) : UNKNOWN;
}

/** The same with seconds: 16:31:04. */
export function timeWithSeconds(time) {
  const at = date(time);
  return at ? clockSeconds.format(at) : UNKNOWN;
}

/** A day and a time: 15 Jul 2018, 16:31. */
export function dayAndTime(time) {
  const at = date(time);
  return at ? `${day.format(at)}, ${clockTime.format(at)}` : UNKNOWN;
}

/** A wire name as words: own_goal becomes "Own goal". */
export function words(wireName) {
  const text = String(wireName ?? '').replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** 1st, 2nd, 3rd, 11th, 21st. */
export function ordinal(n) {
  const tens = n % 100;
  const suffix = tens >= 11 && tens <= 13 ? 'th' : ['th', 'st', 'nd', 'rd'][n % 10] ?? 'th';
  return `${n}${suffix}`;
}

/** One thing or many: plural(1, "event") is "1 event". */
export function plural(n, one, many = `${one}s`) {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** A name for places without markup, such as the title: isolated there if it may be written from right to left. */
export function isolatedText(name) {
  return RIGHT_TO_LEFT.test(name) ? `\u2068${name}\u2069` : name;
}

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Since when, short: 16:31, and the day before it if that is another day. */
export function since(time, now) {
  const at = date(time);
  if (!at) return UNKNOWN;
  return day.format(at) === day.format(now) ? clockTime.format(at) : dayAndTime(at);
}
