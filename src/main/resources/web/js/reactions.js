// The fans' reactions to goals: the ratio of fan events after a goal to those in the minute before. Pure.

import { fansIn, isGoal } from './types.js';

const MINUTE = 60_000;

/**
 * The service counts by clock minutes, so nothing finer is possible: `before` is the minute before the goal's minute,
 * and `after` is the busier of the goal's minute and the next.
 *
 * @param windows the minutes, each {start, byType}
 * @param moments key moments, oldest first
 * @returns for each goal {eventId, teamId, eventType, at, retracted, before, after, lift, open}, oldest first; lift is
 *     null if there was no fan event before; open is true while these minutes are not over
 */
export function lifts(windows, moments) {
  const fans = new Map(windows.map((window) => [Date.parse(window.start), fansIn(window.byType)]));
  const newest = windows.length === 0 ? 0 : Date.parse(windows.at(-1).start);
  return moments.filter((moment) => isGoal(moment.eventType)).map((goal) => {
    const at = Date.parse(goal.timestamp);
    const minute = Math.floor(at / MINUTE) * MINUTE;
    const before = fans.get(minute - MINUTE) ?? 0;
    const after = Math.max(fans.get(minute) ?? 0, fans.get(minute + MINUTE) ?? 0);
    return {
      eventId: goal.eventId,
      teamId: goal.teamId,
      eventType: goal.eventType,
      at,
      retracted: goal.retracted === true,
      before,
      after,
      lift: before === 0 ? null : after / before,
      open: newest <= minute + MINUTE,
    };
  });
}
