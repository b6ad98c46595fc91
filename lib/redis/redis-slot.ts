import type { RateLimitSlot } from '../rate-limit/rate-limit-store.js';
import { NEVER_SENT, UNDER_WAY } from './rate-limit-script.js';

/** What Redis is told of a slot. */
export interface SlotReport {
  readonly id: string;
  readonly costs: readonly number[];
  /** How long ago the call ended, milliseconds, or one of the script's codes. */
  ago(now: number): number;
}

/** A slot that Redis knows by its id, and this process as well, for the time that Redis is away. */
export class RedisSlot implements RateLimitSlot, SlotReport {
  readonly startedAt = performance.now();
  private endedAt: number | undefined;
  private isGivenBack = false;

  constructor(
    readonly id: string,
    readonly costs: readonly number[],
    private readonly local: RateLimitSlot,
    private readonly onEnd: (slot: RedisSlot) => void,
  ) {}

  settle(): void {
    if (this.endedAt !== undefined) return;
    this.endedAt = performance.now();
    this.local.settle();
    this.onEnd(this);
  }

  giveBack(): void {
    if (this.endedAt !== undefined) return;
    this.endedAt = performance.now();
    this.isGivenBack = true;
    this.local.giveBack();
    this.onEnd(this);
  }

  ago(now: number): number {
    if (this.isGivenBack) return NEVER_SENT;
    return this.endedAt === undefined ? UNDER_WAY : Math.floor(now - this.endedAt);
  }
}
