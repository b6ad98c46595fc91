import type { EmulatorLimits } from './emulator.options.js';
import type { Limits, RouteFamily } from './limits.js';
import { FixedWindow, SlidingWindow, type RateWindow } from './rate-windows.js';
import { callRateReached, messageVolumeReached } from './refusal.js';

/** How many requests the rate limits refused. */
export interface EmulatorRefusals {
  /** 429: too many calls. */
  readonly calls: number;
  /** 403: too many messages. */
  readonly messages: number;
}

interface Counter {
  readonly limit: number;
  readonly window: RateWindow;
}

type WindowOptions = Pick<EmulatorLimits, 'rateWindow' | 'rateWindowOffsetMs' | 'volumeCheck'>;

/** The two counters of every route family, section 9 of the protocol. What is refused is not counted. */
export class RateGates {
  readonly refusals: { calls: number; messages: number } = { calls: 0, messages: 0 };
  private readonly calls = new Map<RouteFamily, Counter>();
  private readonly messages = new Map<RouteFamily, Counter>();

  constructor(
    limits: Limits,
    private readonly options: WindowOptions,
  ) {
    for (const family of ['users', 'chatgroups', 'chatrooms', 'files', 'token'] as const) {
      const { callsPerSecond = Infinity, messages } = limits.rate(family) ?? {};
      if (callsPerSecond < Infinity) this.calls.set(family, this.counter(callsPerSecond, 1000));
      if (messages !== undefined && messages.count < Infinity) {
        this.messages.set(family, this.counter(messages.count, messages.windowMs));
      }
    }
  }

  /** Counts a request, or throws the refusal that the protocol has for it. */
  admit(family: RouteFamily, at: number, messages = 0): void {
    const callCounter = this.calls.get(family);
    const messageCounter = this.messages.get(family);
    if (callCounter !== undefined && callCounter.window.used(at) + 1 > callCounter.limit) {
      this.refusals.calls++;
      throw callRateReached();
    }
    if (messageCounter !== undefined && this.isFull(messageCounter, at, messages)) {
      this.refusals.messages++;
      throw messageVolumeReached();
    }
    callCounter?.window.count(at, 1);
    messageCounter?.window.count(at, messages);
  }

  private isFull({ limit, window }: Counter, at: number, messages: number): boolean {
    const used = window.used(at);
    return this.options.volumeCheck === 'after' ? used + messages > limit : used >= limit;
  }

  private counter(limit: number, windowMs: number): Counter {
    const { rateWindow, rateWindowOffsetMs = 0 } = this.options;
    const window =
      rateWindow === 'fixed' ? new FixedWindow(windowMs, rateWindowOffsetMs) : new SlidingWindow(windowMs);
    return { limit, window };
  }
}
