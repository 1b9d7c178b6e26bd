// The heat of matches on match day, and an order of matches that changes rarely. Pure.

/** A match passes the one above it if it is hotter by this share. */
const MARGIN = 0.25;
const AT_LEAST = 2;

/** The time for which a goal raises the heat of its match. */
const GOAL_GLOWS_MILLIS = 120_000;

/**
 * The heat of a match: its pace, raised for a while after a goal.
 * @param pace events a minute
 * @param goalAgo milliseconds since the page received a goal; Infinity if it received none
 */
export function heat(pace, goalAgo = Infinity) {
  return pace * (goalAgo < GOAL_GLOWS_MILLIS ? 1.5 : 1);
}

/**
 * Updates the order: a match passes those above it only if it is clearly hotter. A new match takes the
 * place that its heat gives it.
 * @param order the ids in their current order
 * @param heats Map from id to heat, with all ids of the new order
 */
export function reorder(order, heats) {
  const next = order.filter((id) => heats.has(id));
  const shown = new Set(next);
  const fresh = [...heats.keys()].filter((id) => !shown.has(id))
    .sort((a, b) => heats.get(b) - heats.get(a) || (a < b ? -1 : 1));
  for (let i = 1; i < next.length; i++) {
    for (let j = i; j > 0 && heats.get(next[j]) > heats.get(next[j - 1]) * (1 + MARGIN) + AT_LEAST; j--) {
      [next[j - 1], next[j]] = [next[j], next[j - 1]];
    }
  }
  for (const id of fresh) {
    const place = next.findIndex((other) => heats.get(other) < heats.get(id));
    next.splice(place < 0 ? next.length : place, 0, id);
  }
  return next;
}
