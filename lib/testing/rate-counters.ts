import { FixedWindow, SlidingWindow, type CountWindow } from './count-windows.js';
import type { EmulatorLimits } from './emulator.options.js';
import type { Limits, RouteGroup } from './limits.js';
import { callRateReached, messageVolumeReached } from './refusal.js';

/**
 * How many requests the rate limits refused.
 *
 * @see {@link https://doc.easemob.com/product/limitationapi.html}
 */
export interface EmulatorRefusals {
  /** Requests that were refused with 429: too many calls. */
  readonly calls: number;
  /** Requests that were refused with 403: too many messages. */
  readonly messages: number;
}

interface Counter {
  readonly limit: number;
  readonly window: CountWindow;
}

type WindowOptions = Pick<EmulatorLimits, 'rateWindow' | 'rateWindowOffsetMs' | 'volumeCheck'>;

/** Counts the calls and the messages of every group of routes. A refused request does not count. */
export class RateCounters {
  readonly refusals: { calls: number; messages: number } = { calls: 0, messages: 0 };
  readonly #options: WindowOptions;
  readonly #calls = new Map<RouteGroup, Counter>();
  readonly #messages = new Map<RouteGroup, Counter>();

  constructor(limits: Limits, options: WindowOptions) {
    this.#options = options;
    for (const group of ['users', 'chatgroups', 'chatrooms', 'files', 'token'] as const) {
      const { callsPerSecond = Infinity, messages } = limits.rate(group) ?? {};
      if (callsPerSecond < Infinity) this.#calls.set(group, this.#counter(callsPerSecond, 1000));
      if (messages !== undefined && messages.count < Infinity) {
        this.#messages.set(group, this.#counter(messages.count, messages.windowMs));
      }
    }
  }

  /**
   * Counts a request and its messages at the time `at`, in Unix milliseconds.
   *
   * @throws Refusal 429 when there are too many calls, 403 when there are too many messages
   */
  admit(group: RouteGroup, at: number, messages = 0): void {
    const callCounter = this.#calls.get(group);
    const messageCounter = this.#messages.get(group);
    if (callCounter !== undefined && callCounter.window.used(at) + 1 > callCounter.limit) {
      this.refusals.calls++;
      throw callRateReached();
    }
    if (messageCounter !== undefined && this.#isFull(messageCounter, at, messages)) {
      this.refusals.messages++;
      throw messageVolumeReached();
    }
    callCounter?.window.count(at, 1);
    messageCounter?.window.count(at, messages);
  }

  #isFull({ limit, window }: Counter, at: number, messages: number): boolean {
    const used = window.used(at);
    return this.#options.volumeCheck === 'after' ? used + messages > limit : used >= limit;
  }

  #counter(limit: number, windowMs: number): Counter {
    const { rateWindow, rateWindowOffsetMs = 0 } = this.#options;
    const window =
      rateWindow === 'fixed' ? new FixedWindow(windowMs, rateWindowOffsetMs) : new SlidingWindow(windowMs);
    return { limit, window };
  }
}
