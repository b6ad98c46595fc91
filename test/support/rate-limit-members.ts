import { rateLimitOptions } from '../../lib/options/schema.js';
import type { RouteLimit } from '../../lib/options/rate-limit.options.js';
import { RateLimiter } from '../../lib/rate-limit/rate-limiter.js';
import { RedisRateLimitStore, type RedisRateLimitStoreOptions } from '../../lib/redis/index.js';

/** How the limiter of a member differs from a usual one. */
export interface MemberOptions {
  readonly maxWaitMs?: number;
  readonly leaseTtlMs?: number;
}

/** The limiter of one registration over a store. Its key is that of every other one. */
export function limiterOver(
  store: RedisRateLimitStore,
  users: RouteLimit,
  { maxWaitMs = 20_000, leaseTtlMs = 300_000 }: MemberOptions = {},
): RateLimiter {
  const ttl = { users: leaseTtlMs, chatgroups: leaseTtlMs, chatrooms: leaseTtlMs, files: leaseTtlMs };
  return new RateLimiter(rateLimitOptions.resolve({ users, maxWaitMs, store }, 'legacy'), {
    keyPrefix: 'org#app',
    leaseTtlMs: ttl,
  });
}

/** One process of many: a store of its own over a client. */
export function memberOver(
  options: RedisRateLimitStoreOptions,
  users: RouteLimit,
  limiterOptions?: MemberOptions,
): RateLimiter {
  return limiterOver(new RedisRateLimitStore(options), users, limiterOptions);
}

/** Sends a call that ends at once. */
export async function send(limiter: RateLimiter, messages = 1): Promise<void> {
  (await limiter.acquire('users', messages)).release();
}

/**
 * How long some work takes, in milliseconds. Where the least is asserted, the work includes the call that a window or a
 * pause begins with: a slow machine then makes it longer, never shorter.
 */
export async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}
