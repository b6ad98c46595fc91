import type { RateLimitPause, RateLimitRefusal } from './rate-limit-pause.js';
import type { RateLimitLease } from './rate-limit-store.js';

/** The permission to send one request. */
export interface Permit {
  /**
   * The call is over: it counts for one window from now. With a refusal the route pauses as well. Only the first
   * release counts.
   *
   * @param refusal - the service refused the call for its rate
   */
  release(refusal?: RateLimitRefusal): void;
}

/** A permit that holds a lease of the bucket until it is released. */
export class LeasePermit implements Permit {
  readonly #lease: RateLimitLease;
  readonly #pause: RateLimitPause;
  readonly #pausesAtGrant: number;
  #isReleased = false;

  constructor(lease: RateLimitLease, pause: RateLimitPause) {
    this.#lease = lease;
    this.#pause = pause;
    this.#pausesAtGrant = pause.pauses;
  }

  release(refusal?: RateLimitRefusal): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#lease.release();
    this.#pause.onRelease(this.#pausesAtGrant, refusal);
  }
}
