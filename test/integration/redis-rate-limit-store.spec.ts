import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { EasemobError } from '../../lib/errors/index.js';
import type { RouteLimit } from '../../lib/options/rate-limit.options.js';
import type { RateLimiter } from '../../lib/rate-limit/rate-limiter.js';
import { RedisRateLimitStore, type RedisRateLimitStoreOptions } from '../../lib/redis/index.js';
import { type CountedCall, highestSlidingCount, sustainedShare } from '../support/counted-calls.js';
import { limiterOver, type MemberOptions, send, timeOf } from '../support/rate-limit-members.js';
import { seededRandom } from '../support/random.js';
import { connect, connectCluster, describeRedis, RedisServer, startRedis } from '../support/redis.js';

/** Counts the calls of all processes, with a short latency. */
class CountingServer {
  /** Every call, in the order in which it was counted. */
  readonly counted: CountedCall[] = [];
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  async receive(messages: number): Promise<void> {
    await delay(this.#random() * 5);
    this.counted.push({ at: performance.now(), calls: 1, messages });
    await delay(this.#random() * 5);
  }
}

const SMALL: RouteLimit = { callsPerSecond: 3, messages: { count: 100, windowMs: 1000 } };

let prefix = '';
const warn = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
const log = vi.spyOn(Logger.prototype, 'log').mockImplementation(() => undefined);
const limiters: RateLimiter[] = [];

/** The numbers of outages and of recoveries in the log. */
const logged = (): number[] => [warn.mock.calls.length, log.mock.calls.length];

beforeEach(() => {
  prefix = `test-${randomUUID()}`;
  warn.mockClear();
  log.mockClear();
});

afterEach(() => {
  for (const limiter of limiters.splice(0)) limiter.close();
});

/** The limiter of one registration over a store. */
function limiterOf(
  store: RedisRateLimitStore,
  limit: RouteLimit = SMALL,
  options?: MemberOptions,
): RateLimiter {
  const limiter = limiterOver(store, limit, options);
  limiters.push(limiter);
  return limiter;
}

/** One process of many: a store of its own over a client. */
function member(
  client: RedisRateLimitStoreOptions['client'],
  limit: RouteLimit = SMALL,
  options: Partial<RedisRateLimitStoreOptions> & MemberOptions = {},
): RateLimiter {
  const { leaseTtlMs = 300_000, maxWaitMs = 20_000, ...storeOptions } = options;
  return limiterOf(new RedisRateLimitStore({ client, prefix, ...storeOptions }), limit, {
    leaseTtlMs,
    maxWaitMs,
  });
}

/** Sends as much as the limiter allows until the given time. */
async function saturate(
  limiter: RateLimiter,
  server: CountingServer,
  sizes: () => number,
  until: number,
): Promise<void> {
  const caller = async (): Promise<void> => {
    while (performance.now() < until) {
      const messages = sizes();
      // oxlint-disable-next-line no-await-in-loop -- a caller sends one call after the other
      const permit = await limiter.acquire('users', messages);
      // oxlint-disable-next-line no-await-in-loop -- the permit is released after the response
      await server.receive(messages);
      permit.release();
    }
  };
  await Promise.all(Array.from({ length: 10 }, caller));
}

describeRedis('RedisRateLimitStore', () => {
  let redis: Awaited<ReturnType<typeof startRedis>>;
  let clients: Redis[] = [];

  beforeAll(async () => {
    redis = await startRedis();
    clients = Array.from({ length: 4 }, () => connect(redis.url));
  });
  afterAll(async () => {
    for (const client of clients) client.disconnect();
    await redis.stop();
  });

  it.each([
    { name: 'small calls', calls: 50, messages: 1000, largest: 1, perSecond: 50 },
    { name: 'calls of different sizes', calls: 1000, messages: 200, largest: 10, perSecond: 200 },
  ])('lets four processes use the whole limit with $name, and no more', async (row) => {
    const { calls, messages, largest, perSecond } = row;
    const random = seededRandom();
    const server = new CountingServer(random);
    const sizes = (): number => 1 + Math.floor(random() * largest);
    const runMs = 5000;
    const until = performance.now() + runMs;
    const limit = { callsPerSecond: calls, messages: { count: messages, windowMs: 1000 } };
    const members = clients.map((client) => member(client, limit));
    const sending = members.map((limiter) => saturate(limiter, server, sizes, until).catch(() => undefined));
    await delay(runMs);
    for (const limiter of members) limiter.close();
    await Promise.all(sending);
    expect(highestSlidingCount(server.counted, 'calls', 1000)).toBeLessThanOrEqual(calls);
    expect(highestSlidingCount(server.counted, 'messages', 1000)).toBeLessThanOrEqual(messages);
    expect(sustainedShare(server.counted, 'messages', perSecond, 1000)).toBeGreaterThanOrEqual(0.9);
    expect(sustainedShare(server.counted, 'messages', perSecond, 1000)).toBeLessThanOrEqual(1);
  });

  it('counts the calls of one process for the others', async () => {
    const [one, other] = [member(clients[0] as Redis), member(clients[1] as Redis)];
    const waited = await timeOf(() => Promise.all([send(one), send(one), send(one)]).then(() => send(other)));
    expect(waited).toBeGreaterThan(900);
    expect(waited).toBeLessThan(3000);
  });

  it('counts the calls of two registrations that share a store once', async () => {
    const store = new RedisRateLimitStore({ client: clients[0] as Redis, prefix });
    const [one, other] = [0, 1].map(() => limiterOf(store, SMALL, { maxWaitMs: 500 })) as [
      RateLimiter,
      RateLimiter,
    ];
    const sends = await Promise.allSettled(
      [one, other, one, other, one, other].map((limiter) => send(limiter)),
    );
    expect(sends.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  });

  it('does not let the small calls of one process starve a big call of another', async () => {
    const limit: RouteLimit = { callsPerSecond: 1000, messages: { count: 20, windowMs: 1000 } };
    const [busy, big] = [member(clients[0] as Redis, limit), member(clients[1] as Redis, limit)];
    const server = new CountingServer(seededRandom());
    const sending = saturate(busy, server, () => 1, performance.now() + 3500);
    await delay(300);
    expect(await timeOf(() => send(big, 20))).toBeLessThan(2500);
    await sending;
  });

  it('grants a call above the limit when the window is empty', async () => {
    const limiter = member(clients[0] as Redis, { messages: { count: 5, windowMs: 300 } });
    const begin = performance.now();
    await send(limiter);
    await send(limiter, 600);
    expect(performance.now() - begin).toBeGreaterThan(250);
    await send(limiter);
    expect(performance.now() - begin).toBeGreaterThan(550);
  });

  it('pauses every process when the service refuses a call of one', async () => {
    const [one, other] = [member(clients[0] as Redis), member(clients[1] as Redis)];
    const permit = await one.acquire('users', 1);
    const waited = await timeOf(async () => {
      permit.release({ scope: 'calls', retryAfterMs: 600 });
      await delay(50);
      await send(other);
    });
    expect(waited).toBeGreaterThan(550);
    expect(waited).toBeLessThan(3000);
  });

  it('frees the leases of a process that died after their time to live', async () => {
    const [dead, alive] = [
      member(clients[0] as Redis, SMALL, { leaseTtlMs: 500 }),
      member(clients[1] as Redis, SMALL, { leaseTtlMs: 500 }),
    ];
    const granted = () => Promise.all([1, 2, 3].map(() => dead.acquire('users', 1)));
    const waited = await timeOf(() => granted().then(() => send(alive)));
    expect(waited).toBeGreaterThan(1400);
    expect(waited).toBeLessThan(5000);
  });

  it('frees the lease of a call that was aborted while Redis granted it', async () => {
    const client = clients[0] as Redis;
    const abort = new AbortController();
    const aborted = member(client).acquire('users', 1, abort.signal);
    abort.abort();
    await expect(aborted).rejects.toMatchObject({ kind: 'aborted', sent: 'no' });
    await expect.poll(() => client.exists(`{${prefix}:org#app:users}:v1:state`)).toBe(1);
    await expect.poll(() => client.zcard(`{${prefix}:org#app:users}:v1:calls:1002`)).toBe(0);
  });

  it('sets an expiry on every key', async () => {
    const client = clients[0] as Redis;
    const limiter = member(client);
    (await limiter.acquire('users', 1)).release({ scope: 'calls' });
    const waiting = limiter.acquire('users', 1);
    await delay(100);
    const keys = await client.keys(`{${prefix}:*`);
    const lives = await Promise.all(keys.map((key) => client.pttl(key)));
    const names = ['state', 'places', 'calls:1002', 'messages:1002'];
    expect(new Set(keys)).toEqual(new Set(names.map((name) => `{${prefix}:org#app:users}:v1:${name}`)));
    expect(Math.min(...lives)).toBeGreaterThan(300_000);
    await waiting;
  });

  it('works over a client that returns numbers as text', async () => {
    const client = new Redis(redis.url, { stringNumbers: true });
    const limiter = member(client);
    const three = () => Promise.all([1, 2, 3].map(() => send(limiter)));
    expect(await timeOf(() => three().then(() => send(limiter)))).toBeGreaterThan(900);
    limiter.close();
    client.disconnect();
    expect(warn).not.toHaveBeenCalled();
  });

  it('sends the script again after Redis lost it', async () => {
    const limiter = member(clients[0] as Redis);
    await send(limiter);
    await clients[0]?.script('FLUSH');
    await send(limiter);
    expect(warn).not.toHaveBeenCalled();
  });
});

describeRedis(
  'RedisRateLimitStore during an outage',
  () => {
    let server: RedisServer;
    let client: Redis;

    beforeEach(async () => {
      server = await RedisServer.start();
      client = connect(server.port, { maxRetriesPerRequest: null });
      await client.ping();
    });
    afterEach(async () => {
      client.disconnect();
      await server.stop();
    });

    it('enforces the limits within the process while Redis hangs, and logs it once', async () => {
      const limiter = member(client, SMALL, { commandTimeoutMs: 200 });
      const begin = performance.now();
      await send(limiter);
      server.pause();
      // The call that Redis granted counts as well: two more fit, the next waits for the window.
      expect(await timeOf(() => Promise.all([send(limiter), send(limiter)]))).toBeLessThan(900);
      await send(limiter);
      expect(performance.now() - begin).toBeGreaterThan(900);
      await limiter.acquire('files', 0);
      expect(warn).toHaveBeenCalledOnce();
      expect(warn.mock.calls[0]?.[0]).toBe(
        'Redis did not respond to EVALSHA within 200 ms. Until Redis responds again, this process applies the rate limits alone.',
      );
      server.resume();
      await expect.poll(() => log.mock.calls.length, { timeout: 5000 }).toBe(1);
    });

    it('reports to Redis afterwards what was sent during the outage, even if Redis starts empty', async () => {
      const limit = { callsPerSecond: Infinity, messages: { count: 10, windowMs: 4000 } };
      const limiter = member(client, limit);
      await send(limiter, 3);
      await server.stop();
      const begin = performance.now();
      await send(limiter, 4);
      server = await RedisServer.start({ port: server.port });
      await expect.poll(() => log.mock.calls.length, { timeout: 5000 }).toBe(1);
      const other = member(connectedTo(server), limit);
      await send(other, 3);
      await send(other, 4);
      expect(performance.now() - begin).toBeGreaterThan(3500);
    });

    it('limits each process to its share while Redis is unavailable', async () => {
      const limiter = member(client, { callsPerSecond: 9 }, { commandTimeoutMs: 100, processes: 3 });
      server.pause();
      const begin = performance.now();
      await Promise.all([1, 2, 3].map(() => send(limiter)));
      expect(performance.now() - begin).toBeLessThan(900);
      await send(limiter);
      expect(performance.now() - begin).toBeGreaterThan(900);
      server.resume();
    });

    it('logs every outage and every recovery, also after another app of the store was closed during one', async () => {
      const impatient = connectedTo(server, { maxRetriesPerRequest: 0 });
      const store = new RedisRateLimitStore({ client: impatient, prefix });
      const [closed, open] = [limiterOf(store), limiterOf(store)] as const;
      for (let outages = 1; outages <= 2; outages += 1) {
        // oxlint-disable-next-line no-await-in-loop -- one outage after the other
        await send(open);
        // oxlint-disable-next-line no-await-in-loop -- as above
        if (outages === 1) await send(closed);
        // oxlint-disable-next-line no-await-in-loop -- as above
        await server.stop();
        // oxlint-disable-next-line no-await-in-loop -- as above
        await send(open);
        // oxlint-disable-next-line no-await-in-loop -- as above
        if (outages === 1) await send(closed);
        closed.close();
        expect(logged()).toEqual([outages, outages - 1]);
        // oxlint-disable-next-line no-await-in-loop -- as above
        server = await RedisServer.start({ port: server.port });
        // oxlint-disable-next-line no-await-in-loop -- as above
        await expect.poll(logged, { timeout: 5000 }).toEqual([outages, outages]);
      }
    });

    it('rejects every call while Redis is unavailable if onUnavailable is fail', async () => {
      const limiter = member(client, SMALL, { commandTimeoutMs: 200, onUnavailable: 'fail' });
      server.pause();
      for (let round = 0; round < 3; round += 1) {
        // oxlint-disable-next-line no-await-in-loop -- the first call detects the outage, the next ones are rejected at once
        await expect(limiter.acquire('users', 1)).rejects.toMatchObject({
          kind: 'rate-limit',
          sent: 'no',
          retryable: true,
          retryAfterMs: 1000,
          message: 'Redis does not respond, so the shared rate limits cannot be checked. Nothing was sent.',
        });
      }
      const failures = await Promise.all(
        Array.from({ length: 40 }, (_, call) =>
          limiter
            .acquire('users', 1, undefined, { attempts: call % 2, sent: call % 2 === 0 ? 'no' : 'maybe' })
            .catch((error: unknown) => error as EasemobError),
        ),
      );
      expect(new Set(failures).size).toBe(40);
      const sent = Array.from({ length: 40 }, (_, call) => (call % 2 === 0 ? 'no' : 'maybe'));
      expect(failures.map((error) => 'sent' in error && error.sent)).toEqual(sent);
      server.resume();
      await expect
        .poll(() =>
          limiter.acquire('users', 1).then(
            () => true,
            () => false,
          ),
        )
        .toBe(true);
    });

    it('cancels what Redis grants after the command timed out', async () => {
      const limiter = member(client, SMALL, { commandTimeoutMs: 200, onUnavailable: 'fail' });
      server.pause();
      await expect(limiter.acquire('users', 1)).rejects.toMatchObject({ kind: 'rate-limit' });
      server.resume();
      await expect.poll(() => log.mock.calls.length, { timeout: 5000 }).toBe(1);
      expect(await client.zcard(`{${prefix}:org#app:users}:v1:calls:1002`)).toBe(0);
    });

    const others: Redis[] = [];
    function connectedTo({ port }: RedisServer, options?: { maxRetriesPerRequest: number }): Redis {
      const other = connect(port, options);
      others.push(other);
      return other;
    }
    afterAll(() => {
      for (const other of others) other.disconnect();
    });
  },
  'own',
);

describeRedis(
  'RedisRateLimitStore on a cluster',
  () => {
    it('uses keys of one node only', async () => {
      const server = await RedisServer.start({ cluster: 'alone' });
      const client = connectCluster(server.port);
      try {
        const [one, other] = [member(client), member(client)];
        const waited = await timeOf(() =>
          Promise.all([send(one), send(one), send(other)]).then(() => send(other)),
        );
        expect(waited).toBeGreaterThan(900);
        expect(warn).not.toHaveBeenCalled();
      } finally {
        client.disconnect();
        await server.stop();
      }
    });
  },
  'own',
);
