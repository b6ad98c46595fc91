import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { SlicedWork } from './sliced-work.js';

describe('SlicedWork', () => {
  it('does a few items at once, and the rest in the next turns of the event loop, in order', async () => {
    const work = new SlicedWork(2);
    const done: number[] = [];
    const add = (item: number): void => void done.push(item);
    work.run([0, 1, 2], add);
    work.run([3, 4], add);
    expect(done).toEqual([0, 1]);
    await nextTurn();
    expect(done).toEqual([0, 1, 2, 3]);
    work.run([5], add);
    expect(done).toEqual([0, 1, 2, 3]);
    await nextTurn();
    expect(done).toEqual([0, 1, 2, 3, 4, 5]);
    await nextTurn();
    await nextTurn();
    work.run([6], add);
    expect(done).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('counts the items of many small jobs together', () => {
    const work = new SlicedWork(2);
    const done: number[] = [];
    for (let item = 0; item < 4; item += 1) work.run([item], (each) => done.push(each));
    expect(done).toEqual([0, 1]);
  });

  it('gives a turn to a few, and the turns after it to the rest', async () => {
    const work = new SlicedWork(2);
    const done: number[] = [];
    for (let item = 0; item < 5; item += 1) void work.turn().then(() => done.push(item));
    await Promise.resolve();
    expect(done).toEqual([0, 1]);
    await nextTurn();
    expect(done).toEqual([0, 1, 2, 3]);
    await nextTurn();
    expect(done).toEqual([0, 1, 2, 3, 4]);
  });

  it('leaves out an item that is removed before its turn', async () => {
    const work = new SlicedWork(1);
    const items = new Set(['one', 'two', 'three']);
    const done: string[] = [];
    work.run(items, (item) => {
      items.delete('two');
      done.push(item);
    });
    await nextTurn();
    await nextTurn();
    expect(done).toEqual(['one', 'three']);
  });

  it('does the items that the work on an item adds', () => {
    const work = new SlicedWork(5);
    const done: string[] = [];
    work.run(['outer'], (outer) => {
      work.run(['inner'], (inner) => done.push(inner));
      done.push(outer);
    });
    expect(done).toEqual(['outer', 'inner']);
  });
});
