// The two teams of a match, in display order. Pure.

/**
 * Home, then away: the teams that the match's start names, else the teams of the score in its order.
 * @returns [{side, teamId, name}, …] always two; teamId is null if it is unknown
 */
export function sidesOf({ teams, score }) {
  const named = [teams?.home?.teamId, teams?.away?.teamId];
  const others = Object.keys(score ?? {}).filter((id) => !named.includes(id));
  return ['home', 'away'].map((side, i) => {
    const teamId = named[i] ?? others.shift() ?? null;
    return { side, teamId, name: clean(teams?.[side]?.name) || (teamId === null ? words[side] : `Team ${teamId}`) };
  });
}

/** A client may send any name, so this removes characters that change the text direction or are invisible. */
export function clean(name) {
  return typeof name === 'string' ? name.replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '').trim() : '';
}

const words = { home: 'Home', away: 'Away' };

/** The team's number in a map from team to number, 0 if it has none. */
export const of = (numbers, side) => (side.teamId === null ? 0 : numbers?.[side.teamId] ?? 0);

/** Whether there was a shoot-out. */
export const hasShootout = (shootout) => Object.keys(shootout ?? {}).length > 0;
