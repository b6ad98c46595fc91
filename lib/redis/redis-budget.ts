import { Fifo } from '../rate-limit/fifo.js';
import type { MemoryBudget } from '../rate-limit/memory-rate-limit-store.js';
import type {
  RateLimitBudget,
  RateLimitGrant,
  RateLimitSlot,
  RateWindow,
} from '../rate-limit/rate-limit-store.js';
import { WINDOW_MARGIN_MS } from '../rate-limit/slot-window.js';
import { EasemobError, EasemobTimeoutError } from '../errors/index.js';
import { NEVER_SENT, RATE_LIMIT_SCRIPT } from './rate-limit-script.js';
import type { RedisCommands } from './redis-commands.js';
import { bounded } from './redis-failure.js';
import { RedisSlot, type SlotReport } from './redis-slot.js';

/** How long the end of a call waits for a round trip that goes anyway; far below any window, so nobody waits for it. */
const REPORT_DELAY_MS = 50;

/** How many slots one round trip reports at most: Redis serves nobody else meanwhile. */
const REPORTS = 500;

/** How long Redis is left alone after it failed. */
const PROBE_MS = 1000;

/** What a budget works with. */
export interface RedisBudgetContext {
  readonly client: RedisCommands;
  /** Begins every key, in braces: the keys of one script must live on one node of a cluster. */
  readonly tag: string;
  readonly process: string;
  readonly windows: readonly RateWindow[];
  readonly maxHoldMs: number;
  readonly commandTimeoutMs: number;
  readonly onUnavailable: 'local' | 'fail';
  /** Knows every slot of this process, and decides alone while Redis is away. */
  readonly local: MemoryBudget;
  onAway(reason: string): void;
  onBack(): void;
}

interface Call {
  readonly id: string;
  readonly costs: readonly number[];
}

/** The budget of one route, in Redis. */
export class RedisBudget implements RateLimitBudget {
  private readonly keys: readonly string[];
  /** How long a slot of each window stays taken after its call. */
  private readonly spans: readonly number[];
  /** Every slot of the longest window: what Redis is told when it comes back, for it may have forgotten. */
  private readonly recent = new Fifo<RedisSlot>();
  private reports: SlotReport[] = [];
  private timer: NodeJS.Timeout | undefined;
  /** The end of a pause that Redis has not been told of. */
  private pausedUntil = 0;
  private ids = 0;
  private isClosed = false;
  private isAway = false;
  private isProbing = false;
  private probeAt = 0;
  /** Commands given up on that the client still keeps: more of them would only lengthen its queue. */
  private unanswered = 0;

  constructor(private readonly context: RedisBudgetContext) {
    const { tag, windows } = context;
    this.keys = [
      `${tag}:places`,
      `${tag}:pause`,
      `${tag}:used`,
      ...windows.map((_, index) => `${tag}:${index + 1}`),
    ];
    this.spans = windows.map(({ windowMs }) => Math.ceil(windowMs + WINDOW_MARGIN_MS));
  }

  take(calls: readonly (readonly number[])[]): RateLimitGrant | Promise<RateLimitGrant> {
    if (!this.isAway) return this.takeShared(calls);
    if (performance.now() >= this.probeAt) void this.probe();
    return this.takeAlone(calls);
  }

  pause(ms: number): void {
    this.context.local.pause(ms);
    this.pausedUntil = Math.max(this.pausedUntil, performance.now() + ms);
    this.flush();
  }

  close(): void {
    this.isClosed = true;
    this.flush();
  }

  private async takeShared(calls: readonly (readonly number[])[]): Promise<RateLimitGrant> {
    const asked = calls.map((costs) => ({ id: this.nextId(), costs }));
    try {
      const { granted, waitMs } = await this.send(asked);
      const slots = asked
        .slice(0, granted)
        .map(({ id, costs }) => this.keep(id, costs, this.context.local.occupy(costs)));
      return { slots, waitMs };
    } catch {
      // Redis may have granted them before the connection broke, or may yet, when the client gets through to it.
      this.reports.push(...asked.map(({ id, costs }) => ({ id, costs, ago: () => NEVER_SENT })));
      return this.takeAlone(calls);
    }
  }

  private takeAlone(calls: readonly (readonly number[])[]): RateLimitGrant {
    if (this.context.onUnavailable === 'fail') {
      throw new EasemobError(
        'The shared rate limits are out of reach, Redis does not answer; nothing was sent.',
        {
          kind: 'rate-limit',
          retryable: true,
          sent: 'no',
          retryAfterMs: PROBE_MS,
        },
      );
    }
    const { slots, waitMs } = this.context.local.take(calls);
    return {
      slots: slots.map((slot, index) => this.keep(this.nextId(), calls[index] ?? [], slot)),
      // Redis may be back sooner, and have room.
      waitMs: Math.min(waitMs, PROBE_MS),
    };
  }

  private keep(id: string, costs: readonly number[], local: RateLimitSlot): RedisSlot {
    this.forget();
    const slot = new RedisSlot(id, costs, local, this.onEnd);
    this.recent.push(slot);
    if (this.isProbing) this.reports.push(slot);
    return slot;
  }

  /** Drops the slots that have no more part in any window. */
  private forget(): void {
    const now = performance.now();
    const longest = Math.max(0, ...this.spans);
    for (let slot = this.recent.first(); slot; slot = this.recent.first()) {
      const ago = slot.ago(now);
      const isOver =
        ago === NEVER_SENT || ago >= longest || now - slot.startedAt >= this.context.maxHoldMs + longest;
      if (!isOver) return;
      this.recent.shift();
    }
  }

  private readonly onEnd = (slot: RedisSlot): void => {
    const isUntold = slot.ago(0) === NEVER_SENT || !this.isAway || this.isProbing;
    if (isUntold) this.reports.push(slot);
    if (this.isClosed) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), REPORT_DELAY_MS).unref();
  };

  /** Tells Redis what there is to tell, unless a question took it along already. */
  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.isAway || (this.reports.length === 0 && this.pausedUntil === 0)) return;
    void this.send([]).then(
      () => this.flush(),
      () => undefined,
    );
  }

  private async send(calls: readonly Call[]): Promise<{ granted: number; waitMs: number }> {
    const { client, commandTimeoutMs } = this.context;
    const { pausedUntil } = this;
    const reports = this.reports.splice(0, REPORTS);
    const args = this.arguments(calls, reports);
    this.pausedUntil = 0;
    try {
      const reply = RATE_LIMIT_SCRIPT.run(client, this.keys, args);
      return answerOf(await bounded('EVALSHA', reply, commandTimeoutMs, () => this.onLateReply()));
    } catch (error) {
      this.reports.unshift(...reports);
      this.pausedUntil = Math.max(this.pausedUntil, pausedUntil);
      this.onFailure(error);
      throw error;
    }
  }

  private arguments(calls: readonly Call[], reports: readonly SlotReport[]): (string | number)[] {
    const { process, maxHoldMs, windows } = this.context;
    const now = performance.now();
    return [
      process,
      Math.ceil(maxHoldMs),
      Math.max(0, Math.ceil(this.pausedUntil - now)),
      ...windows.flatMap(({ limit }, index) => [limit, this.spans[index] ?? 0]),
      reports.length,
      ...reports.flatMap((report) => [report.id, report.ago(now), ...report.costs]),
      calls.length,
      ...calls.flatMap(({ id, costs }) => [id, ...costs]),
    ];
  }

  private onFailure(error: unknown): void {
    if (error instanceof EasemobTimeoutError) this.unanswered += 1;
    this.probeAt = performance.now() + PROBE_MS;
    if (this.isAway) return;
    this.isAway = true;
    if (!this.isClosed) this.context.onAway(error instanceof Error ? error.message : 'Redis failed.');
  }

  private onLateReply(): void {
    this.unanswered -= 1;
    void this.probe();
  }

  /** Finds out whether Redis is back, and tells it all that happened without it before anything is asked of it. */
  private async probe(): Promise<void> {
    if (!this.isAway || this.isProbing || this.unanswered > 0) return;
    this.isProbing = true;
    this.forget();
    this.reports = [...this.reports.filter((report) => report.ago(0) === NEVER_SENT), ...this.recent];
    try {
      do {
        // oxlint-disable-next-line no-await-in-loop -- in portions, so that Redis serves others in between
        await this.send([]);
      } while (this.reports.length > 0);
      this.isAway = false;
      this.context.onBack();
    } catch {
      // The failure has set the time of the next probe.
    }
    this.isProbing = false;
  }

  private nextId(): string {
    this.ids += 1;
    return `${this.context.process}.${this.ids.toString(36)}`;
  }
}

function answerOf(reply: unknown): { granted: number; waitMs: number } {
  if (Array.isArray(reply)) {
    const numbers: readonly unknown[] = reply;
    const [granted, waitMs] = numbers;
    if (typeof granted === 'number' && typeof waitMs === 'number') return { granted, waitMs };
  }
  throw new TypeError('Redis gave an answer that the rate limit script does not give.');
}
