/** How many tokens in a row may be replaced at once; revocations are rare, and a person may cause a few of them. */
const BURST = 10;

const REFILL_MS = 30_000;

/**
 * How often a 401 may cost a token that works elsewhere. One server of many that rejects every token would otherwise take a
 * working token at each of its responses, and fetching often gets an account banned.
 */
export class ReplacementAllowance {
  readonly #now: () => number;
  #left = BURST;
  #refilledAt: number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#refilledAt = now();
  }

  /** Whether one more token may be replaced; counts it. */
  take(): boolean {
    const refills = Math.floor((this.#now() - this.#refilledAt) / REFILL_MS);
    this.#refilledAt += refills * REFILL_MS;
    this.#left = Math.min(BURST, this.#left + refills);
    if (this.#left === 0) return false;
    this.#left -= 1;
    return true;
  }
}
