import { expect, it } from 'vitest';
import { ReplacementAllowance } from './replacement-allowance.js';

it('allows ten replacements at once, one more every 30 s, and never more than ten', () => {
  let now = 1000;
  const allowance = new ReplacementAllowance(() => now);
  const takeAll = (): number => {
    let taken = 0;
    while (taken < 1000 && allowance.take()) taken += 1;
    return taken;
  };
  expect(takeAll()).toBe(10);
  now += 29_999;
  expect(takeAll()).toBe(0);
  now += 1;
  expect(takeAll()).toBe(1);
  now += 75_000;
  expect(takeAll()).toBe(2);
  now += 15_000;
  expect(takeAll()).toBe(1);
  now += 86_400_000;
  expect(takeAll()).toBe(10);
});
