import type { RateLimitScope } from '../errors/response-table.js';

/** One limit of the service: at most `limit` calls or messages within any `windowMs` milliseconds. */
export interface RateWindow {
  /** What the window counts: `calls`, or `messages`, one per target. A route has one window at most for each. */
  readonly scope: RateLimitScope;
  /** The number of calls or messages that fit in one window. */
  readonly limit: number;
  /** The length of the window, in milliseconds. */
  readonly windowMs: number;
}

/** The room in the windows of a bucket that one granted call occupies. Exactly one of the two methods ends it. */
export interface RateLimitLease {
  /** The call is over and the server has counted it: the room is free one window from now. */
  release(): void;
  /** The call was never sent: the room is free at once. */
  cancel(): void;
}

/** The result of {@link RateLimitBucket.acquire}. */
export interface RateLimitGrant {
  /** One lease for each granted call, in the order of the request. */
  readonly leases: readonly RateLimitLease[];
  /** When to request the first call that was not granted again, in milliseconds; 0 if every call was granted. */
  readonly waitMs: number;
}

/** The rate limit of one route: grants calls while every window has room for them. */
export interface RateLimitBucket {
  /**
   * Grants as many calls as fit now, in order, and none after the first that does not fit. A call that costs more than a
   * whole window fits when that window is empty.
   *
   * The limiter sets no timeout for a promise that this returns: the implementation must settle it in bounded time. If
   * this throws or rejects, the calls of the request fail with `rate-limit` and are not sent.
   *
   * @param calls - for each call, its cost per window, in the order of the windows
   */
  acquire(calls: readonly (readonly number[])[]): RateLimitGrant | Promise<RateLimitGrant>;
  /** Grants nothing for `ms` milliseconds. It never shortens a pause that lasts longer. */
  pause(ms: number): void;
  /** Nothing more will be acquired. Open leases may still be released or cancelled. */
  close?(): void;
}

/** Where the buckets are kept: in the memory of the process by default, in Redis with `nestjs-easemob/redis`. */
export interface RateLimitStore {
  /**
   * Returns the bucket of a key.
   *
   * @param key - names the host, the app and the route, for instance `a1.easemob.com:org#app:users`; special characters are escaped
   * @param windows - the limits of the route; a call has one cost for each
   * @param leaseTtlMs - a lease that nobody ends counts as released after this time, in milliseconds
   */
  bucket(key: string, windows: readonly RateWindow[], leaseTtlMs: number): RateLimitBucket;
}
