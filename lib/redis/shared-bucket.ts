import { EasemobNetworkError } from '../errors/index.js';
import type { RateWindow } from '../rate-limit/rate-limit-store.js';
import { LeaseReports } from './lease-reports.js';
import { RATE_LIMIT_SCRIPT, SCRIPT_VERSION } from './rate-limit-script.js';
import type { RedisCommands } from './redis-commands.js';
import type { LeaseReport } from './redis-lease.js';
import type { RedisOutage } from './redis-outage.js';

/** How long the end of a call waits for a round trip that it can join, in milliseconds; far shorter than any window. */
const REPORT_DELAY_MS = 50;

/** When to request permits again while leases are being reported again, in milliseconds. */
const RESTORE_POLL_MS = 50;

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
  /** Every lease that still occupies room. */
  readonly recent: Iterable<LeaseReport>;
  /** Called when Redis has lost its data. The leases of this process are reported again. */
  onDataLoss(): void;
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
 * leases and pauses. If it fails, its reports are kept for the next. If Redis has lost its data, everything is reported
 * again.
 */
export class SharedBucket {
  readonly #context: SharedBucketContext;
  readonly #keys: readonly string[];
  /** How long Redis keeps a lease of which nothing is reported, in milliseconds. */
  readonly #longestLifeMs: number;
  readonly #reports: LeaseReports;
  /** The end of the last pause that this process began. */
  #pausedUntil = 0;
  #isPauseReported = true;
  /** The generation of the data in Redis, and until when Redis certainly does not forget it by itself. */
  #generation = '';
  #generationUntil = 0;
  #isRestoring = false;
  #lastRoundTripAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(context: SharedBucketContext) {
    const { tag, windows, leaseTtlMs } = context;
    const base = `${tag}:${SCRIPT_VERSION}`;
    this.#context = context;
    this.#keys = [`${base}:state`, `${base}:places`, ...windows.map((window) => `${base}:${nameOf(window)}`)];
    this.#longestLifeMs = leaseTtlMs + Math.max(0, ...windows.map(({ windowMs }) => windowMs));
    this.#reports = new LeaseReports(this.#longestLifeMs);
  }

  async acquire(calls: readonly SharedCall[]): Promise<SharedGrant> {
    if (this.#isRestoring) return { granted: 0, waitMs: RESTORE_POLL_MS };
    return this.#roundTrip(calls);
  }

  /** Reports a lease with the next round trip. */
  report(lease: LeaseReport): void {
    const { isOngoing, isEnding } = this.#context.outage;
    // An outage ends with `resend`, which reports every lease but the cancelled ones.
    if (lease.isCancelled || !isOngoing || isEnding) this.#reports.add(lease);
    if (this.#isClosed) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), REPORT_DELAY_MS).unref();
  }

  /** Pauses the bucket for every process. */
  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, performance.now() + ms);
    this.#isPauseReported = false;
    this.#flush();
  }

  /** Makes a round trip if the last one is longer ago than this, so that a loss of the data is noticed. */
  checkIn(intervalMs: number): void {
    if (this.#isRestoring || performance.now() - this.#lastRoundTripAt < intervalMs) return;
    void this.#roundTrip([]).catch(() => undefined);
  }

  close(): void {
    this.#isClosed = true;
    this.#flush();
  }

  /** Reports everything that Redis may not know after an outage, or after it has lost its data. */
  async resend(): Promise<void> {
    this.#isRestoring = true;
    try {
      let generation: string;
      do {
        this.#reports.startOver(this.#context.recent);
        this.#isPauseReported = false;
        // oxlint-disable-next-line no-await-in-loop -- in portions, so that Redis serves other clients in between
        await this.#roundTrip([]);
        generation = this.#generation;
        // oxlint-disable-next-line no-await-in-loop -- as above
        while (!this.#reports.isEmpty) await this.#roundTrip([]);
        // If Redis has lost its data again, the portions before are lost as well.
      } while (this.#generation !== generation);
    } finally {
      this.#isRestoring = false;
    }
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const isUpToDate = this.#reports.isEmpty && this.#isPauseReported;
    if (isUpToDate || this.#isRestoring || this.#context.outage.isOngoing) return;
    void this.#roundTrip([]).then(
      () => this.#flush(),
      () => undefined,
    );
  }

  async #roundTrip(calls: readonly SharedCall[]): Promise<SharedGrant> {
    const { client, outage } = this.#context;
    const reports = this.#reports.take(MAX_REPORTS);
    const isPauseReported = this.#isPauseReported;
    const args = this.#argumentsOf(calls, reports);
    this.#isPauseReported = true;
    this.#lastRoundTripAt = performance.now();
    try {
      const reply = await outage.watch('EVALSHA', async () =>
        replyOf(await RATE_LIMIT_SCRIPT.run(client, this.#keys, args), calls.length),
      );
      this.#learnGeneration(reply.generation);
      return reply;
    } catch (error) {
      this.#reports.putBack(reports);
      this.#isPauseReported = isPauseReported;
      throw error;
    }
  }

  #learnGeneration(generation: string): void {
    const now = performance.now();
    const isLost = this.#knownGeneration(now) !== '' && generation !== this.#generation;
    this.#generation = generation;
    this.#generationUntil = now + this.#longestLifeMs;
    if (!isLost || this.#isRestoring) return;
    this.#context.onDataLoss();
    // If this fails, the outage that begins ends with another one.
    void this.resend().catch(() => undefined);
  }

  #knownGeneration(now: number): string {
    return now < this.#generationUntil ? this.#generation : '';
  }

  #argumentsOf(calls: readonly SharedCall[], reports: readonly LeaseReport[]): (string | number)[] {
    const { process, leaseTtlMs, windows } = this.#context;
    const now = performance.now();
    return [
      process,
      this.#knownGeneration(now),
      Math.ceil(leaseTtlMs),
      this.#isPauseReported ? 0 : Math.max(0, Math.ceil(this.#pausedUntil - now)),
      ...windows.flatMap((window) => [nameOf(window), window.limit, window.windowMs]),
      reports.length,
      ...reports.flatMap((report) => [report.id, report.endedAgoMs(now), ...report.costs]),
      calls.length,
      ...calls.flatMap(({ id, costs }) => [id, ...costs]),
    ];
  }
}

/** What the window counts and its length: a process with another limit shares the window, one with another length does not. */
function nameOf({ scope, windowMs }: RateWindow): string {
  return `${scope}:${windowMs}`;
}

/** @throws EasemobNetworkError if the script cannot have returned the reply */
function replyOf(reply: unknown, requested: number): SharedGrant & { readonly generation: string } {
  if (Array.isArray(reply)) {
    const parts: readonly unknown[] = reply;
    const [granted, waitMs] = parts.slice(0, 2).map(numberOf);
    const generation = parts[2];
    if (
      granted !== undefined &&
      granted <= requested &&
      waitMs !== undefined &&
      typeof generation === 'string'
    ) {
      return { granted, waitMs, generation };
    }
  }
  throw new EasemobNetworkError('Redis returned a reply that the rate limit script never returns.', {
    code: 'UNEXPECTED_REPLY',
    retryable: true,
    sent: 'no',
  });
}

/** A client with `stringNumbers: true` returns numbers as text. */
function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}
