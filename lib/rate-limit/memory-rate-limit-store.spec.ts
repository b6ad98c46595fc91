import { describe, expect, it } from 'vitest';
import { MemoryRateLimitStore } from './memory-rate-limit-store.js';

describe('MemoryRateLimitStore', () => {
  it('returns one bucket for one key, with the windows of the first call', () => {
    const store = new MemoryRateLimitStore();
    const bucket = store.bucket('org#app:users', [{ scope: 'calls', limit: 1, windowMs: 1000 }], 10_000);
    expect(store.bucket('org#app:users', [], 1)).toBe(bucket);
    expect(bucket.acquire([[1], [1]]).leases).toHaveLength(1);
  });

  it('returns different buckets for different keys', () => {
    const store = new MemoryRateLimitStore();
    expect(store.bucket('org#app:users', [], 1)).not.toBe(store.bucket('org#app:files', [], 1));
  });
});
