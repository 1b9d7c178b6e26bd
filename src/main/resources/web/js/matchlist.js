// The matches of the list stream, and the goals that each update of it reveals. Pure.

import { isOver } from './clock.js';
import { of, sideOf, sidesOf } from './sides.js';

export class MatchList {
  #matches = new Map();
  #complete = false;
  #loaded = false;

  /** Whether the first list has arrived. */
  get loaded() {
    return this.#loaded;
  }

  get size() {
    return this.#matches.size;
  }

  get all() {
    return [...this.#matches.values()];
  }

  get(matchId) {
    return this.#matches.get(matchId);
  }

  /**
   * Applies an event of the list stream.
   * @returns the new goals, each {match, teamId, count}: `count` is their number
   */
  apply(name, data) {
    switch (name) {
      case 'matches': {
        const listed = new Set(data.matches.map((match) => match.matchId));
        for (const id of this.#matches.keys()) if (!listed.has(id)) this.#matches.delete(id);
        const goals = this.#putAll(data);
        this.#loaded = true;
        return goals;
      }
      case 'changed':
        return this.#putAll(data);
      case 'removed':
        data.matchIds.forEach((id) => this.#matches.delete(id));
        return [];
      default:
        return [];
    }
  }

  #putAll({ matches, complete }) {
    const goals = matches.flatMap((match) => this.#put(match));
    this.#complete = complete === true;
    return goals;
  }

  /**
   * The service sends one entry for all changes of a second, so a new match may arrive with its first goal. A match
   * that was missing from a complete list is new, and so are all its goals. Before the first list, and while the list
   * is incomplete, the page cannot distinguish older goals from new ones.
   */
  #put(match) {
    const known = this.#matches.get(match.matchId);
    this.#matches.set(match.matchId, match);
    const isNew = !known && this.#complete;
    if (!(known || isNew) || isOver((known ?? match).status)) return [];
    return Object.entries(match.score ?? {})
      .map(([teamId, goals]) => ({ match, teamId, count: goals - (known?.score?.[teamId] ?? 0) }))
      .filter(({ count }) => count > 0);
  }
}

/** The announcement of a goal, with the score after it. */
export function goalAnnouncement({ match, teamId, count }) {
  const sides = sidesOf(match);
  const score = sides.map((side) => `${side.name} ${of(match.score, side)}`).join(', ');
  const team = sideOf(sides, teamId)?.name ?? `Team ${teamId}`;
  return `${count === 1 ? 'Goal' : `${count} goals`} for ${team}. ${score}.`;
}
