import { describe, expect, it } from 'vitest';
import { pauseAfter } from './refusals.js';
import type { RouteWindow } from './route-windows.js';

const WINDOWS: readonly RouteWindow[] = [
  { scope: 'calls', limit: 100, windowMs: 1000 },
  { scope: 'messages', limit: 6000, windowMs: 60_000 },
];

describe('pauseAfter', () => {
  it.each([
    ['calls', 1, 1000],
    ['calls', 5, 1000],
    ['messages', 1, 1000],
    ['messages', 3, 4000],
    ['messages', 20, 60_000],
  ] as const)('%s, refusal %i in a row: %i ms', (scope, consecutive, expected) => {
    expect(pauseAfter({ scope }, consecutive, WINDOWS)).toBe(expected);
  });

  it.each([
    [1, 1],
    [7_000, 7_000],
    [86_400_000, 300_000],
  ])('takes %i ms that the service asks for as %i', (retryAfterMs, expected) => {
    expect(pauseAfter({ scope: 'calls', retryAfterMs }, 1, WINDOWS)).toBe(expected);
  });

  it('is a second for a scope that has no window', () => {
    expect(pauseAfter({ scope: 'messages' }, 1, [])).toBe(1000);
  });
});
