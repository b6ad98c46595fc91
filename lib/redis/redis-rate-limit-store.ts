import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { MemoryBudget } from '../rate-limit/memory-rate-limit-store.js';
import type { RateLimitBudget, RateLimitStore, RateWindow } from '../rate-limit/rate-limit-store.js';
import { RedisBudget } from './redis-budget.js';
import type { RedisCommands } from './redis-commands.js';

/** Where the shared budgets are kept, and what happens without them. */
export interface RedisRateLimitStoreOptions {
  /** An ioredis `Redis` or `Cluster`, Redis 5 or newer; the store never ends it. */
  readonly client: RedisCommands;
  /**
   * What the keys begin with; the same in every process that shares the budgets.
   *
   * @defaultValue 'easemob'
   */
  readonly prefix?: string;
  /**
   * How long Redis may take to answer one command before it counts as away, in milliseconds.
   *
   * @defaultValue 1000
   */
  readonly commandTimeoutMs?: number;
  /**
   * What happens while Redis is away: `local` keeps the limits within this process, each process with its share of them;
   * `fail` fails every call with a `rate-limit` error, never sent.
   *
   * @defaultValue 'local'
   */
  readonly onUnavailable?: 'local' | 'fail';
  /**
   * How many processes share the limits while Redis is away. With fewer than there are, the service may have to refuse.
   *
   * @defaultValue 1
   */
  readonly processes?: number;
}

/**
 * Rate limits shared by every process that sends for the same app: what one takes, none of the others has. First come
 * first served within a process, and in turn between them. Measured on the clock of Redis.
 */
export class RedisRateLimitStore implements RateLimitStore {
  private readonly logger = new Logger(RedisRateLimitStore.name);
  /** The budgets that Redis does not answer; the log tells of the first and of the last. */
  private readonly away = new Set<RateLimitBudget>();

  constructor(private readonly options: RedisRateLimitStoreOptions) {}

  budget(key: string, windows: readonly RateWindow[], maxHoldMs: number): RateLimitBudget {
    const {
      client,
      prefix = 'easemob',
      commandTimeoutMs = 1000,
      onUnavailable = 'local',
      processes = 1,
    } = this.options;
    const share = windows.map((window) => ({
      ...window,
      limit: Math.max(1, Math.floor(window.limit / processes)),
    }));
    const budget: RedisBudget = new RedisBudget({
      client,
      tag: `{${prefix}:${key}}`,
      // Of its own for each budget: two registrations of one app must not take each other's calls for their own.
      process: randomUUID().slice(0, 8),
      windows,
      maxHoldMs,
      commandTimeoutMs,
      onUnavailable,
      local: new MemoryBudget(share, maxHoldMs, () => performance.now()),
      onAway: (reason) => this.onAway(budget, reason),
      onBack: () => this.onBack(budget),
    });
    return budget;
  }

  private onAway(budget: RateLimitBudget, reason: string): void {
    if (this.away.size === 0) {
      const isLocal = (this.options.onUnavailable ?? 'local') === 'local';
      const meanwhile = isLocal ? 'this process keeps the rate limits for itself' : 'every call fails';
      this.logger.warn(`${reason} Until it does, ${meanwhile}.`);
    }
    this.away.add(budget);
  }

  private onBack(budget: RateLimitBudget): void {
    if (this.away.delete(budget) && this.away.size === 0) {
      this.logger.log('Redis answers again; the rate limits are shared again.');
    }
  }
}
