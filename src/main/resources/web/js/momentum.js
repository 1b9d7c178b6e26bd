// The momentum of two teams: their balance in the events of the last five minutes. The newest minute has the largest
// weight. Pure.

/** The weights of a minute and the four before it. */
export const WEIGHTS = [5, 4, 3, 2, 1];

/** Pulls quiet minutes to the middle: a single event in five minutes is no momentum. */
const CALM = 15;

/**
 * @param windows the minutes, each {start, byTeam}, every one between the first and the last, oldest first
 * @param home a team's id
 * @param away the other team's id
 * @returns a number for each minute: above 0 home, below 0 away, -1 to 1
 */
export function momentum(windows, home, away) {
  return windows.map((_, i) => {
    let homeSum = 0;
    let awaySum = 0;
    for (let back = 0; back < WEIGHTS.length && back <= i; back++) {
      const byTeam = windows[i - back].byTeam ?? {};
      homeSum += WEIGHTS[back] * (byTeam[home] ?? 0);
      awaySum += WEIGHTS[back] * (byTeam[away] ?? 0);
    }
    return (homeSum - awaySum) / (homeSum + awaySum + CALM);
  });
}

/** The share of the last five minutes' weighted events that is the home team's, 0 to 1; null if there were none. */
export function shareNow(windows, home, away) {
  let homeSum = 0;
  let awaySum = 0;
  for (let back = 0; back < WEIGHTS.length && back < windows.length; back++) {
    const byTeam = windows[windows.length - 1 - back].byTeam ?? {};
    homeSum += WEIGHTS[back] * (byTeam[home] ?? 0);
    awaySum += WEIGHTS[back] * (byTeam[away] ?? 0);
  }
  return homeSum + awaySum === 0 ? null : homeSum / (homeSum + awaySum);
}
