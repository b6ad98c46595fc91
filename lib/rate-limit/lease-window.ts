import { Fifo } from './fifo.js';
import type { RateWindow } from './rate-limit-store.js';

/**
 * How much longer than its window a released lease occupies its room, in milliseconds. A server that counts in whole
 * milliseconds sees two calls up to one millisecond closer together than they were, and its clock may run a little
 * faster than ours.
 */
export const WINDOW_MARGIN_MS = 2;

/**
 * Enforces one limit wherever the server's window boundaries fall. The server counts a call at an unknown moment between
 * its grant and its response, so a lease occupies its room from the grant until one whole window after the response.
 */
export class LeaseWindow {
  readonly #limit: number;
  readonly #windowMs: number;
  #occupied = 0;
  /** The released leases in the order of `freeAt`: each becomes free one window after its release. */
  readonly #released = new Fifo<{ readonly freeAt: number; readonly cost: number }>();

  constructor({ limit, windowMs }: RateWindow) {
    this.#limit = limit;
    this.#windowMs = windowMs;
  }

  /** The wait until a call of this cost fits, in milliseconds. A cost above the limit fits when the window is empty. */
  waitFor(cost: number, now: number): number {
    this.#freeReleased(now);
    let excess = this.#occupied + Math.min(cost, this.#limit) - this.#limit;
    if (cost === 0 || excess <= 0) return 0;
    for (const lease of this.#released) {
      excess -= lease.cost;
      if (excess <= 0) return lease.freeAt - now;
    }
    // The rest is under way: none of it can be free sooner than one window from now.
    return this.#windowMs;
  }

  acquire(cost: number): void {
    this.#occupied += cost;
  }

  release(cost: number, now: number): void {
    // Here and not only in `waitFor`, which nobody calls while another authority grants.
    this.#freeReleased(now);
    if (cost > 0) this.#released.push({ freeAt: now + this.#windowMs + WINDOW_MARGIN_MS, cost });
  }

  cancel(cost: number): void {
    this.#occupied -= cost;
  }

  #freeReleased(now: number): void {
    for (let lease = this.#released.first(); lease && lease.freeAt <= now; lease = this.#released.first()) {
      this.#occupied -= lease.cost;
      this.#released.shift();
    }
  }
}
