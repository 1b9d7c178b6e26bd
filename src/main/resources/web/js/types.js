// The event types by group: pitch, fans or match. Pure.

export const FANS = ['reaction', 'comment', 'prediction', 'share'];
export const MATCH = ['match_start', 'period_start', 'period_end', 'match_end', 'stoppage', 'var_review', 'retraction'];

/** The number of fan events in a map from type to number. */
export function fansIn(byType) {
  return FANS.reduce((sum, type) => sum + (byType?.[type] ?? 0), 0);
}

/** The types that change the score; an own goal counts for the other team. */
export const isGoal = (type) => type === 'goal' || type === 'own_goal';

/** "pitch", "fans" or "match". */
export function kindOf(type) {
  if (FANS.includes(type)) return 'fans';
  return MATCH.includes(type) ? 'match' : 'pitch';
}
