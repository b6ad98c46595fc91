import { performance } from 'node:perf_hooks';

/** The emulator's time: real time plus the time that was skipped. Finer than a millisecond, so that windows are exact. */
export class EmulatorClock {
  #skippedMs = 0;

  /** Unix milliseconds, with a fraction. */
  now(): number {
    return performance.timeOrigin + performance.now() + this.#skippedMs;
  }

  /** @throws RangeError when `ms` is negative or not finite */
  advance(ms: number): void {
    if (!(ms >= 0 && ms < Infinity)) {
      throw new RangeError(`advance() takes a finite number of milliseconds, 0 or more, got ${ms}.`);
    }
    this.#skippedMs += ms;
  }
}
