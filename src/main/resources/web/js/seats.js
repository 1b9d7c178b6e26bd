// Seats for the streams of all pages of one browser. Over HTTP/1.1 a browser opens at most six connections to one
// service, for all of its tabs and windows together. A seventh stream would wait forever, and so would every request.
// Four streams leave two connections for requests. If more pages are visible, they take turns.

const SEATS = [1, 2, 3, 4].map((n) => `fanfinity-stream-${n}`);

/** HTTP/2 needs no limit, because its streams share one connection. The protocol of a cached page is unknown. */
const isShared = () => /^h[23]/.test(performance.getEntriesByType('navigation')[0]?.nextHopProtocol ?? '');

/** Browsers have locks only on secure origins. Elsewhere every visible page has a stream. */
const locks = () => (isShared() ? undefined : navigator.locks);

/**
 * Waits for a free seat. Pages get seats in the order in which they asked, and the browser frees those of closed pages.
 * @param signal ends the wait
 * @returns a function that frees the seat
 */
export function takeSeat(signal) {
  if (!locks()) return Promise.resolve(() => {});
  const seated = new AbortController();
  const done = AbortSignal.any([signal, seated.signal]);
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    const seat = (free) => {
      if (done.aborted) {
        free(); // another seat was free too
      } else {
        seated.abort();
        resolve(free);
      }
    };
    for (const name of SEATS) {
      locks().request(name, { signal: done }, () => new Promise(seat)).catch(() => {
        // The page has another seat, or the wait has ended.
      });
    }
  });
}

/** Whether another page waits for a seat. */
export async function isSeatWanted() {
  const { pending } = await locks()?.query() ?? { pending: [] };
  return pending.some((lock) => SEATS.includes(lock.name));
}
