import { setImmediate } from 'node:timers';
import { type CallProgress, EasemobError, isEasemobError } from '../errors/index.js';
import { endOfCalls } from '../http/sliced-work.js';
import type { GuardedBucket } from './guarded-bucket.js';
import { LeasePermit, type Permit } from './permit.js';
import { RateLimitPause } from './rate-limit-pause.js';
import type { RateLimitGrant, RateWindow } from './rate-limit-store.js';
import { costsOf } from './route-windows.js';
import { isWaiting, type WaitingCall, WaitingCalls } from './waiting-calls.js';

/** The longest delay of one timer, in milliseconds; a call that waits longer is looked at again in between. */
const MAX_TIMER_MS = 60_000;

/** How long a request may take before the calls whose time is over are rejected during it, in milliseconds. */
const REQUEST_GRACE_MS = 2000;

/** How many requests a store that grants synchronously gets in one turn of the event loop. */
const REQUESTS_PER_TURN = 4;

/** The parts that a queue works with. */
export interface RouteQueueContext {
  readonly route: string;
  readonly windows: readonly RateWindow[];
  readonly bucket: GuardedBucket;
  readonly maxWaitMs: number;
  readonly now: () => number;
}

/** Grants the calls of one route their permits, first come first served. */
export class RouteQueue {
  readonly #context: RouteQueueContext;
  readonly #pause: RateLimitPause;
  readonly #waiting = new WaitingCalls((call) => this.#onAbort(call));
  #timer: NodeJS.Timeout | undefined;
  /** The call that the timer waits for. */
  #blocked: WaitingCall | undefined;
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
    this.#rejectAll(this.#waiting.removeUntil(Infinity), ({ progress }) => this.#abortError(progress));
    this.#stopTimer();
    this.#context.bucket.close();
  }

  /** Grants every call that fits now, and sets a timer for the next. */
  #drain(): void {
    if (this.#isRequesting) return;
    this.#stopTimer();
    for (let requests = 0; requests < REQUESTS_PER_TURN; requests += 1) {
      const batch = this.#waiting.nextBatch();
      if (batch.length === 0 || !this.#requestPermits(batch)) return;
    }
    setImmediate(() => this.#drain());
  }

  /** Returns whether another request is worth making at once. */
  #requestPermits(batch: readonly WaitingCall[]): boolean {
    let grant;
    try {
      grant = this.#context.bucket.acquire(batch.map(({ costs }) => costs));
    } catch (error) {
      this.#onStoreFailure(batch, error);
      return false;
    }
    if (!(grant instanceof Promise)) return this.#applyGrant(batch, grant);
    void this.#awaitGrant(batch, grant);
    return false;
  }

  async #awaitGrant(batch: readonly WaitingCall[], grant: Promise<RateLimitGrant>): Promise<void> {
    this.#isRequesting = true;
    this.#watchDeadlines();
    let isProgress = false;
    try {
      const granted = await grant;
      this.#stopTimer();
      isProgress = this.#applyGrant(batch, granted);
    } catch (error) {
      this.#stopTimer();
      this.#onStoreFailure(batch, error);
    }
    this.#isRequesting = false;
    if (isProgress) this.#drain();
  }

  /** Rejects the calls whose time is over although the request is still pending. */
  #watchDeadlines(): void {
    const first = this.#waiting.first();
    if (first === undefined) return;
    this.#setTimer(Math.max(first.deadline - this.#context.now(), REQUEST_GRACE_MS), () => {
      this.#rejectExpired();
      this.#watchDeadlines();
    });
  }

  /** Resolves the granted calls; returns whether another request is worth making at once. */
  #applyGrant(batch: readonly WaitingCall[], { leases, waitMs }: RateLimitGrant): boolean {
    for (const [index, lease] of leases.entries()) {
      const call = batch[index];
      if (call === undefined || !isWaiting(call)) lease.cancel();
      else {
        this.#waiting.remove(call);
        call.resolve(new LeasePermit(lease, this.#pause));
      }
    }
    const next = batch[leases.length];
    this.#rejectExpired(Math.max(1, Math.ceil(waitMs)));
    if (next === undefined || !isWaiting(next)) return true;
    this.#blocked = next;
    this.#setTimer(Math.min(waitMs, next.deadline - this.#context.now()), () => this.#drain());
    return false;
  }

  #rejectExpired(retryAfterMs?: number): void {
    const { route, maxWaitMs, now } = this.#context;
    const message = `Timed out after ${maxWaitMs} ms ("rateLimit.maxWaitMs") waiting for the ${route} rate limit.`;
    this.#rejectAll(this.#waiting.removeUntil(now()), ({ progress }) =>
      rateLimitError(message, progress, retryAfterMs),
    );
  }

  #onStoreFailure(batch: readonly WaitingCall[], error: unknown): void {
    const failed = batch.filter(isWaiting);
    for (const call of failed) this.#waiting.remove(call);
    const message = `The rate limit store failed for the ${this.#context.route} route.`;
    this.#rejectAll(failed, ({ progress }) =>
      isEasemobError(error) ? copyOf(error, progress) : rateLimitError(message, progress),
    );
    this.#rejectExpired();
    // In another turn of the event loop: a store that fails at once must not fail a long queue in one piece.
    setImmediate(() => this.#drain());
  }

  #onAbort(call: WaitingCall): void {
    this.#waiting.remove(call);
    call.reject(this.#abortError(call.progress));
    if (call === this.#blocked) this.#drain();
  }

  /** Rejects calls that were removed, each with an error of its own. */
  #rejectAll(calls: readonly WaitingCall[], errorOf: (call: WaitingCall) => EasemobError): void {
    if (calls.length > 0) endOfCalls.run(calls, (call) => call.reject(errorOf(call)));
  }

  #setTimer(ms: number, onEnd: () => void): void {
    this.#timer = setTimeout(onEnd, Math.min(Math.max(1, Math.ceil(ms)), MAX_TIMER_MS));
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#blocked = undefined;
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

/** Every caller gets an error of its own. A store cannot know what became of the call: only the call does. */
function copyOf(error: EasemobError, progress: CallProgress): EasemobError {
  const { message, kind, retryable, retryAfterMs } = error;
  return new EasemobError(withDoubt(message, progress), { kind, retryable, retryAfterMs, ...progress });
}

function withDoubt(message: string, { sent }: CallProgress): string {
  return `${message} ${sent === 'no' ? 'Nothing was sent.' : 'Easemob may have accepted an earlier attempt.'}`;
}
