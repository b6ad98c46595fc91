import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryRateLimitStore, type MemoryBudget } from './memory-rate-limit-store.js';

describe('the budget of a route in memory', () => {
  let now: number;
  let store: MemoryRateLimitStore;
  let budget: MemoryBudget;

  beforeEach(() => {
    now = 0;
    store = new MemoryRateLimitStore(() => now);
    budget = store.budget('org#app:users', [{ limit: 2, windowMs: 1000 }], 10_000);
  });

  const take = (calls: number) => budget.take(Array.from({ length: calls }, () => [1]));

  it('is one for all who ask for the same key', () => {
    expect(store.budget('org#app:users', [], 1)).toBe(budget);
    expect(store.budget('org#app:files', [], 1)).not.toBe(budget);
  });

  it('grants from the front what fits', () => {
    expect(take(3)).toMatchObject({ slots: [{}, {}], waitMs: 1000 });
  });

  it('has a slot back at once when the call was never sent, and not twice', () => {
    const [slot] = take(2).slots;
    slot?.giveBack();
    slot?.giveBack();
    slot?.settle();
    expect(take(2).slots).toHaveLength(1);
  });

  it('has a slot back one window after its call, however often it is settled', () => {
    const [slot] = take(2).slots;
    slot?.settle();
    slot?.settle();
    slot?.giveBack();
    expect(take(1)).toMatchObject({ slots: [], waitMs: 1002 });
    now = 1002;
    expect(take(2).slots).toHaveLength(1);
  });

  it('counts a slot that nobody ends as settled after the longest hold', () => {
    take(2);
    now = 9_999;
    expect(take(1).slots).toEqual([]);
    now = 10_000;
    expect(take(1)).toMatchObject({ slots: [], waitMs: 1002 });
    now = 11_002;
    expect(take(2).slots).toHaveLength(2);
  });

  it('grants nothing in a pause, which a shorter one does not end', () => {
    budget.pause(5_000);
    budget.pause(1_000);
    expect(take(1)).toMatchObject({ slots: [], waitMs: 5_000 });
    now = 5_000;
    expect(take(1).slots).toHaveLength(1);
  });

  it('keeps a slot that is taken although nothing fits', () => {
    take(2);
    const slot = budget.occupy([1]);
    slot.giveBack();
    expect(take(1).slots).toEqual([]);
  });
});
