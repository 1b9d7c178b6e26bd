// Live matches without data. Pure.

/** A live match without new data for this long shows since when. */
const QUIET_MILLIS = 3 * 60_000;

/**
 * The time of the service. The clock of the viewer's device may be wrong, so only the service's own times are compared.
 * Each of them is a lower bound of its present time, and the greatest bound is the best.
 */
export class ServiceTime {
  #offset = -Infinity;
  #known = false;

  /** @param elapsed returns the milliseconds of a monotonic clock */
  constructor(elapsed) {
    this.elapsed = elapsed;
  }

  /** Applies a status of the stream. A service that follows no updates does not know whether a match is quiet. */
  status({ following, asOf }) {
    this.#known = following;
    this.saw(asOf);
  }

  /** Without a connection the page does not know it either. */
  lost() {
    this.#known = false;
  }

  /** Applies a time that the service has set, null if there is none. */
  saw(time) {
    const at = Date.parse(time ?? NaN);
    if (at - this.elapsed() > this.#offset) this.#offset = at - this.elapsed();
  }

  /** Milliseconds; NaN if it is unknown. */
  now() {
    return this.#known ? this.#offset + this.elapsed() : NaN;
  }
}

/**
 * Since when a live match has no new data: the arrival of its newest event, null if it has arrived recently.
 * @param now the service's time in milliseconds
 */
export function quietSince({ status, lastActivityAt }, now) {
  const at = Date.parse(lastActivityAt ?? NaN);
  return status === 'live' && now - at >= QUIET_MILLIS ? at : null;
}
