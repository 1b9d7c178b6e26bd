// The event types by whose they are. Pure.

export const FANS = ['reaction', 'comment', 'prediction', 'share'];
export const MATCH = ['match_start', 'period_start', 'period_end', 'match_end', 'stoppage', 'var_review', 'retraction'];

/** Events of the fans in a map from type to number. */
export function fansIn(byType) {
  return FANS.reduce((sum, type) => sum + (byType?.[type] ?? 0), 0);
}

/** Those that put a number on the board; an own goal is the other team's. */
export const isGoal = (type) => type === 'goal' || type === 'own_goal';

/** "pitch", "fans" or "match". */
export function kindOf(type) {
  if (FANS.includes(type)) return 'fans';
  return MATCH.includes(type) ? 'match' : 'pitch';
}
