import { SlotWindow } from './slot-window.js';
import type {
  RateLimitBudget,
  RateLimitGrant,
  RateLimitSlot,
  RateLimitStore,
  RateWindow,
} from './rate-limit-store.js';

/** Budgets in the memory of this process; who asks for the same key shares the budget, with the windows of the first. */
export class MemoryRateLimitStore implements RateLimitStore {
  private readonly budgets = new Map<string, MemoryBudget>();

  /** @param now - a clock that never goes back, milliseconds */
  constructor(private readonly now: () => number = () => performance.now()) {}

  budget(key: string, windows: readonly RateWindow[], maxHoldMs: number): MemoryBudget {
    let budget = this.budgets.get(key);
    if (budget === undefined) {
      budget = new MemoryBudget(windows, maxHoldMs, this.now);
      this.budgets.set(key, budget);
    }
    return budget;
  }
}

/** The budget of one route, asked and answered in one go. */
export class MemoryBudget implements RateLimitBudget {
  private readonly windows: readonly SlotWindow[];
  /** Granted and not yet answered, in the order of the grants. */
  private readonly open = new Set<MemorySlot>();
  private pausedUntil = -Infinity;

  constructor(
    windows: readonly RateWindow[],
    private readonly maxHoldMs: number,
    private readonly now: () => number,
  ) {
    this.windows = windows.map((window) => new SlotWindow(window));
  }

  take(calls: readonly (readonly number[])[]): RateLimitGrant {
    const now = this.now();
    this.endOverdue(now);
    const slots: RateLimitSlot[] = [];
    for (const costs of calls) {
      const waitMs = this.wait(costs, now);
      if (waitMs > 0) return { slots, waitMs };
      slots.push(this.occupy(costs));
    }
    return { slots, waitMs: 0 };
  }

  /** Takes a slot whether it fits or not: the call goes, or went, on another's permission. */
  occupy(costs: readonly number[]): RateLimitSlot {
    for (const [index, window] of this.windows.entries()) window.take(costs[index] ?? 0);
    const slot: MemorySlot = {
      costs,
      takenAt: this.now(),
      settle: () => this.settle(slot),
      giveBack: () => this.giveBack(slot),
    };
    this.open.add(slot);
    return slot;
  }

  pause(ms: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, this.now() + ms);
  }

  private wait(costs: readonly number[], now: number): number {
    let waitMs = Math.max(0, this.pausedUntil - now);
    for (const [index, window] of this.windows.entries()) {
      waitMs = Math.max(waitMs, window.wait(costs[index] ?? 0, now));
    }
    return waitMs;
  }

  private settle(slot: MemorySlot): void {
    if (!this.open.delete(slot)) return;
    const now = this.now();
    for (const [index, window] of this.windows.entries()) window.release(slot.costs[index] ?? 0, now);
  }

  private giveBack(slot: MemorySlot): void {
    if (!this.open.delete(slot)) return;
    for (const [index, window] of this.windows.entries()) window.giveBack(slot.costs[index] ?? 0);
  }

  private endOverdue(now: number): void {
    for (const slot of this.open) {
      if (now - slot.takenAt < this.maxHoldMs) return;
      this.settle(slot);
    }
  }
}

interface MemorySlot extends RateLimitSlot {
  readonly costs: readonly number[];
  readonly takenAt: number;
}
