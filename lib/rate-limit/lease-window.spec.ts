import { describe, expect, it } from 'vitest';
import { LeaseWindow, WINDOW_MARGIN_MS } from './lease-window.js';

const WINDOW = { scope: 'calls', limit: 10, windowMs: 1000 } as const;
const FREE = 1000 + WINDOW_MARGIN_MS;

describe('LeaseWindow', () => {
  it.each([
    { occupied: 0, cost: 10, waitMs: 0, why: 'the whole window is free' },
    { occupied: 7, cost: 3, waitMs: 0, why: 'the rest of the window is enough' },
    { occupied: 7, cost: 4, waitMs: 1000, why: 'a call under way occupies its room for at least one window' },
    { occupied: 10, cost: 0, waitMs: 0, why: 'a cost of 0 needs no room' },
    { occupied: 0, cost: 600, waitMs: 0, why: 'a cost above the limit fits in an empty window' },
    { occupied: 1, cost: 600, waitMs: 1000, why: 'a cost above the limit fits in no other window' },
  ])('with $occupied occupied, a cost of $cost waits $waitMs ms: $why', ({ occupied, cost, waitMs }) => {
    const window = new LeaseWindow(WINDOW);
    window.acquire(occupied);
    expect(window.waitFor(cost, 0)).toBe(waitMs);
  });

  it('frees a lease one window after its release, not after its grant', () => {
    const window = new LeaseWindow(WINDOW);
    window.acquire(10);
    window.release(10, 400);
    expect(window.waitFor(1, 400 + FREE - 1)).toBe(1);
    expect(window.waitFor(1, 400 + FREE)).toBe(0);
  });

  it('waits for as many released leases as the cost needs, and no longer', () => {
    const window = new LeaseWindow(WINDOW);
    window.acquire(10);
    window.release(4, 100);
    window.release(4, 200);
    window.release(2, 300);
    const waits = [1, 4, 5, 9].map((cost) => window.waitFor(cost, 300) + 300 - FREE);
    expect(waits).toEqual([100, 100, 200, 300]);
  });

  it('frees a cancelled lease at once', () => {
    const window = new LeaseWindow(WINDOW);
    window.acquire(10);
    window.cancel(10);
    expect(window.waitFor(10, 0)).toBe(0);
  });
});
