// The two teams of a match, in display order. Pure.

/**
 * The two teams. The match's start gives a team its side. If it names one team only, the other team of the score has
 * the other side. Without a start the sides are unknown. The page must not guess them: the ids determine the order.
 * @returns [{side, teamId, name}, …] always two; teamId is null if it is unknown
 */
export function sidesOf({ teams, score }) {
  const named = ['home', 'away'].map((side) => teams?.[side]?.teamId ?? null);
  const others = Object.keys(score ?? {}).filter((id) => !named.includes(id)).sort();
  const unknown = named.every((id) => id === null);
  const free = unknown || others.length === 1 ? [...others] : [];
  return ['home', 'away'].map((side, i) => {
    const name = clean(teams?.[side]?.name);
    if (named[i] !== null) return { side, teamId: named[i], name: name || `Team ${named[i]}` };
    if (free.length > 0) return { side, teamId: free[0], name: `Team ${free.shift()}` };
    return { side, teamId: null, name: unknown && others.length > 0 ? 'Other team' : name || words[side] };
  });
}

/**
 * A client may send any name, so this removes characters that are invisible or change the direction of text. The page
 * also isolates each name, because a right-to-left name would move the numbers beside it.
 */
export function clean(name) {
  return typeof name === 'string' ? name.replace(INVISIBLE, '').trim() : '';
}

const INVISIBLE = /[\p{Cc}\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/gu;

const words = { home: 'Home', away: 'Away' };

/** The team's number in a map from team to number, 0 if it has none. */
export const of = (numbers, side) => (side.teamId === null ? 0 : numbers?.[side.teamId] ?? 0);

/** The side of a team; null if it is unknown. */
export const sideOf = (sides, teamId) => sides.find((side) => side.teamId !== null && side.teamId === teamId) ?? null;

/** The side of a key moment; for an own goal the other side, which gets the goal. Null if it is unknown. */
export function sideOfMoment(sides, { eventType, teamId }) {
  const side = sideOf(sides, teamId);
  return side !== null && eventType === 'own_goal' ? sides.find((one) => one !== side) : side;
}

/** Whether there was a shoot-out. */
export const hasShootout = (shootout) => Object.keys(shootout ?? {}).length > 0;
