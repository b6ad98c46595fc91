import type { RateLimitLease } from '../rate-limit/rate-limit-store.js';
import { NEVER_SENT, UNDER_WAY } from './rate-limit-script.js';

/** The state of a lease, as the rate limit script reads it. */
export interface LeaseReport {
  readonly id: string;
  readonly costs: readonly number[];
  /** The call was never sent. */
  readonly isCancelled: boolean;
  /** How long ago the call ended, in milliseconds, or one of the script's codes. */
  endedAgoMs(now: number): number;
}

/** The report of a call that Redis may have granted, although this process never got the grant. */
export function cancelledReport({ id, costs }: Pick<LeaseReport, 'id' | 'costs'>): LeaseReport {
  return { id, costs, isCancelled: true, endedAgoMs: () => NEVER_SENT };
}

/** A lease that Redis knows by its id, and the local bucket as well, so that it counts during an outage. */
export class RedisLease implements RateLimitLease, LeaseReport {
  readonly id: string;
  readonly costs: readonly number[];
  readonly grantedAt = performance.now();
  readonly #local: RateLimitLease;
  readonly #onEnd: (lease: RedisLease) => void;
  #endedAt: number | undefined;
  #isCancelled = false;

  constructor(
    id: string,
    costs: readonly number[],
    local: RateLimitLease,
    onEnd: (lease: RedisLease) => void,
  ) {
    this.id = id;
    this.costs = costs;
    this.#local = local;
    this.#onEnd = onEnd;
  }

  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  release(): void {
    if (this.#endedAt !== undefined) return;
    this.#endedAt = performance.now();
    this.#local.release();
    this.#onEnd(this);
  }

  cancel(): void {
    if (this.#endedAt !== undefined) return;
    this.#endedAt = performance.now();
    this.#isCancelled = true;
    this.#local.cancel();
    this.#onEnd(this);
  }

  endedAgoMs(now: number): number {
    if (this.#isCancelled) return NEVER_SENT;
    return this.#endedAt === undefined ? UNDER_WAY : Math.floor(now - this.#endedAt);
  }
}
