import { describe, expect, it } from 'vitest';
import { SlotWindow, WINDOW_MARGIN_MS } from './slot-window.js';

const WINDOW = { limit: 10, windowMs: 1000 };
const FREE = 1000 + WINDOW_MARGIN_MS;

describe('SlotWindow', () => {
  it.each([
    { taken: 0, cost: 10, waitMs: 0, why: 'the whole window is free' },
    { taken: 7, cost: 3, waitMs: 0, why: 'the rest is enough' },
    { taken: 7, cost: 4, waitMs: 1000, why: 'what has no answer is taken for a window at least' },
    { taken: 10, cost: 0, waitMs: 0, why: 'nothing is asked for' },
    { taken: 0, cost: 600, waitMs: 0, why: 'a cost above the limit needs an empty window' },
    { taken: 1, cost: 600, waitMs: 1000, why: 'the window is not empty' },
  ])('with $taken taken, $cost waits $waitMs ms: $why', ({ taken, cost, waitMs }) => {
    const window = new SlotWindow(WINDOW);
    window.take(taken);
    expect(window.wait(cost, 0)).toBe(waitMs);
  });

  it('frees a slot one window after its answer, not after its grant', () => {
    const window = new SlotWindow(WINDOW);
    window.take(10);
    window.release(10, 400);
    expect(window.wait(1, 400 + FREE - 1)).toBe(1);
    expect(window.wait(1, 400 + FREE)).toBe(0);
  });

  it('waits for as many answers as the cost needs, and no longer', () => {
    const window = new SlotWindow(WINDOW);
    window.take(10);
    window.release(4, 100);
    window.release(4, 200);
    window.release(2, 300);
    expect([1, 4, 5, 9].map((cost) => window.wait(cost, 300) + 300 - FREE)).toEqual([100, 100, 200, 300]);
  });

  it('frees at once what was never sent', () => {
    const window = new SlotWindow(WINDOW);
    window.take(10);
    window.giveBack(10);
    expect(window.wait(10, 0)).toBe(0);
  });
});
