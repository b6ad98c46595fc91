import { Logger } from '@nestjs/common';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { RedisRateLimitStore, RedisTokenStore } from './index.js';

const TOKEN = { value: 'YWMt-1', expiresAt: null, refreshAt: null };

/** What each command of a client does that is not a client of ioredis, or is broken. */
const CLIENTS: { name: string; command: () => unknown; code: string }[] = [
  { name: 'returns nothing', command: () => undefined, code: 'NO_PROMISE' },
  { name: 'calls back and returns a boolean', command: () => true, code: 'NO_PROMISE' },
  { name: 'returns a value without a promise', command: () => 'OK', code: 'NO_PROMISE' },
  {
    name: 'throws at once',
    command: () => {
      throw new TypeError('secret');
    },
    code: 'TypeError',
  },
  { name: 'rejects with a text', command: async () => Promise.reject('secret'), code: 'unknown error' },
  { name: 'rejects with nothing', command: async () => Promise.reject(), code: 'unknown error' },
];

describe.each(CLIENTS)('a client that $name', ({ command, code }) => {
  const warn = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  beforeEach(() => void warn.mockClear());

  const client = { get: command, set: command, eval: command, evalsha: command } as never;

  it.each<[string, (store: RedisTokenStore) => Promise<unknown>]>([
    ['get', (store) => store.get('org#app')],
    ['set', (store) => store.set('org#app', TOKEN)],
    ['lock', (store) => store.lock('org#app', () => expect.fail('the work ran'))],
  ])('rejects a %s of the token store', async (_, use) => {
    const error: unknown = await use(new RedisTokenStore({ client })).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ kind: 'network', code, sent: 'no' });
    expect(JSON.stringify(error)).not.toContain('secret');
  });

  it('leaves the rate limits to the process', async () => {
    const store = new RedisRateLimitStore({ client });
    const bucket = store.bucket('org#app:users', [{ scope: 'calls', limit: 2, windowMs: 1000 }], 10_000);
    const { leases } = await bucket.acquire([[1], [1], [1]]);
    expect(leases).toHaveLength(2);
    for (const lease of leases) lease.release();
    bucket.pause(10);
    bucket.close?.();
    expect(warn).toHaveBeenCalledOnce();
    expect(String(warn.mock.calls[0]?.[0])).toContain(code === 'NO_PROMISE' ? 'returned no promise' : code);
  });
});

describe('RedisTokenStore over a client that returns no text', () => {
  it.each([7, true, {}, [], Buffer.from('{}'), undefined])('reads %j as no token', async (reply) => {
    const command = (): Promise<never> => Promise.resolve(reply as never);
    const client = { get: command, set: command, eval: command, evalsha: command };
    await expect(new RedisTokenStore({ client }).get('org#app')).resolves.toBeUndefined();
  });
});
