import { EasemobNetworkError } from '../errors/index.js';
import type { RateWindow } from '../rate-limit/rate-limit-store.js';
import { RATE_LIMIT_SCRIPT } from './rate-limit-script.js';
import type { RedisCommands } from './redis-commands.js';
import type { LeaseReport } from './redis-lease.js';
import type { RedisOutage } from './redis-outage.js';

/** How long the end of a call waits for a round trip that it can join, in milliseconds; far shorter than any window. */
const REPORT_DELAY_MS = 50;

/** The most leases that one round trip reports: Redis serves no other client during a script. */
const MAX_REPORTS = 500;

/** The parts that a shared bucket works with. */
export interface SharedBucketContext {
  readonly client: RedisCommands;
  /** Begins every key. */
  readonly tag: string;
  readonly process: string;
  /** The limits, with the whole milliseconds that a lease occupies its room after its call. */
  readonly windows: readonly RateWindow[];
  readonly leaseTtlMs: number;
  readonly outage: RedisOutage;
}

/** A call that Redis knows by its id. */
export interface SharedCall {
  readonly id: string;
  readonly costs: readonly number[];
}

/** How many of the requested calls Redis granted, and when to request the next. */
export interface SharedGrant {
  readonly granted: number;
  readonly waitMs: number;
}

/**
 * The part of a bucket that is in Redis. One round trip requests permits and reports what happened since the last: ended
 * leases and pauses. If it fails, its reports are kept for the next.
 */
export class SharedBucket {
  readonly #context: SharedBucketContext;
  readonly #keys: readonly string[];
  #reports: LeaseReport[] = [];
  /** The end of a pause that is not reported yet. */
  #pausedUntil = 0;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(context: SharedBucketContext) {
    const { tag, windows } = context;
    this.#context = context;
    this.#keys = [
      `${tag}:places`,
      `${tag}:pause`,
      `${tag}:used`,
      ...windows.map((_, index) => `${tag}:${index + 1}`),
    ];
  }

  acquire(calls: readonly SharedCall[]): Promise<SharedGrant> {
    return this.#roundTrip(calls);
  }

  /** Reports a lease with the next round trip. */
  report(lease: LeaseReport): void {
    const { isOngoing, isEnding } = this.#context.outage;
    // An outage ends with `resend`, which reports every lease but the cancelled ones.
    if (lease.isCancelled || !isOngoing || isEnding) this.#reports.push(lease);
    if (this.#isClosed) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), REPORT_DELAY_MS).unref();
  }

  /** Pauses the bucket for every process. */
  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, performance.now() + ms);
    this.#flush();
  }

  close(): void {
    this.#isClosed = true;
    this.#flush();
  }

  /** Reports what Redis may not know after an outage. */
  async resend(leases: Iterable<LeaseReport>): Promise<void> {
    this.#reports = [...this.#reports.filter(({ isCancelled }) => isCancelled), ...leases];
    do {
      // oxlint-disable-next-line no-await-in-loop -- in portions, so that Redis serves other clients in between
      await this.#roundTrip([]);
    } while (this.#reports.length > 0);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const isUpToDate = this.#reports.length === 0 && this.#pausedUntil === 0;
    if (isUpToDate || this.#context.outage.isOngoing) return;
    void this.#roundTrip([]).then(
      () => this.#flush(),
      () => undefined,
    );
  }

  async #roundTrip(calls: readonly SharedCall[]): Promise<SharedGrant> {
    const { client, outage } = this.#context;
    const pausedUntil = this.#pausedUntil;
    const reports = this.#reports.splice(0, MAX_REPORTS);
    const args = this.#argumentsOf(calls, reports);
    this.#pausedUntil = 0;
    try {
      return await outage.watch('EVALSHA', RATE_LIMIT_SCRIPT.run(client, this.#keys, args).then(grantOf));
    } catch (error) {
      this.#reports.unshift(...reports);
      this.#pausedUntil = Math.max(this.#pausedUntil, pausedUntil);
      throw error;
    }
  }

  #argumentsOf(calls: readonly SharedCall[], reports: readonly LeaseReport[]): (string | number)[] {
    const { process, leaseTtlMs, windows } = this.#context;
    const now = performance.now();
    return [
      process,
      Math.ceil(leaseTtlMs),
      Math.max(0, Math.ceil(this.#pausedUntil - now)),
      ...windows.flatMap(({ limit, windowMs }) => [limit, windowMs]),
      reports.length,
      ...reports.flatMap((report) => [report.id, report.endedAgoMs(now), ...report.costs]),
      calls.length,
      ...calls.flatMap(({ id, costs }) => [id, ...costs]),
    ];
  }
}

function grantOf(reply: unknown): SharedGrant {
  if (Array.isArray(reply)) {
    const numbers: readonly unknown[] = reply;
    const [granted, waitMs] = numbers;
    if (typeof granted === 'number' && typeof waitMs === 'number') return { granted, waitMs };
  }
  throw new EasemobNetworkError('Redis returned a reply that the rate limit script never returns.', {
    code: 'UNEXPECTED_REPLY',
    retryable: true,
    sent: 'no',
  });
}
