import { describe, expect, it } from 'vitest';
import { rateLimitOptions } from '../options/schema.js';
import { pauseMsAfter, RateLimitPause } from './rate-limit-pause.js';
import { routeWindows } from './route-windows.js';

const WINDOWS = routeWindows(rateLimitOptions.resolve({}, 'legacy').users);

describe('pauseMsAfter', () => {
  it.each([
    { scope: 'calls', row: 1, ms: 1000 },
    { scope: 'calls', row: 5, ms: 1000 },
    { scope: 'messages', row: 1, ms: 1000 },
    { scope: 'messages', row: 2, ms: 2000 },
    { scope: 'messages', row: 3, ms: 4000 },
    { scope: 'messages', row: 6, ms: 32_000 },
    { scope: 'messages', row: 9, ms: 60_000 },
    { scope: 'messages', row: 20, ms: 60_000 },
  ] as const)('is $ms ms after refusal $row in a row for $scope', ({ scope, row, ms }) => {
    expect(pauseMsAfter({ scope }, row, WINDOWS)).toBe(ms);
  });

  it.each([
    { retryAfterMs: 1, row: 1, ms: 1 },
    { retryAfterMs: 7_000, row: 1, ms: 7_000 },
    { retryAfterMs: 7_000, row: 3, ms: 7_000 },
    { retryAfterMs: 86_400_000, row: 1, ms: 300_000 },
  ])('is $ms ms if the service asks for $retryAfterMs in refusal $row', ({ retryAfterMs, row, ms }) => {
    expect(pauseMsAfter({ scope: 'calls', retryAfterMs }, row, WINDOWS)).toBe(ms);
  });

  it('is one second for a scope without a window', () => {
    expect(pauseMsAfter({ scope: 'messages' }, 1, [])).toBe(1000);
  });
});

/** A pause of an empty bucket, and the pauses that the bucket got, in milliseconds. */
function pauseOfBucket(): { pause: RateLimitPause; pausesMs: number[] } {
  const pausesMs: number[] = [];
  const bucket = { acquire: () => ({ leases: [], waitMs: 0 }), pause: (ms: number) => pausesMs.push(ms) };
  return { pause: new RateLimitPause(bucket, WINDOWS), pausesMs };
}

describe('RateLimitPause', () => {
  it('doubles with each refusal in a row, and starts again after a success', () => {
    const { pause, pausesMs } = pauseOfBucket();
    for (const refusal of [
      { scope: 'messages' },
      { scope: 'messages' },
      undefined,
      { scope: 'messages' },
    ] as const) {
      pause.onRelease(pause.pauses, refusal);
    }
    expect(pausesMs).toEqual([1000, 2000, 1000]);
  });

  it('ignores the end of a call that was granted before the pause began', () => {
    const { pause, pausesMs } = pauseOfBucket();
    pause.onRelease(0, { scope: 'messages' });
    pause.onRelease(0, { scope: 'messages' });
    pause.onRelease(0, undefined);
    pause.onRelease(1, { scope: 'messages' });
    expect(pausesMs).toEqual([1000, 2000]);
  });
});
