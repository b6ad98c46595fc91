import { MemoryRateLimitStore } from './memory-rate-limit-store.js';
import type { Route } from '../options/rate-limit.options.js';
import type { ResolvedRateLimitOptions } from '../options/schema.js';
import { RouteQueue } from './route-queue.js';
import { routeWindows } from './route-windows.js';
import type { Turn } from './turn.js';

export type { Turn } from './turn.js';

/** How long a turn that nobody ends is kept, in milliseconds; far longer than any request may take. */
const DEFAULT_MAX_HOLD_MS = 300_000;

/** What a rate limiter is told besides its options. */
export interface RateLimiterContext {
  /** Names the budgets in the store: the app key, `org#app`. */
  readonly keyPrefix: string;
  /** A clock that never goes back, milliseconds. */
  readonly now?: () => number;
  /**
   * How long a turn that is never ended counts as a request under way, per route; above its longest request. A process
   * that died keeps its turns this long from the others.
   */
  readonly maxHoldMs?: Readonly<Record<Route, number>>;
  /** Hears of a store that broke; the calls it was asked for have failed with `rate-limit`. */
  onStoreError?(error: unknown): void;
}

/**
 * Holds calls back so that no window of the service, however it is placed, ever counts more than the limits of section
 * 9.1 of the protocol: a slot is taken from the grant until one window after the answer.
 */
export class RateLimiter {
  private readonly routes: Readonly<Record<Route, RouteQueue>>;

  constructor(options: ResolvedRateLimitOptions, context: RateLimiterContext) {
    const { keyPrefix, now = () => performance.now() } = context;
    const { maxWaitMs, store = new MemoryRateLimitStore(now) } = options;
    const onStoreError = (error: unknown): void => context.onStoreError?.(error);
    const queue = (route: Route): RouteQueue => {
      const windows = routeWindows(options[route]);
      const holdMs = context.maxHoldMs?.[route] ?? DEFAULT_MAX_HOLD_MS;
      const budget = store.budget(`${keyPrefix}:${route}`, windows, holdMs);
      return new RouteQueue({ route, windows, budget, maxWaitMs, now, onStoreError });
    };
    this.routes = {
      users: queue('users'),
      chatgroups: queue('chatgroups'),
      chatrooms: queue('chatrooms'),
      files: queue('files'),
    };
  }

  /**
   * Waits for the turn of a call, first come first served on its route.
   *
   * @param messages - how many messages the call counts as: one per target, 0 for a file
   * @throws {@link EasemobError} `rate-limit` after `maxWaitMs`, `aborted` by the signal or by `close`; both `sent: 'no'`
   */
  take(route: Route, messages: number, signal?: AbortSignal): Promise<Turn> {
    return this.routes[route].take(messages, signal);
  }

  /** Rejects everything that waits, and every later call, with `aborted`. Turns already had may still be ended. */
  close(): void {
    for (const queue of Object.values(this.routes)) queue.close();
  }
}
