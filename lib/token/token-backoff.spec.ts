import { describe, expect, it } from 'vitest';
import { tokenBackoffMs } from './token-backoff.js';

const policy = { minDelayMs: 500, maxDelayMs: 30_000 };

describe('tokenBackoffMs', () => {
  it.each([
    ['refused', 1, 10_000],
    ['refused', 2, 20_000],
    ['refused', 5, 160_000],
    ['refused', 6, 300_000],
    ['refused', 6000, 300_000],
    ['unusable', 1, 1_000],
    ['unusable', 60, 300_000],
    ['temporary', 1, 500],
    ['temporary', 3, 2_000],
    ['temporary', 60, 30_000],
  ] as const)('%s, %i in a row: %i ms', (failure, failures, expected) => {
    expect(tokenBackoffMs(failure, failures, policy)).toBe(expected);
  });

  it('falls anywhere in the upper half of its bound', () => {
    expect([0, 0.5, 1].map((random) => tokenBackoffMs('temporary', 1, policy, { random }))).toEqual([
      250, 375, 500,
    ]);
  });

  it('is never shorter than the wait that Easemob asks for', () => {
    expect(tokenBackoffMs('temporary', 1, policy, { retryAfterMs: 7_000 })).toBe(7_000);
  });

  it('is never longer than five minutes, whatever Easemob or the options ask for', () => {
    expect(tokenBackoffMs('temporary', 1, policy, { retryAfterMs: 86_400_000 })).toBe(300_000);
    expect(tokenBackoffMs('temporary', 60, { minDelayMs: 500, maxDelayMs: 3_600_000 })).toBe(300_000);
  });
});
