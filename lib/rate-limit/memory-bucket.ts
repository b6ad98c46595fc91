import { LeaseWindow } from './lease-window.js';
import type { RateLimitBucket, RateLimitGrant, RateLimitLease, RateWindow } from './rate-limit-store.js';

/** The bucket of one route in the memory of this process. It grants synchronously. */
export class MemoryBucket implements RateLimitBucket {
  readonly #windows: readonly LeaseWindow[];
  readonly #leaseTtlMs: number;
  readonly #now: () => number;
  /** The leases whose call is not over, oldest first. */
  readonly #open = new Set<MemoryLease>();
  #pausedUntil = -Infinity;

  constructor(windows: readonly RateWindow[], leaseTtlMs: number, now: () => number) {
    this.#windows = windows.map((window) => new LeaseWindow(window));
    this.#leaseTtlMs = leaseTtlMs;
    this.#now = now;
  }

  acquire(calls: readonly (readonly number[])[]): RateLimitGrant {
    const now = this.#now();
    this.#releaseExpired(now);
    const leases: RateLimitLease[] = [];
    for (const costs of calls) {
      const waitMs = this.#waitFor(costs, now);
      if (waitMs > 0) return { leases, waitMs };
      leases.push(this.forceAcquire(costs));
    }
    return { leases, waitMs: 0 };
  }

  /** Leases room for a call that another authority has granted already, whether it fits or not. */
  forceAcquire(costs: readonly number[]): RateLimitLease {
    const now = this.#now();
    this.#releaseExpired(now);
    for (const [index, window] of this.#windows.entries()) window.acquire(costs[index] ?? 0);
    const lease: MemoryLease = {
      costs,
      grantedAt: now,
      release: () => this.#release(lease),
      cancel: () => this.#cancel(lease),
    };
    this.#open.add(lease);
    return lease;
  }

  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#now() + ms);
  }

  #waitFor(costs: readonly number[], now: number): number {
    let waitMs = Math.max(0, this.#pausedUntil - now);
    for (const [index, window] of this.#windows.entries()) {
      waitMs = Math.max(waitMs, window.waitFor(costs[index] ?? 0, now));
    }
    return waitMs;
  }

  #release(lease: MemoryLease): void {
    if (!this.#open.delete(lease)) return;
    const now = this.#now();
    for (const [index, window] of this.#windows.entries()) window.release(lease.costs[index] ?? 0, now);
  }

  #cancel(lease: MemoryLease): void {
    if (!this.#open.delete(lease)) return;
    for (const [index, window] of this.#windows.entries()) window.cancel(lease.costs[index] ?? 0);
  }

  #releaseExpired(now: number): void {
    for (const lease of this.#open) {
      if (now - lease.grantedAt < this.#leaseTtlMs) return;
      this.#release(lease);
    }
  }
}

interface MemoryLease extends RateLimitLease {
  readonly costs: readonly number[];
  readonly grantedAt: number;
}
