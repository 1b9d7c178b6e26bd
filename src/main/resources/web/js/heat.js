// What is hot on match day, and an order of matches that does not jump about. Pure.

/** How much hotter a match must be to pass the one above it. */
const MARGIN = 0.25;
const AT_LEAST = 2;

/** A goal makes a match hot for so long, beyond what it does to its events. */
const GOAL_GLOWS_MILLIS = 120_000;

/**
 * How hot a match is: its pace, and more for a while after a goal.
 * @param pace events a minute
 * @param goalAgo milliseconds since the viewer's page saw a goal; Infinity if it did not
 */
export function heat(pace, goalAgo = Infinity) {
  return pace * (goalAgo < GOAL_GLOWS_MILLIS ? 1.5 : 1);
}

/**
 * The order so far, in which a match passes those above it only if it is clearly hotter. New ones go where their heat says.
 * @param order ids as they are shown
 * @param heats Map from id to heat: those to be shown
 */
export function reorder(order, heats) {
  const next = order.filter((id) => heats.has(id));
  const shown = new Set(next);
  const fresh = [...heats.keys()].filter((id) => !shown.has(id)).sort((a, b) => heats.get(b) - heats.get(a) || (a < b ? -1 : 1));
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
