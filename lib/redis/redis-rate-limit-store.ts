import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { MemoryBucket } from '../rate-limit/memory-bucket.js';
import type { RateLimitBucket, RateLimitStore, RateWindow } from '../rate-limit/rate-limit-store.js';
import { RedisBucket } from './redis-bucket.js';
import type { RedisCommands } from './redis-commands.js';

/** Where the shared rate limits are kept, and what happens while Redis is unavailable. */
export interface RedisRateLimitStoreOptions {
  /** An ioredis `Redis` or `Cluster`, on Redis 5 or newer. The store never disconnects it. */
  readonly client: RedisCommands;
  /**
   * Begins every key. It must be the same in every process that shares the limits.
   *
   * @default 'easemob'
   */
  readonly prefix?: string;
  /**
   * How long Redis may take to respond to one command before it counts as unavailable, in milliseconds.
   *
   * @default 1000
   */
  readonly commandTimeoutMs?: number;
  /**
   * What happens while Redis is unavailable. `local`: each process keeps to its share of the limits. `fail`: every call
   * fails with a `rate-limit` error and is not sent.
   *
   * @default 'local'
   */
  readonly onUnavailable?: 'local' | 'fail';
  /**
   * The number of processes that divide the limits among them while Redis is unavailable. If more processes send than
   * this says, the service may refuse calls.
   *
   * @default 1
   */
  readonly processes?: number;
}

/**
 * Shares the rate limits among all processes that send for the same app, on the clock of Redis. Calls are granted first
 * come first served within a process, and fairly between processes. An outage of Redis is logged when it begins and when
 * it ends.
 */
export class RedisRateLimitStore implements RateLimitStore {
  readonly #logger = new Logger(RedisRateLimitStore.name);
  readonly #options: RedisRateLimitStoreOptions;
  /** The buckets without Redis. The first begins the outage in the log, the last ends it. */
  readonly #unavailable = new Set<RateLimitBucket>();

  constructor(options: RedisRateLimitStoreOptions) {
    this.#options = options;
  }

  bucket(key: string, windows: readonly RateWindow[], leaseTtlMs: number): RateLimitBucket {
    const {
      client,
      prefix = 'easemob',
      commandTimeoutMs = 1000,
      onUnavailable = 'local',
      processes = 1,
    } = this.#options;
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
    });
    return bucket;
  }

  #onOutage(bucket: RateLimitBucket, reason: string): void {
    if (this.#unavailable.size === 0) {
      const isLocal = (this.#options.onUnavailable ?? 'local') === 'local';
      const meanwhile = isLocal ? 'this process applies the rate limits alone' : 'every call fails';
      this.#logger.warn(`${reason} Until Redis responds again, ${meanwhile}.`);
    }
    this.#unavailable.add(bucket);
  }

  #onRecovery(bucket: RateLimitBucket): void {
    if (this.#unavailable.delete(bucket) && this.#unavailable.size === 0) {
      this.#logger.log('Redis responds again. The rate limits are shared again.');
    }
  }
}
