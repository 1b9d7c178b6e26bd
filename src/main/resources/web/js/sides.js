// The two teams of a match, in display order. Pure.

/**
 * Home, then away, as the match's start names them by id. As long as it does not, the teams of the score have no side:
 * they stand in the order of their ids, whichever event arrived first. A name without an id could belong to either
 * team, so it is not shown.
 * @returns [{side, teamId, name}, …] always two; teamId is null if it is unknown
 */
export function sidesOf({ teams, score }) {
  const named = [teams?.home?.teamId ?? null, teams?.away?.teamId ?? null];
  const others = Object.keys(score ?? {}).filter((id) => !named.includes(id)).sort();
  return ['home', 'away'].map((side, i) => {
    const name = named[i] === null ? '' : clean(teams[side].name);
    const teamId = named[i] ?? others.shift() ?? null;
    return { side, teamId, name: name || (teamId === null ? words[side] : `Team ${teamId}`) };
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
