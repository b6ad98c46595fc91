import { MemoryBucket } from './memory-bucket.js';
import type { RateLimitStore, RateWindow } from './rate-limit-store.js';

/**
 * Keeps buckets in the memory of this process. Everyone who passes the same key shares one bucket, with the windows of
 * the first call: give one store to two registrations of the same app, so that they share its limits.
 */
export class MemoryRateLimitStore implements RateLimitStore {
  readonly #buckets = new Map<string, MemoryBucket>();
  readonly #now: () => number;

  /** @param now - a monotonic clock, in milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  bucket(key: string, windows: readonly RateWindow[], leaseTtlMs: number): MemoryBucket {
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      bucket = new MemoryBucket(windows, leaseTtlMs, this.#now);
      this.#buckets.set(key, bucket);
    }
    return bucket;
  }
}
