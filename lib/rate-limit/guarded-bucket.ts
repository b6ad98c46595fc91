import { isEasemobError } from '../errors/index.js';
import { isJsonObject } from '../http/json.js';
import type { RateLimitBucket, RateLimitGrant, RateLimitLease } from './rate-limit-store.js';

/** How long a store may take to grant, in milliseconds. `RedisRateLimitStore` takes 10 s at most. */
export const STORE_TIMEOUT_MS = 15_000;

/**
 * Bounds what an application's bucket can do to the calls that depend on it. A grant that is none or takes too long is a
 * failure, and a late one is cancelled; nothing else that the bucket throws gets out.
 */
export class GuardedBucket implements RateLimitBucket {
  readonly #bucket: RateLimitBucket;
  readonly #onFailure: (error: unknown) => void;
  /** The operations that failed the last time: a failure is reported once, until the operation succeeds. */
  readonly #failing = new Set<string>();

  /** @param onFailure - called with what the bucket threw, unless it is an `EasemobError`, which the calls get */
  constructor(bucket: RateLimitBucket, onFailure: (error: unknown) => void) {
    this.#bucket = bucket;
    this.#onFailure = onFailure;
  }

  /** @throws whatever the bucket throws; a `RateLimitStoreError` if it returns no grant, or none in time */
  acquire(calls: readonly (readonly number[])[]): RateLimitGrant | Promise<RateLimitGrant> {
    try {
      const grant: unknown = this.#bucket.acquire(calls);
      if (isThenable(grant)) return this.#grantInTime(Promise.resolve(grant), calls.length);
      return this.#grantOf(grant, calls.length);
    } catch (error) {
      this.#report('acquire', error);
      throw error;
    }
  }

  pause(ms: number): void {
    this.#attempt('pause', () => this.#bucket.pause(ms));
  }

  close(): void {
    this.#attempt('close', () => this.#bucket.close?.());
  }

  async #grantInTime(grant: Promise<unknown>, requested: number): Promise<RateLimitGrant> {
    let timer: NodeJS.Timeout | undefined;
    let isLate = false;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        isLate = true;
        reject(new RateLimitStoreError('timeout'));
      }, STORE_TIMEOUT_MS);
    });
    void grant.then(
      (late) => (isLate ? this.#cancelAll(late) : undefined),
      () => undefined,
    );
    try {
      return this.#grantOf(await Promise.race([grant, timeout]), requested);
    } catch (error) {
      this.#report('acquire', error);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #grantOf(grant: unknown, requested: number): RateLimitGrant {
    const given = leasesOf(grant);
    const leases = given?.filter(isLease);
    const waitMs: unknown = isJsonObject(grant) ? grant['waitMs'] : undefined;
    const isWait = typeof waitMs === 'number' && waitMs >= 0;
    const isGrant = given !== undefined && leases?.length === given.length;
    if (!isGrant || (!isWait && given.length < requested)) {
      this.#cancelAll(grant);
      throw new RateLimitStoreError('unexpected grant');
    }
    this.#failing.delete('acquire');
    return { leases: leases.map((lease) => this.#guard(lease)), waitMs: isWait ? waitMs : 0 };
  }

  #cancelAll(grant: unknown): void {
    this.#attempt('cancel', () => {
      for (const lease of leasesOf(grant) ?? []) if (isLease(lease)) this.#guard(lease).cancel();
    });
  }

  #guard(lease: RateLimitLease): RateLimitLease {
    return {
      release: () => this.#attempt('release', () => lease.release()),
      cancel: () => this.#attempt('cancel', () => lease.cancel()),
    };
  }

  #attempt(operation: string, run: () => unknown): void {
    try {
      const result = run();
      if (isThenable(result)) {
        Promise.resolve(result).catch((error: unknown) => this.#report(operation, error));
      } else this.#failing.delete(operation);
    } catch (error) {
      this.#report(operation, error);
    }
  }

  #report(operation: string, error: unknown): void {
    if (isEasemobError(error) || this.#failing.has(operation)) return;
    this.#failing.add(operation);
    this.#onFailure(error);
  }
}

/** The store returned what no store may return, or nothing in time. */
class RateLimitStoreError extends Error {
  override readonly name = 'RateLimitStoreError' as const;
  readonly code: string;

  constructor(reason: 'timeout' | 'unexpected grant') {
    super(`The rate limit store failed: ${reason}.`);
    this.code = reason === 'timeout' ? 'TIMEOUT' : 'UNEXPECTED_GRANT';
  }
}

function leasesOf(grant: unknown): readonly unknown[] | undefined {
  const leases: unknown = isJsonObject(grant) ? grant['leases'] : undefined;
  return Array.isArray(leases) ? leases : undefined;
}

function isLease(value: unknown): value is RateLimitLease {
  return (
    isJsonObject(value) && typeof value['release'] === 'function' && typeof value['cancel'] === 'function'
  );
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
