import { describe, expect, it } from 'vitest';
import { tokenBackoffMs } from './token-backoff.js';

describe('tokenBackoffMs', () => {
  it.each([
    ['refused', 1, 10_000],
    ['refused', 2, 20_000],
    ['refused', 5, 160_000],
    ['refused', 6, 300_000],
    ['refused', 60, 300_000],
    ['unusable', 1, 1_000],
    ['unusable', 60, 300_000],
    ['passing', 1, 1_000],
    ['passing', 3, 4_000],
    ['passing', 60, 30_000],
  ] as const)('%s, %i in a row: %i ms', (failure, failures, expected) => {
    expect(tokenBackoffMs(failure, failures)).toBe(expected);
  });

  it('waits as long as the service says', () => {
    expect(tokenBackoffMs('passing', 1, 7_000)).toBe(7_000);
  });
});
