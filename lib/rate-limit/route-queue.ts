import { type CallProgress, EasemobError, isEasemobError } from '../errors/index.js';
import { LeasePermit, type Permit } from './permit.js';
import { RateLimitPause } from './rate-limit-pause.js';
import type { RateLimitBucket, RateLimitGrant, RateWindow } from './rate-limit-store.js';
import { costsOf } from './route-windows.js';
import { type WaitingCall, WaitingCalls } from './waiting-calls.js';

/** The longest delay of one timer, in milliseconds; a call that waits longer is looked at again in between. */
const MAX_TIMER_MS = 60_000;

/** The parts that a queue works with. */
export interface RouteQueueContext {
  readonly route: string;
  readonly windows: readonly RateWindow[];
  readonly bucket: RateLimitBucket;
  readonly maxWaitMs: number;
  readonly now: () => number;
  onStoreError(error: unknown): void;
}

/** Grants the calls of one route their permits, first come first served. */
export class RouteQueue {
  readonly #context: RouteQueueContext;
  readonly #pause: RateLimitPause;
  readonly #waiting = new WaitingCalls((call) => this.#onAbort(call));
  #timer: NodeJS.Timeout | undefined;
  /** A request to the bucket is pending. One request at a time keeps the order. */
  #isRequesting = false;
  #isClosed = false;

  constructor(context: RouteQueueContext) {
    this.#context = context;
    this.#pause = new RateLimitPause(context.bucket, context.windows);
  }

  acquire(messages: number, signal: AbortSignal | undefined, progress: CallProgress): Promise<Permit> {
    if (this.#isClosed || signal?.aborted === true) return Promise.reject(this.#abortError(progress));
    return new Promise<Permit>((resolve, reject) => {
      const costs = costsOf(this.#context.windows, messages);
      const deadline = this.#context.now() + this.#context.maxWaitMs;
      const call: WaitingCall = { costs, deadline, signal, progress, resolve, reject, isRemoved: false };
      const isFirst = this.#waiting.first() === undefined;
      this.#waiting.add(call);
      if (isFirst) this.#drain();
      this.#waiting.watch(call);
    });
  }

  close(): void {
    this.#isClosed = true;
    for (let call = this.#waiting.first(); call; call = this.#waiting.first()) {
      this.#reject(call, this.#abortError(call.progress));
    }
    this.#stopTimer();
    this.#context.bucket.close?.();
  }

  /** Grants every call that fits now, and sets a timer for the next. */
  #drain(): void {
    if (this.#isRequesting) return;
    this.#stopTimer();
    for (let batch = this.#waiting.nextBatch(); batch.length > 0; batch = this.#waiting.nextBatch()) {
      if (!this.#requestPermits(batch)) return;
    }
  }

  /** Returns whether another request is worth making at once. */
  #requestPermits(batch: readonly WaitingCall[]): boolean {
    let grant;
    try {
      grant = this.#context.bucket.acquire(batch.map(({ costs }) => costs));
    } catch (error) {
      this.#rejectBatch(batch, error);
      return true;
    }
    if (!(grant instanceof Promise)) return this.#applyGrant(batch, grant);
    void this.#awaitGrant(batch, grant);
    return false;
  }

  async #awaitGrant(batch: readonly WaitingCall[], grant: Promise<RateLimitGrant>): Promise<void> {
    this.#isRequesting = true;
    let isProgress = true;
    try {
      isProgress = this.#applyGrant(batch, await grant);
    } catch (error) {
      this.#rejectBatch(batch, error);
    }
    this.#isRequesting = false;
    if (isProgress) this.#drain();
  }

  /** Resolves the granted calls; returns whether another request is worth making at once. */
  #applyGrant(batch: readonly WaitingCall[], { leases, waitMs }: RateLimitGrant): boolean {
    for (const [index, lease] of leases.entries()) {
      const call = batch[index];
      if (call === undefined || call.isRemoved) lease.cancel();
      else {
        this.#waiting.remove(call);
        call.resolve(new LeasePermit(lease, this.#pause));
      }
    }
    const next = batch[leases.length];
    this.#rejectExpired(waitMs);
    if (next === undefined || next.isRemoved) return true;
    this.#startTimer(Math.min(waitMs, next.deadline - this.#context.now()));
    return false;
  }

  #rejectExpired(retryAfterMs: number): void {
    const { route, maxWaitMs, now } = this.#context;
    const time = now();
    for (let call = this.#waiting.first(); call && call.deadline <= time; call = this.#waiting.first()) {
      const message = `Timed out after ${maxWaitMs} ms ("rateLimit.maxWaitMs") waiting for the ${route} rate limit.`;
      this.#reject(call, rateLimitError(message, call.progress, Math.max(1, Math.ceil(retryAfterMs))));
    }
  }

  #rejectBatch(batch: readonly WaitingCall[], error: unknown): void {
    const isOurs = isEasemobError(error);
    const message = `The rate limit store failed for the ${this.#context.route} route.`;
    for (const call of batch) {
      if (call.isRemoved) continue;
      const { progress } = call;
      this.#reject(call, isOurs ? copyOf(error, progress) : rateLimitError(message, progress));
    }
    if (!isOurs) this.#context.onStoreError(error);
  }

  #onAbort(call: WaitingCall): void {
    const isFirst = call === this.#waiting.first();
    this.#reject(call, this.#abortError(call.progress));
    if (isFirst) this.#drain();
  }

  #reject(call: WaitingCall, error: EasemobError): void {
    this.#waiting.remove(call);
    call.reject(error);
  }

  #startTimer(ms: number): void {
    this.#timer = setTimeout(() => this.#drain(), Math.min(Math.max(1, Math.ceil(ms)), MAX_TIMER_MS));
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #abortError(progress: CallProgress): EasemobError {
    const reason = this.#isClosed ? 'The module was closed while the call' : 'The call was aborted while it';
    const message = `${reason} waited for the ${this.#context.route} rate limit.`;
    return new EasemobError(withDoubt(message, progress), { kind: 'aborted', retryable: false, ...progress });
  }
}

function rateLimitError(message: string, progress: CallProgress, retryAfterMs?: number): EasemobError {
  const details = { kind: 'rate-limit', retryable: true, retryAfterMs, ...progress } as const;
  return new EasemobError(withDoubt(message, progress), details);
}

/** Every caller gets an error of its own. */
function copyOf(error: EasemobError, progress: CallProgress): EasemobError {
  const { message, kind, retryable, retryAfterMs } = error;
  const sent = error.sent === 'maybe' ? error.sent : progress.sent;
  return new EasemobError(message, { kind, retryable, retryAfterMs, attempts: progress.attempts, sent });
}

function withDoubt(message: string, { sent }: CallProgress): string {
  return `${message} ${sent === 'no' ? 'Nothing was sent.' : 'Easemob may have accepted an earlier attempt.'}`;
}
