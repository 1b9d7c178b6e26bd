// The two teams of a match as they are to be shown. Pure.

/**
 * Home, then away: as the match's start named them, else those that the score knows, in its order.
 * @returns [{side, teamId, name}, …] always two; teamId is null if it is not known
 */
export function sidesOf({ teams, score }) {
  const named = [teams?.home?.teamId, teams?.away?.teamId];
  const others = Object.keys(score ?? {}).filter((id) => !named.includes(id));
  return ['home', 'away'].map((side, i) => {
    const teamId = named[i] ?? others.shift() ?? null;
    return { side, teamId, name: clean(teams?.[side]?.name) || (teamId === null ? words[side] : `Team ${teamId}`) };
  });
}

/** Names are whatever was sent: what would turn the text around them, and what cannot be seen, is left out. */
export function clean(name) {
  return typeof name === 'string' ? name.replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '').trim() : '';
}

const words = { home: 'Home', away: 'Away' };

/** What a team has in a map from team to number, 0 if nothing. */
export const of = (numbers, side) => (side.teamId === null ? 0 : numbers?.[side.teamId] ?? 0);

/** Whether there was a shoot-out. */
export const hasShootout = (shootout) => Object.keys(shootout ?? {}).length > 0;
