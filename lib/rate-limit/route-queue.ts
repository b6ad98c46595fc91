import { EasemobError, isEasemobError } from '../errors/index.js';
import { LeasePermit, type Permit } from './permit.js';
import { RateLimitPause } from './rate-limit-pause.js';
import type { RateLimitBucket, RateLimitGrant } from './rate-limit-store.js';
import { costsOf, type RouteWindow } from './route-windows.js';
import { type WaitingCall, WaitingCalls } from './waiting-calls.js';

/** The longest delay of one timer, in milliseconds; a call that waits longer is looked at again in between. */
const MAX_TIMER_MS = 60_000;

/** The parts that a queue works with. */
export interface RouteQueueContext {
  readonly route: string;
  readonly windows: readonly RouteWindow[];
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

  acquire(messages: number, signal: AbortSignal | undefined): Promise<Permit> {
    if (this.#isClosed || signal?.aborted === true) return Promise.reject(this.#abortError());
    return new Promise<Permit>((resolve, reject) => {
      const costs = costsOf(this.#context.windows, messages);
      const deadline = this.#context.now() + this.#context.maxWaitMs;
      const call: WaitingCall = { costs, deadline, signal, resolve, reject, isRemoved: false };
      const isFirst = this.#waiting.first() === undefined;
      this.#waiting.add(call);
      if (isFirst) this.#drain();
      this.#waiting.watch(call);
    });
  }

  close(): void {
    this.#isClosed = true;
    for (let call = this.#waiting.first(); call; call = this.#waiting.first()) {
      this.#reject(call, this.#abortError());
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
      const message = `Timed out after ${maxWaitMs} ms ("rateLimit.maxWaitMs") waiting for the ${route} rate limit. Nothing was sent.`;
      this.#reject(call, rateLimitError(message, Math.max(1, Math.ceil(retryAfterMs))));
    }
  }

  #rejectBatch(batch: readonly WaitingCall[], error: unknown): void {
    const isOurs = isEasemobError(error);
    const message = `The rate limit store failed for the ${this.#context.route} route. Nothing was sent.`;
    for (const call of batch) {
      if (!call.isRemoved) this.#reject(call, isOurs ? copyOf(error) : rateLimitError(message));
    }
    if (!isOurs) this.#context.onStoreError(error);
  }

  #onAbort(call: WaitingCall): void {
    const isFirst = call === this.#waiting.first();
    this.#reject(call, this.#abortError());
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

  #abortError(): EasemobError {
    const reason = this.#isClosed ? 'The module was closed while the call' : 'The call was aborted while it';
    return new EasemobError(`${reason} waited for the ${this.#context.route} rate limit. Nothing was sent.`, {
      kind: 'aborted',
      retryable: false,
      sent: 'no',
    });
  }
}

function rateLimitError(message: string, retryAfterMs?: number): EasemobError {
  return new EasemobError(message, { kind: 'rate-limit', retryable: true, sent: 'no', retryAfterMs });
}

/** Every caller gets an error of its own. */
function copyOf({ message, kind, retryable, sent, retryAfterMs }: EasemobError): EasemobError {
  return new EasemobError(message, { kind, retryable, sent, retryAfterMs });
}
