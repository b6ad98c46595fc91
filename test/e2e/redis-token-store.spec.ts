import { inspect } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Redis } from 'ioredis';
import { RedisTokenStore } from 'nestjs-easemob/redis';
import { connect, connectCluster, describeRedis, RedisServer, startRedis } from '../support/redis.js';

const SECRET = 'YWMt-very-secret';

const token = (lifeMs: number): { value: string; expiresAt: number; refreshAt: number } => ({
  value: SECRET,
  expiresAt: Date.now() + lifeMs,
  refreshAt: Date.now() + lifeMs / 2,
});

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.fail('the operation succeeded'),
    (error: unknown) => error,
  );
}

const never = (): Promise<never> => Promise.reject(new Error('unexpected command'));

describeRedis('RedisTokenStore', () => {
  let redis: Awaited<ReturnType<typeof startRedis>>;
  let client: Redis;
  let prefix = '';
  let round = 0;

  beforeAll(async () => {
    redis = await startRedis();
    client = connect(redis.url);
  });
  beforeEach(() => {
    round += 1;
    prefix = `test-${process.pid}-${round}`;
  });
  afterAll(async () => {
    client.disconnect();
    await redis.stop();
  });

  const store = (options: { lockTtlMs?: number } = {}): RedisTokenStore =>
    new RedisTokenStore({ client, prefix, ...options });

  it('shares a token between processes', async () => {
    const kept = token(60_000);
    expect(await store().get('org#app')).toBeUndefined();
    await store().set('org#app', kept);
    expect(await store().get('org#app')).toEqual(kept);
    expect(await store().get('org#other')).toBeUndefined();
  });

  it('lets the key expire with its token', async () => {
    await store().set('org#app', token(60_000));
    expect(await client.pttl(`{${prefix}:org#app}:token`)).toBeGreaterThan(59_000);
    await store().set('org#app', { value: SECRET, expiresAt: null, refreshAt: null });
    expect(await client.pttl(`{${prefix}:org#app}:token`)).toBe(-1);
    expect(await store().get('org#app')).toEqual({ value: SECRET, expiresAt: null, refreshAt: null });
  });

  it('does not store an expired token', async () => {
    await store().set('org#app', token(-1));
    expect(await client.exists(`{${prefix}:org#app}:token`)).toBe(0);
  });

  it.each(['', 'not json', 'null', '"text"', '{}', '{"value":1,"expiresAt":null,"refreshAt":null}'])(
    'reads %j as no token',
    async (json) => {
      await client.set(`{${prefix}:org#app}:token`, json);
      expect(await store().get('org#app')).toBeUndefined();
    },
  );

  it('runs the work of one process at a time', async () => {
    let running = 0;
    let most = 0;
    const work = async (): Promise<number> => {
      running += 1;
      most = Math.max(most, running);
      await delay(20);
      running -= 1;
      return most;
    };
    const results = await Promise.all(Array.from({ length: 5 }, () => store().lock('org#app', work)));
    expect(results).toEqual([1, 1, 1, 1, 1]);
  });

  it('releases the lock when the work fails, and rejects with the error of the work', async () => {
    const failed = new Error('no');
    expect(await failure(store().lock('org#app', () => Promise.reject(failed)))).toBe(failed);
    expect(await client.exists(`{${prefix}:org#app}:token:lock`)).toBe(0);
  });

  it('waits for a process that died no longer than the time to live of its lock', async () => {
    await client.set(`{${prefix}:org#app}:token:lock`, 'dead', 'PX', 400);
    const begin = performance.now();
    await store({ lockTtlMs: 400 }).lock('org#app', async () => undefined);
    expect(performance.now() - begin).toBeLessThan(3000);
  });

  it('runs the work without the lock if another process holds it longer than its time to live', async () => {
    await client.set(`{${prefix}:org#app}:token:lock`, 'another', 'PX', 60_000);
    expect(await store({ lockTtlMs: 200 }).lock('org#app', async () => 'done')).toBe('done');
    expect(await client.get(`{${prefix}:org#app}:token:lock`)).toBe('another');
  });

  it('keeps the token out of the errors', async () => {
    const broken = new RedisTokenStore({
      client: {
        get: never,
        eval: never,
        evalsha: never,
        set: () =>
          Promise.reject(
            Object.assign(new Error(`ERR unknown command, with args: ${SECRET}`), {
              command: { args: [SECRET] },
            }),
          ),
      },
    });
    const error = await failure(broken.set('org#app', token(60_000)));
    expect(error).toMatchObject({
      kind: 'network',
      code: 'ERR',
      sent: 'no',
      message: 'The Redis command SET failed (ERR).',
    });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(SECRET);
  });
});

describeRedis(
  'RedisTokenStore on a server that the test controls',
  () => {
    it('rejects after the timeout when Redis hangs, and leaves no lock behind', async () => {
      const server = await RedisServer.start();
      const client = connect(server.port, { maxRetriesPerRequest: null });
      try {
        await client.ping();
        const store = new RedisTokenStore({ client, commandTimeoutMs: 200 });
        server.pause();
        const begin = performance.now();
        const errors = await Promise.all([
          failure(store.get('org#app')),
          failure(store.set('org#app', token(60_000))),
          failure(store.lock('org#app', () => expect.fail('the work ran'))),
        ]);
        expect(performance.now() - begin).toBeLessThan(3000);
        expect(errors).toMatchObject([{ kind: 'timeout' }, { kind: 'timeout' }, { kind: 'timeout' }]);
        expect(inspect(errors, { depth: 9 })).not.toContain(SECRET);
        server.resume();
        await expect.poll(() => client.exists('{easemob:org#app}:token:lock')).toBe(0);
      } finally {
        client.disconnect();
        await server.stop();
      }
    });

    it('uses keys of one cluster node only', async () => {
      const server = await RedisServer.start({ cluster: 'alone' });
      const client = connectCluster(server.port);
      try {
        const store = new RedisTokenStore({ client });
        await store.lock('org#app', () => store.set('org#app', token(60_000)));
        expect(await store.get('org#app')).toMatchObject({ value: SECRET });
      } finally {
        client.disconnect();
        await server.stop();
      }
    });
  },
  'own',
);
