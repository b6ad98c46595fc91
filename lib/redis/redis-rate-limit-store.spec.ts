import { Logger } from '@nestjs/common';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { RedisRateLimitStore } from './redis-rate-limit-store.js';

describe('RedisRateLimitStore with an unexpected reply', () => {
  const warn = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  beforeEach(() => void warn.mockClear());

  it.each([['text'], [null], [[]], [[1]], [['1', '2']]])('%j applies the limits alone', async (reply) => {
    const run = (): Promise<unknown> => Promise.resolve(reply);
    const client = { get: () => Promise.resolve(null), set: run, eval: run, evalsha: run };
    const store = new RedisRateLimitStore({ client });
    const bucket = store.bucket('org#app:users', [{ scope: 'calls', limit: 2, windowMs: 1000 }], 10_000);
    const { leases } = await bucket.acquire([[1], [1], [1]]);
    expect(leases).toHaveLength(2);
    expect(warn.mock.calls).toEqual([
      [
        'Redis returned a reply that the rate limit script never returns. Until Redis responds again, this process applies the rate limits alone.',
      ],
    ]);
  });
});
