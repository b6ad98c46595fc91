import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { MemoryBucket } from '../rate-limit/memory-bucket.js';
import type { RateLimitBucket, RateLimitStore, RateWindow } from '../rate-limit/rate-limit-store.js';
import { RedisBucket } from './redis-bucket.js';
import type { RedisCommands } from './redis-commands.js';
import { type ResolvedRateLimitStoreOptions, resolveRateLimitStoreOptions } from './redis-store-options.js';

/** How long a loss of the data is not logged again, in milliseconds. */
const LOSS_LOG_INTERVAL_MS = 10_000;

/** Where the shared rate limits are kept, and what happens while Redis is unavailable. */
export interface RedisRateLimitStoreOptions {
  /** An ioredis `Redis` or `Cluster`, on Redis 5 or newer. The store never disconnects it. */
  readonly client: RedisCommands;
  /**
   * Begins every key, without braces. It must be the same in every process that shares the limits.
   *
   * @default 'easemob'
   */
  readonly prefix?: string | undefined;
  /**
   * How long Redis may take to respond to one command before it counts as unavailable, in milliseconds, 1 to 10000.
   *
   * @default 1000
   */
  readonly commandTimeoutMs?: number | undefined;
  /**
   * What happens while Redis is unavailable. `local`: each process keeps to its share of the limits. `fail`: every call
   * fails with a `rate-limit` error and is not sent.
   *
   * @default 'local'
   */
  readonly onUnavailable?: 'local' | 'fail' | undefined;
  /**
   * The number of processes, 1 or more, that divide the limits among them while Redis is unavailable. If more processes send than
   * this says, the service may refuse calls.
   *
   * @default 1
   */
  readonly processes?: number | undefined;
}

/**
 * Shares the rate limits among all processes that send for the same app, on the clock of Redis. Calls are granted first
 * come first served within a process, and fairly between processes. An outage of Redis is logged when it begins and when
 * it ends.
 */
export class RedisRateLimitStore implements RateLimitStore {
  readonly #logger = new Logger(RedisRateLimitStore.name);
  readonly #options: ResolvedRateLimitStoreOptions;
  /** The buckets without Redis. The first begins the outage in the log, the last ends it. */
  readonly #unavailable = new Set<RateLimitBucket>();
  #lossLoggedAt = -Infinity;

  /** @throws {@link EasemobConfigError} with every problem of the options */
  constructor(options: RedisRateLimitStoreOptions) {
    this.#options = resolveRateLimitStoreOptions(options);
  }

  bucket(key: string, windows: readonly RateWindow[], leaseTtlMs: number): RateLimitBucket {
    const { client, prefix, commandTimeoutMs, onUnavailable, processes } = this.#options;
    const share = windows.map((window) => ({
      ...window,
      limit: Math.max(1, Math.floor(window.limit / processes)),
    }));
    const bucket: RedisBucket = new RedisBucket({
      client,
      tag: `{${prefix}:${key}}`,
      // One for each bucket: two registrations of one app in a process must not share their leases.
      process: randomUUID().slice(0, 8),
      windows,
      leaseTtlMs,
      commandTimeoutMs,
      onUnavailable,
      local: new MemoryBucket(share, leaseTtlMs, () => performance.now()),
      onOutage: (reason) => this.#onOutage(bucket, reason),
      onRecovery: () => this.#onRecovery(bucket),
      onDataLoss: () => this.#onDataLoss(),
      onClose: () => void this.#unavailable.delete(bucket),
    });
    return bucket;
  }

  #onOutage(bucket: RateLimitBucket, reason: string): void {
    if (this.#unavailable.size === 0) {
      const isLocal = this.#options.onUnavailable === 'local';
      const meanwhile = isLocal ? 'this process applies the rate limits alone' : 'every call fails';
      this.#logger.warn(`${reason} Until Redis responds again, ${meanwhile}.`);
    }
    this.#unavailable.add(bucket);
  }

  /** Every route notices the same loss. */
  #onDataLoss(): void {
    const now = performance.now();
    if (now - this.#lossLoggedAt < LOSS_LOG_INTERVAL_MS) return;
    this.#lossLoggedAt = now;
    this.#logger.warn(
      'Redis has lost the rate limits, by a restart or FLUSHALL for instance. Every process reports again what it has sent.',
    );
  }

  #onRecovery(bucket: RateLimitBucket): void {
    if (this.#unavailable.delete(bucket) && this.#unavailable.size === 0) {
      this.#logger.log('Redis responds again. The rate limits are shared again.');
    }
  }
}
