import { type CallProgress, EasemobConfigError } from '../errors/index.js';
import { methods } from '../checks/checks.js';
import type { RateLimitRoute } from '../options/rate-limit.options.js';
import type { ResolvedRateLimitOptions } from '../options/schema.js';
import { GuardedBucket } from './guarded-bucket.js';
import { MemoryRateLimitStore } from './memory-rate-limit-store.js';
import type { Permit } from './permit.js';
import type { RateLimitBucket } from './rate-limit-store.js';
import { RouteQueue } from './route-queue.js';
import { routeWindows } from './route-windows.js';

/** How long a permit that nobody releases is kept, in milliseconds; far longer than any request may take. */
const DEFAULT_LEASE_TTL_MS = 300_000;

const NO_ATTEMPT: CallProgress = { attempts: 0, sent: 'no' };

/** What a rate limiter needs besides the application's options. */
export interface RateLimiterContext {
  /** Begins the keys of the buckets in the store: the host and the app key, since each host counts on its own. */
  readonly keyPrefix: string;
  /** A monotonic clock, in milliseconds. */
  readonly now?: () => number;
  /**
   * How long a permit that is never released counts as a request under way, per route, in milliseconds; longer than the
   * longest request. After this time the permits of a process that died are free for the others.
   */
  readonly leaseTtlMs?: Readonly<Record<RateLimitRoute, number>>;
  /** Called when the store fails, once until it works again. The calls that wait for it fail with `rate-limit`. */
  onStoreError?(error: unknown): void;
}

/**
 * Delays calls so that no window of the service, wherever its boundaries fall, counts more than the limits: a permit
 * occupies its room from the grant until one window after the response.
 *
 * @see https://doc.easemob.com/product/limitationapi.html
 */
export class RateLimiter {
  readonly #routes: Readonly<Record<RateLimitRoute, RouteQueue>>;

  /** @throws {@link EasemobConfigError} if the application's store returns no bucket */
  constructor(options: ResolvedRateLimitOptions, context: RateLimiterContext) {
    const { keyPrefix, now = () => performance.now() } = context;
    const { maxWaitMs, store = new MemoryRateLimitStore(now) } = options;
    const onStoreError = (error: unknown): void => context.onStoreError?.(error);
    const queue = (route: RateLimitRoute): RouteQueue => {
      const windows = routeWindows(options[route]);
      const leaseTtlMs = context.leaseTtlMs?.[route] ?? DEFAULT_LEASE_TTL_MS;
      const made = store.bucket(`${keyPrefix}:${route}`, windows, leaseTtlMs);
      const bucket = new GuardedBucket(checked(made), onStoreError);
      return new RouteQueue({ route, windows, bucket, maxWaitMs, now });
    };
    this.#routes = {
      users: queue('users'),
      chatgroups: queue('chatgroups'),
      chatrooms: queue('chatrooms'),
      files: queue('files'),
    };
  }

  /**
   * Waits until the call may be sent, first come first served on its route.
   *
   * @param messages - the number of messages that the call counts as: one per target, 0 for a file
   * @param progress - what the earlier attempts of the call did; an error of the wait says the same
   * @throws {@link EasemobError} `rate-limit` after `maxWaitMs`, `aborted` by the signal or by `close`
   */
  acquire(
    route: RateLimitRoute,
    messages: number,
    signal?: AbortSignal,
    progress: CallProgress = NO_ATTEMPT,
  ): Promise<Permit> {
    return this.#routes[route].acquire(messages, signal, progress);
  }

  /** Rejects every waiting call and every later one with `aborted`. Granted permits may still be released. */
  close(): void {
    for (const queue of Object.values(this.#routes)) queue.close();
  }
}

const bucketCheck = methods<RateLimitBucket>('RateLimitBucket', 'acquire', 'pause');

function checked(bucket: unknown): RateLimitBucket {
  if (bucketCheck.accepts(bucket)) return bucket;
  throw new EasemobConfigError([
    `rateLimit.store.bucket() must return ${bucketCheck.must.replace('be ', '')}, got ${bucketCheck.describe(bucket)}.`,
  ]);
}
