// The paths of a sparkline's area and line, for an SVG that the page stretches. Pure.

/**
 * Leaves out a minute that is not over, because its count is still too low. A burst must show at once, so the minute
 * stays if it has more events than the one before.
 */
export function settled(summary) {
  const events = summary.sparkline?.events ?? [];
  const last = events.length - 1;
  return summary.status === 'live' && last > 0 && events[last] < events[last - 1] ? events.slice(0, last) : events;
}

/** Events per minute over the last three minutes, rounded; 0 if no events arrive any more. */
export function pace(summary) {
  if (summary.status !== 'live' || !(summary.eventsPerMinute?.current > 0)) return 0;
  const last = settled(summary).slice(-3);
  if (last.length === 0) return summary.eventsPerMinute.current;
  return Math.round(last.reduce((a, b) => a + b, 0) / last.length);
}

/** The height stands for at least this many events, so that quiet matches look quiet. */
const LEAST_TOP = 20;

/**
 * @param events a number for each minute, oldest first
 * @param slots the width in minutes; fewer events leave room on the left
 */
export function sparkPaths(events, slots, width, height) {
  if (events.length === 0) return { line: '', area: '' };
  const top = Math.max(LEAST_TOP, ...events);
  const step = width / (slots - 1);
  const from = width - (events.length - 1) * step;
  const y = (n) => height - (n / top) * (height - 2) - 1;
  const points = events.map((n, i) => `${(from + i * step).toFixed(1)} ${y(n).toFixed(1)}`);
  const line = `M${points.join('L')}`;
  return { line, area: `${line}L${width} ${height}L${from.toFixed(1)} ${height}Z` };
}
