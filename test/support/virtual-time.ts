import { afterEach, beforeEach, vi } from 'vitest';

/** Timers and `performance.now()` of every test of the file run on a clock that only the test advances. */
export function useVirtualTime(): void {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
}
