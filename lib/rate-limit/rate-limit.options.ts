import type { RateLimitStore } from './rate-limit-store.js';

/** The families of calls that the service counts apart. */
export type Route = 'users' | 'chatgroups' | 'chatrooms' | 'files';

/** What the service allows on one route, per app key; a figure left out keeps its default, `Infinity` lifts it. */
export interface RouteLimit {
  /** Requests in a second; below 1 it is one request in a longer time: 0.5 is one in two seconds. */
  readonly callsPerSecond?: number;
  /** Messages in a window; a request is one message per target. */
  readonly messages?: { readonly count: number; readonly windowMs: number };
}

/** How calls are held back so that the service never has to refuse them. */
export interface RateLimitOptions {
  readonly users?: RouteLimit;
  readonly chatgroups?: RouteLimit;
  readonly chatrooms?: RouteLimit;
  readonly files?: RouteLimit;
  /**
   * How long a call may wait for its turn before it fails, never sent, in milliseconds.
   *
   * @defaultValue 30_000
   */
  readonly maxWaitMs?: number;
  /**
   * Where the budgets live.
   *
   * @defaultValue the memory of this process
   */
  readonly store?: RateLimitStore;
}

/** The documented figures of a plan that was not raised, section 9.1 of the protocol. */
export const DEFAULT_ROUTE_LIMITS = {
  users: { callsPerSecond: 100, messages: { count: 6000, windowMs: 60_000 } },
  chatgroups: { callsPerSecond: 20, messages: { count: 20, windowMs: 1000 } },
  chatrooms: { callsPerSecond: 100, messages: { count: 100, windowMs: 1000 } },
  files: { callsPerSecond: 100 },
} as const satisfies Record<Route, RouteLimit>;

/** How long a call may wait for its turn when `maxWaitMs` does not say, in milliseconds. */
export const DEFAULT_MAX_WAIT_MS = 30_000;
