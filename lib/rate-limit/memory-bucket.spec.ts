import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryBucket } from './memory-bucket.js';

describe('MemoryBucket', () => {
  let now: number;
  let bucket: MemoryBucket;

  beforeEach(() => {
    now = 0;
    bucket = new MemoryBucket([{ scope: 'calls', limit: 2, windowMs: 1000 }], 10_000, () => now);
  });

  const acquire = (calls: number) => bucket.acquire(Array.from({ length: calls }, () => [1]));

  it('grants the calls that fit, in order', () => {
    expect(acquire(3)).toMatchObject({ leases: [{}, {}], waitMs: 1000 });
  });

  it('frees a cancelled lease at once, and only once', () => {
    const [lease] = acquire(2).leases;
    lease?.cancel();
    lease?.cancel();
    lease?.release();
    expect(acquire(2).leases).toHaveLength(1);
  });

  it('frees a released lease one window later, and only once', () => {
    const [lease] = acquire(2).leases;
    lease?.release();
    lease?.release();
    lease?.cancel();
    expect(acquire(1)).toMatchObject({ leases: [], waitMs: 1002 });
    now = 1002;
    expect(acquire(2).leases).toHaveLength(1);
  });

  it('counts a lease that nobody ends as released after its time to live', () => {
    acquire(2);
    now = 9_999;
    expect(acquire(1).leases).toEqual([]);
    now = 10_000;
    expect(acquire(1)).toMatchObject({ leases: [], waitMs: 1002 });
    now = 11_002;
    expect(acquire(2).leases).toHaveLength(2);
  });

  it('grants nothing during a pause, and a shorter pause does not end it', () => {
    bucket.pause(5_000);
    bucket.pause(1_000);
    expect(acquire(1)).toMatchObject({ leases: [], waitMs: 5_000 });
    now = 5_000;
    expect(acquire(1).leases).toHaveLength(1);
  });

  it('counts a forced lease although it does not fit', () => {
    acquire(2);
    const lease = bucket.forceAcquire([1]);
    lease.cancel();
    expect(acquire(1).leases).toEqual([]);
  });
});
