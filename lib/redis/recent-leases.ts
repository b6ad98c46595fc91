import { Fifo } from '../rate-limit/fifo.js';
import type { RateWindow } from '../rate-limit/rate-limit-store.js';
import type { RedisLease } from './redis-lease.js';

/** The leases that still occupy room in a window. Redis gets them again after an outage, because it may have lost them. */
export class RecentLeases implements Iterable<RedisLease> {
  readonly #leases = new Fifo<RedisLease>();
  readonly #longestWindowMs: number;
  readonly #leaseTtlMs: number;

  constructor(windows: readonly RateWindow[], leaseTtlMs: number) {
    this.#longestWindowMs = Math.max(0, ...windows.map(({ windowMs }) => windowMs));
    this.#leaseTtlMs = leaseTtlMs;
  }

  add(lease: RedisLease): void {
    this.#dropPast();
    this.#leases.push(lease);
  }

  get isEmpty(): boolean {
    this.#dropPast();
    return this.#leases.first() === undefined;
  }

  [Symbol.iterator](): Iterator<RedisLease> {
    this.#dropPast();
    return this.#leases[Symbol.iterator]();
  }

  #dropPast(): void {
    const now = performance.now();
    let lease = this.#leases.first();
    while (lease && this.#isPast(lease, now)) {
      this.#leases.shift();
      lease = this.#leases.first();
    }
  }

  #isPast(lease: RedisLease, now: number): boolean {
    return (
      lease.isCancelled ||
      lease.endedAgoMs(now) >= this.#longestWindowMs ||
      now - lease.grantedAt >= this.#leaseTtlMs + this.#longestWindowMs
    );
  }
}
