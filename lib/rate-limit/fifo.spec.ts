import { describe, expect, it } from 'vitest';
import { Fifo } from './fifo.js';

describe('Fifo', () => {
  it('returns the items in the order in which they were pushed, however many were removed', () => {
    const fifo = new Fifo<number>();
    const out: (number | undefined)[] = [];
    for (let round = 0; round < 3000; round += 1) {
      fifo.push(2 * round);
      fifo.push(2 * round + 1);
      out.push(fifo.first());
      fifo.shift();
    }
    expect([...out, ...fifo]).toEqual(Array.from({ length: 6000 }, (_, index) => index));
  });

  it('has no first item when it is empty', () => {
    const fifo = new Fifo<number>();
    fifo.push(1);
    fifo.shift();
    expect(fifo.first()).toBeUndefined();
    expect([...fifo]).toEqual([]);
  });
});
