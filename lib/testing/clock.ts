import { performance } from 'node:perf_hooks';

/** The emulator's time: real time plus whatever it was told to skip. Finer than a millisecond, so that windows are exact. */
export class EmulatorClock {
  private skippedMs = 0;

  /** Unix milliseconds, with a fraction. */
  now(): number {
    return performance.timeOrigin + performance.now() + this.skippedMs;
  }

  advance(ms: number): void {
    if (!(ms >= 0 && ms < Infinity))
      throw new RangeError(`advance() takes milliseconds from 0 up, got ${ms}.`);
    this.skippedMs += ms;
  }
}
