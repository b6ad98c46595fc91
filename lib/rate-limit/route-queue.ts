import { EasemobError, isEasemobError } from '../errors/index.js';
import { AbortWatch } from '../http/abort-watch.js';
import { Fifo } from './fifo.js';
import type { RateLimitBudget, RateLimitGrant } from './rate-limit-store.js';
import { pauseAfter, type Refusal } from './refusals.js';
import { costsOf, type RouteWindow } from './route-windows.js';
import { SlotTurn, type Turn, type TurnObserver } from './turn.js';

/** How many calls are asked for at once. */
const BATCH = 256;

/** A timer takes no more; whoever waits longer looks again in between. */
const MAX_TIMER_MS = 60_000;

interface Waiter {
  readonly costs: readonly number[];
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (turn: Turn) => void;
  readonly reject: (error: unknown) => void;
  isOver: boolean;
}

/** What a queue works with. */
export interface RouteQueueContext {
  readonly route: string;
  readonly windows: readonly RouteWindow[];
  readonly budget: RateLimitBudget;
  readonly maxWaitMs: number;
  readonly now: () => number;
  onStoreError(error: unknown): void;
}

/** The calls of one route, first come first served. */
export class RouteQueue implements TurnObserver {
  pauses = 0;
  private refusals = 0;
  private readonly queue = new Fifo<Waiter>();
  private readonly aborts = new AbortWatch<Waiter>((waiter) => this.onAbort(waiter));
  private timer: NodeJS.Timeout | undefined;
  /** The budget has been asked and has not answered; one question at a time keeps the order. */
  private isAsking = false;
  private isClosed = false;

  constructor(private readonly context: RouteQueueContext) {}

  take(messages: number, signal: AbortSignal | undefined): Promise<Turn> {
    if (this.isClosed || signal?.aborted === true) return Promise.reject(this.aborted());
    return new Promise<Turn>((resolve, reject) => {
      const costs = costsOf(this.context.windows, messages);
      const deadline = this.context.now() + this.context.maxWaitMs;
      const waiter: Waiter = { costs, deadline, signal, resolve, reject, isOver: false };
      const isFirst = this.first() === undefined;
      this.queue.push(waiter);
      if (isFirst) this.advance();
      if (!waiter.isOver && signal !== undefined) this.aborts.add(signal, waiter);
    });
  }

  close(): void {
    this.isClosed = true;
    for (let waiter = this.first(); waiter; waiter = this.first()) this.drop(waiter, this.aborted());
    this.stopTimer();
    this.context.budget.close?.();
  }

  onAnswered(pausesBefore: number): void {
    if (pausesBefore === this.pauses) this.refusals = 0;
  }

  onRefused(refusal: Refusal, pausesBefore: number): void {
    // Its request was on its way before the route paused: the pause is already the answer to it.
    if (pausesBefore !== this.pauses) return;
    this.pauses += 1;
    this.refusals += 1;
    this.context.budget.pause(pauseAfter(refusal, this.refusals, this.context.windows));
  }

  /** Grants what can be granted now, and arranges to look again. */
  private advance(): void {
    if (this.isAsking) return;
    this.stopTimer();
    for (let asked = this.front(); asked.length > 0; asked = this.front()) {
      if (!this.ask(asked)) return;
    }
  }

  private ask(asked: readonly Waiter[]): boolean {
    let answer;
    try {
      answer = this.context.budget.take(asked.map(({ costs }) => costs));
    } catch (error) {
      this.fail(asked, error);
      return true;
    }
    if (!(answer instanceof Promise)) return this.accept(asked, answer);
    void this.hear(asked, answer);
    return false;
  }

  private async hear(asked: readonly Waiter[], answer: Promise<RateLimitGrant>): Promise<void> {
    this.isAsking = true;
    let isProgress = true;
    try {
      isProgress = this.accept(asked, await answer);
    } catch (error) {
      this.fail(asked, error);
    }
    this.isAsking = false;
    if (isProgress) this.advance();
  }

  /** Hands out what was granted; true when it is worth asking again at once. */
  private accept(asked: readonly Waiter[], { slots, waitMs }: RateLimitGrant): boolean {
    for (const [index, slot] of slots.entries()) {
      const waiter = asked[index];
      if (waiter === undefined || waiter.isOver) slot.giveBack();
      else this.leave(waiter).resolve(new SlotTurn(slot, this));
    }
    const next = asked[slots.length];
    this.expire(waitMs);
    if (next === undefined || next.isOver) return true;
    this.startTimer(Math.min(waitMs, next.deadline - this.context.now()));
    return false;
  }

  private expire(retryAfterMs: number): void {
    const now = this.context.now();
    for (let waiter = this.first(); waiter && waiter.deadline <= now; waiter = this.first()) {
      const { route, maxWaitMs } = this.context;
      const message = `The ${route} route had no turn within ${maxWaitMs} ms ("rateLimit.maxWaitMs"); nothing was sent.`;
      this.drop(waiter, rateLimited(message, { retryAfterMs: Math.max(1, Math.ceil(retryAfterMs)) }));
    }
  }

  private fail(asked: readonly Waiter[], error: unknown): void {
    const isOurs = isEasemobError(error);
    if (!isOurs) this.context.onStoreError(error);
    const message = `The rate limit store failed on the ${this.context.route} route; nothing was sent.`;
    for (const waiter of asked) {
      if (!waiter.isOver) this.drop(waiter, isOurs ? error : rateLimited(message, {}));
    }
  }

  private onAbort(waiter: Waiter): void {
    const isFirst = waiter === this.first();
    this.drop(waiter, this.aborted());
    if (isFirst) this.advance();
  }

  private drop(waiter: Waiter, error: EasemobError): void {
    this.leave(waiter).reject(error);
  }

  private leave(waiter: Waiter): Waiter {
    waiter.isOver = true;
    if (waiter.signal !== undefined) this.aborts.delete(waiter.signal, waiter);
    return waiter;
  }

  /** The first that still waits. */
  private first(): Waiter | undefined {
    while (this.queue.first()?.isOver === true) this.queue.shift();
    return this.queue.first();
  }

  private front(): readonly Waiter[] {
    const waiters: Waiter[] = [];
    if (this.first() === undefined) return waiters;
    for (const waiter of this.queue) {
      if (!waiter.isOver) waiters.push(waiter);
      if (waiters.length === BATCH) break;
    }
    return waiters;
  }

  private startTimer(ms: number): void {
    this.timer = setTimeout(() => this.advance(), Math.min(Math.max(1, Math.ceil(ms)), MAX_TIMER_MS));
  }

  private stopTimer(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private aborted(): EasemobError {
    const why = this.isClosed ? 'The module is closing' : 'The call was aborted';
    return new EasemobError(`${why} before its turn on the ${this.context.route} route; nothing was sent.`, {
      kind: 'aborted',
      retryable: false,
      sent: 'no',
    });
  }
}

function rateLimited(message: string, details: { readonly retryAfterMs?: number }): EasemobError {
  return new EasemobError(message, { kind: 'rate-limit', retryable: true, sent: 'no', ...details });
}
