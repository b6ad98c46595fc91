import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { RouteLimit } from '../../lib/options/rate-limit.options.js';
import { rateLimit } from '../../lib/options/schema.js';
import { RateLimiter } from '../../lib/client/rate-limiter.js';
import { RedisRateLimitStore, type RedisRateLimitStoreOptions } from '../../lib/redis/index.js';
import { connect, connectCluster, describeRedis, RedisServer, startRedis } from '../support/redis.js';

/** Counts as the strictest server does: no window of one second, wherever it begins, above the limit. */
class StrictServer {
  refused = 0;
  /** Every call, in the order it was counted. */
  private readonly log: { at: number; messages: number }[] = [];
  private readonly counts: { at: number; messages: number }[] = [];

  constructor(private readonly limit: { calls: number; messages: number }) {}

  async receive(messages: number): Promise<void> {
    await delay(Math.random() * 5);
    const at = performance.now();
    while (this.counts[0] && this.counts[0].at <= at - 1000) this.counts.shift();
    const sum = this.counts.reduce((total, count) => total + count.messages, messages);
    if (sum > this.limit.messages || this.counts.length >= this.limit.calls) this.refused += 1;
    this.counts.push({ at, messages });
    this.log.push({ at, messages });
    await delay(Math.random() * 5);
  }

  /** Messages per second without the first second's worth, which is free and would hide a loss of one window. */
  sustained(perSecond: number): number {
    const begin = this.log[0]?.at ?? 0;
    let sum = 0;
    let rate = 0;
    for (const { at, messages } of this.log) {
      const isNextWorth = Math.floor((sum + messages - 1) / perSecond) > Math.floor((sum - 1) / perSecond);
      if (sum > 0 && isNextWorth) rate = (sum * 1000) / (at - begin);
      sum += messages;
    }
    return rate;
  }
}

const SMALL: RouteLimit = { callsPerSecond: 3, messages: { count: 100, windowMs: 1000 } };

let prefix = '';
const warn = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
const log = vi.spyOn(Logger.prototype, 'log').mockImplementation(() => undefined);
const limiters: RateLimiter[] = [];

beforeEach(() => {
  prefix = `test-${process.pid}-${Math.random()}`;
  warn.mockClear();
  log.mockClear();
});

afterEach(() => {
  for (const limiter of limiters.splice(0)) limiter.close();
});

/** One process of many: its own store over a client. */
function member(
  client: RedisRateLimitStoreOptions['client'],
  limit: RouteLimit = SMALL,
  options: Partial<RedisRateLimitStoreOptions> = {},
  maxHoldMs = 300_000,
): RateLimiter {
  const store = new RedisRateLimitStore({ client, prefix, ...options });
  const limiter = new RateLimiter(rateLimit.resolve({ users: limit, maxWaitMs: 20_000, store }, 'legacy'), {
    keyPrefix: 'org#app',
    maxHoldMs: { users: maxHoldMs, chatgroups: maxHoldMs, chatrooms: maxHoldMs, files: maxHoldMs },
  });
  limiters.push(limiter);
  return limiter;
}

async function drain(
  limiter: RateLimiter,
  server: StrictServer,
  sizes: () => number,
  until: number,
): Promise<void> {
  const caller = async (): Promise<void> => {
    while (performance.now() < until) {
      const messages = sizes();
      // oxlint-disable-next-line no-await-in-loop -- a caller sends one call after the other
      const turn = await limiter.take('users', messages);
      // oxlint-disable-next-line no-await-in-loop
      await server.receive(messages);
      turn.done();
    }
  };
  await Promise.all(Array.from({ length: 10 }, caller));
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

async function send(limiter: RateLimiter, messages = 1): Promise<void> {
  (await limiter.take('users', messages)).done();
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
    { name: 'small calls', limit: { calls: 50, messages: 1000 }, sizes: () => 1, perSecond: 50 },
    {
      name: 'calls of many sizes',
      limit: { calls: 1000, messages: 200 },
      sizes: () => 1 + Math.floor(Math.random() * 10),
      perSecond: 200,
    },
  ])('lets four members use what there is of $name, and no more', async ({ limit, sizes, perSecond }) => {
    const server = new StrictServer(limit);
    const seconds = 5;
    const until = performance.now() + seconds * 1000;
    const routeLimit = { callsPerSecond: limit.calls, messages: { count: limit.messages, windowMs: 1000 } };
    const members = clients.map((client) => member(client, routeLimit));
    const draining = members.map((limiter) => drain(limiter, server, sizes, until).catch(() => undefined));
    await delay(seconds * 1000);
    for (const limiter of members) limiter.close();
    await Promise.all(draining);
    expect(server.refused).toBe(0);
    expect(server.sustained(perSecond)).toBeGreaterThanOrEqual(perSecond * 0.9);
    expect(server.sustained(perSecond)).toBeLessThanOrEqual(perSecond);
  });

  it('takes for all what one member took', async () => {
    const [one, other] = [member(clients[0] as Redis), member(clients[1] as Redis)];
    await Promise.all([send(one), send(one), send(one)]);
    const waited = await timeOf(() => send(other));
    expect(waited).toBeGreaterThan(900);
    expect(waited).toBeLessThan(3000);
  });

  it('takes once for all also what two registrations of one app over one store take', async () => {
    const store = new RedisRateLimitStore({ client: clients[0] as Redis, prefix });
    const [one, other] = [0, 1].map(() => {
      const options = rateLimit.resolve({ users: SMALL, maxWaitMs: 500, store }, 'legacy');
      const limiter = new RateLimiter(options, { keyPrefix: 'org#app' });
      limiters.push(limiter);
      return limiter;
    }) as [RateLimiter, RateLimiter];
    const takes = await Promise.allSettled(
      [one, other, one, other, one, other].map((limiter) => send(limiter)),
    );
    expect(takes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  });

  it('does not let the small calls of one member starve a big call of another', async () => {
    const limit: RouteLimit = { callsPerSecond: 1000, messages: { count: 20, windowMs: 1000 } };
    const [busy, big] = [member(clients[0] as Redis, limit), member(clients[1] as Redis, limit)];
    const server = new StrictServer({ calls: 1000, messages: 20 });
    const draining = drain(busy, server, () => 1, performance.now() + 3500);
    await delay(300);
    expect(await timeOf(() => send(big, 20))).toBeLessThan(2500);
    await draining;
  });

  it('sends a call above the whole window when the window is empty', async () => {
    const limiter = member(clients[0] as Redis, { messages: { count: 5, windowMs: 300 } });
    await send(limiter);
    expect(await timeOf(() => send(limiter, 600))).toBeGreaterThan(250);
    expect(await timeOf(() => send(limiter))).toBeGreaterThan(250);
  });

  it('pauses every member when one is refused', async () => {
    const [one, other] = [member(clients[0] as Redis), member(clients[1] as Redis)];
    (await one.take('users', 1)).refused({ scope: 'calls', retryAfterMs: 600 });
    await delay(50);
    const waited = await timeOf(() => send(other));
    expect(waited).toBeGreaterThan(500);
    expect(waited).toBeLessThan(3000);
  });

  it('frees the slots of a member that died after the longest hold', async () => {
    const [dead, alive] = [
      member(clients[0] as Redis, SMALL, {}, 500),
      member(clients[1] as Redis, SMALL, {}, 500),
    ];
    await Promise.all([dead.take('users', 1), dead.take('users', 1), dead.take('users', 1)]);
    const waited = await timeOf(() => send(alive));
    expect(waited).toBeGreaterThan(1400);
    expect(waited).toBeLessThan(5000);
  });

  it('leaves no key behind that does not expire', async () => {
    const client = clients[0] as Redis;
    const limiter = member(client);
    (await limiter.take('users', 1)).refused({ scope: 'calls' });
    await delay(100);
    const keys = await client.keys(`{${prefix}:*`);
    const lives = await Promise.all(keys.map((key) => client.pttl(key)));
    expect(keys.length).toBeGreaterThanOrEqual(4);
    expect(Math.min(...lives)).toBeGreaterThan(0);
  });

  it('goes on after Redis forgot its scripts', async () => {
    const limiter = member(clients[0] as Redis);
    await send(limiter);
    await clients[0]?.script('FLUSH');
    await send(limiter);
    expect(warn).not.toHaveBeenCalled();
  });
});

describeRedis(
  'RedisRateLimitStore on a server of its own',
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

    it('keeps the limits within the process while Redis hangs, and says so once', async () => {
      const limiter = member(client, SMALL, { commandTimeoutMs: 200 });
      await send(limiter);
      server.pause();
      // The slot that Redis granted counts as well: two are left, the next waits for the window.
      expect(await timeOf(() => Promise.all([send(limiter), send(limiter)]))).toBeLessThan(900);
      expect(await timeOf(() => send(limiter))).toBeGreaterThan(400);
      await limiter.take('files', 0);
      expect(warn).toHaveBeenCalledOnce();
      expect(warn.mock.calls[0]?.[0]).toBe(
        'Redis did not answer EVALSHA within 200 ms. Until it does, this process keeps the rate limits for itself.',
      );
      server.resume();
      await expect.poll(() => log.mock.calls.length, { timeout: 5000 }).toBe(1);
    });

    it('tells Redis afterwards what was sent without it, also when Redis begins empty', async () => {
      const limiter = member(client, { callsPerSecond: Infinity, messages: { count: 10, windowMs: 4000 } });
      await send(limiter, 3);
      await server.stop();
      const begin = performance.now();
      await send(limiter, 4);
      server = await RedisServer.start({ port: server.port });
      await expect.poll(() => log.mock.calls.length, { timeout: 5000 }).toBe(1);
      const other = member(connectedTo(server), {
        callsPerSecond: Infinity,
        messages: { count: 10, windowMs: 4000 },
      });
      await send(other, 3);
      await send(other, 4);
      expect(performance.now() - begin).toBeGreaterThan(3500);
    });

    it('gives each process its share while Redis is away', async () => {
      const limiter = member(client, { callsPerSecond: 9 }, { commandTimeoutMs: 100, processes: 3 });
      server.pause();
      expect(await timeOf(() => Promise.all([1, 2, 3].map(() => send(limiter))))).toBeLessThan(900);
      expect(await timeOf(() => send(limiter))).toBeGreaterThan(600);
      server.resume();
    });

    it('fails every call while Redis is away when it is told to', async () => {
      const limiter = member(client, SMALL, { commandTimeoutMs: 200, onUnavailable: 'fail' });
      server.pause();
      for (let round = 0; round < 3; round += 1) {
        // oxlint-disable-next-line no-await-in-loop -- the first finds out, the others know
        await expect(limiter.take('users', 1)).rejects.toMatchObject({
          kind: 'rate-limit',
          sent: 'no',
          retryable: true,
        });
      }
      server.resume();
      await expect
        .poll(() =>
          limiter.take('users', 1).then(
            () => true,
            () => false,
          ),
        )
        .toBe(true);
    });

    it('gives back what Redis grants after nobody waits for it any more', async () => {
      const limiter = member(client, SMALL, { commandTimeoutMs: 200, onUnavailable: 'fail' });
      server.pause();
      await expect(limiter.take('users', 1)).rejects.toMatchObject({ kind: 'rate-limit' });
      server.resume();
      await expect.poll(() => log.mock.calls.length, { timeout: 5000 }).toBe(1);
      expect(await client.zcard(`{${prefix}:org#app:users}:1`)).toBe(0);
    });

    const others: Redis[] = [];
    function connectedTo({ port }: RedisServer): Redis {
      const other = connect(port);
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
    it('keeps the key rules', async () => {
      const server = await RedisServer.start({ cluster: true });
      const client = connectCluster(server.port);
      try {
        const [one, other] = [member(client), member(client)];
        await Promise.all([send(one), send(one), send(other)]);
        expect(await timeOf(() => send(other))).toBeGreaterThan(900);
        expect(warn).not.toHaveBeenCalled();
      } finally {
        client.disconnect();
        await server.stop();
      }
    });
  },
  'own',
);
