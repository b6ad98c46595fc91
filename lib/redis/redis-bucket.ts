import { EasemobError } from '../errors/index.js';
import { WINDOW_MARGIN_MS } from '../rate-limit/lease-window.js';
import type { MemoryBucket } from '../rate-limit/memory-bucket.js';
import type {
  RateLimitBucket,
  RateLimitGrant,
  RateLimitLease,
  RateWindow,
} from '../rate-limit/rate-limit-store.js';
import { RESTORE_MS } from './rate-limit-script.js';
import { RecentLeases } from './recent-leases.js';
import type { RedisCommands } from './redis-commands.js';
import { cancelledReport, RedisLease } from './redis-lease.js';
import { PROBE_INTERVAL_MS, RedisOutage } from './redis-outage.js';
import { SharedBucket } from './shared-bucket.js';

/** How often a process that holds leases looks for a loss of the data, in milliseconds: well before others may send. */
const CHECK_IN_MS = RESTORE_MS / 2;

/** The parts that a bucket works with. */
export interface RedisBucketContext {
  readonly client: RedisCommands;
  /** Begins every key, in braces: in a cluster the keys of one script must be on one node. */
  readonly tag: string;
  /** Tells this bucket apart from the buckets of other processes. */
  readonly process: string;
  readonly windows: readonly RateWindow[];
  readonly leaseTtlMs: number;
  readonly commandTimeoutMs: number;
  readonly onUnavailable: 'local' | 'fail';
  /** Holds every lease of this process, and grants alone during an outage. */
  readonly local: MemoryBucket;
  onOutage(reason: string): void;
  onRecovery(): void;
  /** Called when Redis has lost its data. */
  onDataLoss(): void;
  /** Called when the bucket is closed: nobody waits for its recovery any more. */
  onClose(): void;
}

/** The bucket of one route: shared through Redis, and local while Redis is unavailable. */
export class RedisBucket implements RateLimitBucket {
  readonly #context: RedisBucketContext;
  readonly #recent: RecentLeases;
  readonly #outage: RedisOutage;
  readonly #shared: SharedBucket;
  #checkIn: NodeJS.Timeout | undefined;
  #lastId = 0;
  #isClosed = false;

  constructor(context: RedisBucketContext) {
    const { client, tag, process, windows, leaseTtlMs, commandTimeoutMs } = context;
    // Redis keeps whole milliseconds.
    const wholeWindows = windows.map(({ scope, limit, windowMs }) => ({
      scope,
      limit,
      windowMs: Math.ceil(windowMs + WINDOW_MARGIN_MS),
    }));
    this.#context = context;
    this.#recent = new RecentLeases(wholeWindows, leaseTtlMs);
    this.#outage = new RedisOutage({
      commandTimeoutMs,
      resync: () => this.#shared.resend(),
      onBegin: (reason) => {
        if (this.#isClosed) return;
        context.onOutage(reason);
        this.#scheduleCheckIn();
      },
      onEnd: () => context.onRecovery(),
    });
    this.#shared = new SharedBucket({
      client,
      tag,
      process,
      windows: wholeWindows,
      leaseTtlMs,
      outage: this.#outage,
      recent: this.#recent,
      onDataLoss: () => context.onDataLoss(),
    });
  }

  acquire(calls: readonly (readonly number[])[]): RateLimitGrant | Promise<RateLimitGrant> {
    if (!this.#outage.isOngoing) return this.#acquireShared(calls);
    this.#outage.probe();
    return this.#acquireLocally(calls);
  }

  pause(ms: number): void {
    this.#context.local.pause(ms);
    this.#shared.pause(ms);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#checkIn);
    this.#shared.close();
    this.#context.onClose();
  }

  async #acquireShared(calls: readonly (readonly number[])[]): Promise<RateLimitGrant> {
    const requested = calls.map((costs) => ({ id: this.#nextId(), costs }));
    try {
      const { granted, waitMs } = await this.#shared.acquire(requested);
      const leases = requested
        .slice(0, granted)
        .map(({ id, costs }) => this.#keep(id, costs, this.#context.local.forceAcquire(costs)));
      return { leases, waitMs };
    } catch {
      // Redis may have granted them before the connection broke, or may grant them later, when the command arrives.
      for (const call of requested) this.#shared.report(cancelledReport(call));
      return this.#acquireLocally(calls);
    }
  }

  #acquireLocally(calls: readonly (readonly number[])[]): RateLimitGrant {
    if (this.#context.onUnavailable === 'fail') throw unavailableError();
    const { leases, waitMs } = this.#context.local.acquire(calls);
    return {
      leases: leases.map((lease, index) => this.#keep(this.#nextId(), calls[index] ?? [], lease)),
      // Redis may respond sooner, and have room.
      waitMs: Math.min(waitMs, PROBE_INTERVAL_MS),
    };
  }

  #keep(id: string, costs: readonly number[], local: RateLimitLease): RedisLease {
    const lease = new RedisLease(id, costs, local, (ended) => this.#shared.report(ended));
    this.#recent.add(lease);
    if (this.#outage.isEnding) this.#shared.report(lease);
    this.#scheduleCheckIn();
    return lease;
  }

  /**
   * While this process holds leases it asks Redis now and then, even if it sends nothing, whether they are still there,
   * and during an outage whether Redis responds again.
   */
  #scheduleCheckIn(): void {
    if (this.#isClosed) return;
    this.#checkIn ??= setTimeout(() => {
      this.#checkIn = undefined;
      if (this.#outage.isOngoing) this.#outage.probe();
      else if (this.#recent.isEmpty) return;
      else this.#shared.checkIn(CHECK_IN_MS / 2);
      this.#scheduleCheckIn();
    }, CHECK_IN_MS).unref();
  }

  #nextId(): string {
    this.#lastId += 1;
    return `${this.#context.process}.${this.#lastId.toString(36)}`;
  }
}

function unavailableError(): EasemobError {
  return new EasemobError(
    'Redis does not respond, so the shared rate limits cannot be checked. Nothing was sent.',
    { kind: 'rate-limit', retryable: true, sent: 'no', retryAfterMs: PROBE_INTERVAL_MS },
  );
}
