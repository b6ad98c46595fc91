import { array, assert, nat, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { FixedWindow, SlidingWindow } from './count-windows.js';

describe('a sliding window', () => {
  it('drops a weight exactly one window later', () => {
    const window = new SlidingWindow(1000);
    window.count(0, 3);
    window.count(400, 2);
    expect([400, 999.9, 1000, 1399, 1400].map((at) => window.used(at))).toEqual([5, 5, 2, 2, 0]);
  });

  it('finds the highest count around a late timestamp', () => {
    const window = new SlidingWindow(1000);
    for (const at of [0, 900, 1100, 1500]) window.count(at, 1);
    expect([50, 550, 950, 1050].map((at) => window.used(at))).toEqual([2, 3, 3, 3]);
  });

  it('counts a late timestamp where it belongs', () => {
    const window = new SlidingWindow(1000);
    window.count(5000, 1);
    window.count(4500, 2);
    window.count(3500, 4);
    expect([5000, 5499, 5500, 6000].map((at) => window.used(at))).toEqual([3, 3, 1, 0]);
    expect(window.used(4400)).toBe(4);
  });

  it('agrees with a count of every window, in any order of timestamps', () => {
    const steps = array(record({ delayMs: nat(59), weight: nat(4) }), { minLength: 100, maxLength: 300 });
    assert(
      property(steps, (entries) => {
        const window = new SlidingWindow(100);
        const counted: { at: number; weight: number }[] = [];
        for (const [step, { delayMs, weight }] of entries.entries()) {
          const at = step * 10 + delayMs;
          expect(window.used(at)).toBe(highestCount(counted, at));
          window.count(at, weight);
          counted.push({ at, weight });
          if (counted.length > 100) counted.shift();
        }
      }),
      { numRuns: 20 },
    );
  });

  it('stays exact after it has dropped old weights', () => {
    const window = new SlidingWindow(1000);
    for (let at = 0; at < 100_000; at += 5) window.count(at, 1);
    expect([window.used(99_995), window.used(95_000), window.used(200_000)]).toEqual([200, 200, 0]);
  });
});

/** The highest count of the windows of 100 ms that contain `at`, found by a sum over each of them. */
function highestCount(counted: readonly { at: number; weight: number }[], at: number): number {
  const ends = [at, ...counted.map((entry) => entry.at)].filter((end) => end >= at && end < at + 100);
  const sums = ends.map((end) =>
    counted.reduce((sum, entry) => sum + (entry.at > end - 100 && entry.at <= end ? entry.weight : 0), 0),
  );
  return Math.max(...sums);
}

describe('a fixed window', () => {
  it('starts at each multiple of its length, moved by the offset', () => {
    const window = new FixedWindow(1000, 250);
    window.count(300, 1);
    window.count(1249, 1);
    expect([249, 250, 1249, 1250].map((at) => window.used(at))).toEqual([0, 2, 2, 0]);
  });

  it('drops windows that are long over', () => {
    const window = new FixedWindow(1000, 0);
    for (let at = 0; at < 60_000; at += 1000) window.count(at, 1);
    expect([window.used(0), window.used(55_000)]).toEqual([0, 1]);
  });
});
