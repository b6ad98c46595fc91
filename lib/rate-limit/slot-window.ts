import { Fifo } from './fifo.js';
import type { RateWindow } from './rate-limit-store.js';

/**
 * How much longer than its window a slot stays taken. A server that counts in whole milliseconds sees two calls up to
 * one millisecond closer together than they were, and a clock may run a little faster than ours.
 */
export const WINDOW_MARGIN_MS = 2;

/**
 * One limit, kept for every way the server may place its windows. Somewhere between grant and answer the server counts
 * the call; a slot therefore stays taken from the grant until one whole window after the answer.
 */
export class SlotWindow {
  private taken = 0;
  /** In the order of `at`: slots are released in the order of the answers, and all a window later. */
  private readonly releases = new Fifo<{ readonly at: number; readonly cost: number }>();

  constructor(private readonly window: RateWindow) {}

  /** How long until a call of this cost may go, milliseconds; 0 is now. A cost above the limit needs an empty window. */
  wait(cost: number, now: number): number {
    this.forget(now);
    const { limit, windowMs } = this.window;
    let excess = this.taken + Math.min(cost, limit) - limit;
    if (cost === 0 || excess <= 0) return 0;
    for (const release of this.releases) {
      excess -= release.cost;
      if (excess <= 0) return release.at - now;
    }
    // What has no answer yet cannot be free any sooner than a window from now.
    return windowMs;
  }

  take(cost: number): void {
    this.taken += cost;
  }

  release(cost: number, now: number): void {
    if (cost > 0) this.releases.push({ at: now + this.window.windowMs + WINDOW_MARGIN_MS, cost });
  }

  giveBack(cost: number): void {
    this.taken -= cost;
  }

  private forget(now: number): void {
    for (let release = this.releases.first(); release && release.at <= now; release = this.releases.first()) {
      this.taken -= release.cost;
      this.releases.shift();
    }
  }
}
