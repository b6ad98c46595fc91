/** The first time for which the 401s of a route change no token, in milliseconds; it doubles with each one that follows. */
const FIRST_MS = 1_000;

const LONGEST_MS = 300_000;

/**
 * Remembers the routes that rejected a token which was fetched for them a moment ago. A new token is no cure there, so
 * that for some time their 401s cost no fetch and take no token from the routes that work.
 */
export class RejectingRoutes {
  readonly #now: () => number;
  readonly #rejections = new Map<string, { readonly until: number; readonly count: number }>();

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Whether a 401 of this route says nothing about the token. */
  has(route: string): boolean {
    const found = this.#rejections.get(route);
    return found !== undefined && this.#now() < found.until;
  }

  /** The route rejected a new token as well. */
  add(route: string): void {
    const count = (this.#rejections.get(route)?.count ?? 0) + 1;
    const ms = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(count - 1, 20));
    this.#rejections.set(route, { until: this.#now() + ms, count });
  }

  /** The route accepted a token. */
  delete(route: string): void {
    if (this.#rejections.size > 0) this.#rejections.delete(route);
  }
}
