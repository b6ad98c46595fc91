import { setImmediate } from 'node:timers';

/** Measures how long the event loop stands still at a time. */
export class EventLoopStalls {
  #last = performance.now();
  #longestMs = 0;
  #isStopped = false;

  constructor() {
    this.#look();
  }

  /** The longest time in which nothing else could run since the last call of this, in milliseconds. */
  takeLongestMs(): number {
    const longestMs = this.#longestMs;
    this.#longestMs = 0;
    return longestMs;
  }

  stop(): void {
    this.#isStopped = true;
  }

  #look(): void {
    const now = performance.now();
    this.#longestMs = Math.max(this.#longestMs, now - this.#last);
    this.#last = now;
    if (!this.#isStopped) setImmediate(() => this.#look());
  }
}
