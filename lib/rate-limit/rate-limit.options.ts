import type { RateLimitStore } from './rate-limit-store.js';

/** The families of calls that Easemob counts separately. */
export type RateLimitRoute = 'users' | 'chatgroups' | 'chatrooms' | 'files';

/**
 * The limits of one route, per app key. A limit that is left out keeps its default; `Infinity` removes it.
 *
 * @see https://doc.easemob.com/product/limitationapi.html
 */
export interface RouteLimit {
  /** Requests per second, above 0. A fraction is one request in a longer time: 0.5 is one request in two seconds. */
  readonly callsPerSecond?: number;
  /** Messages per window of `windowMs` milliseconds. A request counts as one message per target. */
  readonly messages?: { readonly count: number; readonly windowMs: number };
}

/**
 * How calls are delayed so that they stay within the limits of the service. The defaults are the documented limits of a
 * plan without a raised quota.
 *
 * @see https://doc.easemob.com/product/limitationapi.html
 */
export interface RateLimitOptions {
  /**
   * Messages to users.
   *
   * @default { callsPerSecond: 100, messages: { count: 6000, windowMs: 60_000 } }
   */
  readonly users?: RouteLimit;
  /**
   * Messages to chat groups.
   *
   * @default { callsPerSecond: 20, messages: { count: 20, windowMs: 1000 } }
   */
  readonly chatgroups?: RouteLimit;
  /**
   * Messages to chat rooms.
   *
   * @default { callsPerSecond: 100, messages: { count: 100, windowMs: 1000 } }
   */
  readonly chatrooms?: RouteLimit;
  /**
   * Uploads and downloads.
   *
   * @default { callsPerSecond: 100 }
   */
  readonly files?: RouteLimit;
  /**
   * How long a call may wait for the rate limit, in milliseconds. After that it fails with a `rate-limit` error and is
   * not sent.
   *
   * @default 30_000
   */
  readonly maxWaitMs?: number;
  /**
   * Where the buckets are kept. Registrations and processes that use the same app key must share a store to stay within
   * its limits together. If the store fails, the calls that wait for it fail with a `rate-limit` error.
   *
   * @default a `MemoryRateLimitStore` of this registration
   */
  readonly store?: RateLimitStore;
}

/** The documented limits: https://doc.easemob.com/product/limitationapi.html */
export const DEFAULT_ROUTE_LIMITS = {
  users: { callsPerSecond: 100, messages: { count: 6000, windowMs: 60_000 } },
  chatgroups: { callsPerSecond: 20, messages: { count: 20, windowMs: 1000 } },
  chatrooms: { callsPerSecond: 100, messages: { count: 100, windowMs: 1000 } },
  files: { callsPerSecond: 100 },
} as const satisfies Record<RateLimitRoute, RouteLimit>;

/** The default of `maxWaitMs`, in milliseconds. */
export const DEFAULT_MAX_WAIT_MS = 30_000;
