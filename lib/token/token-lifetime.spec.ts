import { describe, expect, it } from 'vitest';
import { lifetimeOf } from './token-lifetime.js';

const middle = (): number => 0.5;

describe('lifetimeOf', () => {
  it.each([
    ['an hour in seconds', 3600, 's', 3_600_000],
    ['an hour in milliseconds', 3_600_000, 'ms', 3_600_000],
    ['a number written as text', '3600', 's', 3_600_000],
    ['less than a second', 0.5, 's', 500],
  ] as const)('takes %s', (_, expiresIn, unit, expected) => {
    expect(lifetimeOf(expiresIn, unit, middle).expiresInMs).toBe(expected);
  });

  it.each([0, -1, undefined, null, Number.NaN, 'soon', '', {}, 1e15])(
    'takes %s as a token without an end',
    (expiresIn) => {
      expect(lifetimeOf(expiresIn, 's', middle)).toEqual({
        expiresInMs: Number.POSITIVE_INFINITY,
        refreshInMs: Number.POSITIVE_INFINITY,
      });
    },
  );

  it.each([
    [0, 475],
    [0.5, 500],
    [0.999, 525],
  ])('refreshes around half of the life: chance %s gives %s of 1000 ms', (chance, expected) => {
    expect(lifetimeOf(1, 's', () => chance).refreshInMs).toBeCloseTo(expected, 0);
  });
});
