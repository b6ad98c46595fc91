import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { RouteLimit } from '../../lib/options/rate-limit.options.js';
import type { RateLimiter } from '../../lib/rate-limit/rate-limiter.js';
import type { RedisRateLimitStoreOptions } from '../../lib/redis/index.js';
import { memberOver, send, timeOf } from '../support/rate-limit-members.js';
import { connect, describeRedis, RedisServer } from '../support/redis.js';

const LIMIT: RouteLimit = { callsPerSecond: Infinity, messages: { count: 4, windowMs: 4000 } };

/** Until the end of the last calls has been reported: it would restore their leases by itself. */
const reported = (): Promise<void> => delay(150);

/** A client whose Redis has a clock that is `stepMs` milliseconds ahead. */
function withClock(client: Redis, clock: { stepMs: number }): RedisRateLimitStoreOptions['client'] {
  return {
    get: (key) => client.get(key),
    set: () => Promise.reject(new Error('unexpected command')),
    evalsha: () => Promise.reject(new Error('NOSCRIPT the source is needed')),
    eval: (script, keyCount, ...args) => {
      const stepped = `local time = redis.call('TIME') time[1] = time[1] + ${clock.stepMs / 1000}`;
      expect(script).toContain("local time = redis.call('TIME')");
      return client.eval(script.replace("local time = redis.call('TIME')", stepped), keyCount, ...args);
    },
  };
}

describeRedis(
  'RedisRateLimitStore on a Redis that lost its data',
  () => {
    const warn = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    let server: RedisServer;
    let clients: Redis[];
    let limiters: RateLimiter[];
    let prefix = '';

    beforeEach(async () => {
      warn.mockClear();
      prefix = `test-${randomUUID()}`;
      limiters = [];
      server = await RedisServer.start();
      clients = [connect(server.port), connect(server.port)];
      await Promise.all(clients.map((client) => client.ping()));
    });
    afterEach(async () => {
      for (const limiter of limiters) limiter.close();
      for (const client of clients) client.disconnect();
      await server.stop();
    });

    const member = (index: number, limit = LIMIT, client?: RedisRateLimitStoreOptions['client']) => {
      const limiter = memberOver({ client: client ?? (clients[index] as Redis), prefix }, limit);
      limiters.push(limiter);
      return limiter;
    };
    const flush = async (): Promise<void> => void (await clients[0]?.flushall());
    const restart = async (): Promise<void> => {
      await server.stop();
      server = await RedisServer.start({ port: server.port });
      await Promise.all(clients.map((client) => client.ping()));
    };

    it.each([
      { name: 'a FLUSHALL', lose: () => flush() },
      { name: 'a restart between two calls', lose: () => restart() },
    ])('still counts after $name what was sent before', async ({ lose }) => {
      const limiter = member(0);
      const waited = await timeOf(async () => {
        await send(limiter, 4);
        await reported();
        await lose();
        await send(limiter);
      });
      expect(waited).toBeGreaterThan(3900);
      expect(waited).toBeLessThan(8000);
      expect(warn.mock.calls).toEqual([
        [
          'Redis has lost the rate limits, by a restart or FLUSHALL for instance. Every process reports again what it has sent.',
        ],
      ]);
    });

    it.each([
      { name: 'that sent before as well', sentBefore: 1 },
      { name: 'that is new', sentBefore: 0 },
    ])('grants a process $name nothing before a quiet one has reported again', async ({ sentBefore }) => {
      const [quiet, other] = [member(0), member(1)];
      const waited = await timeOf(async () => {
        await send(quiet, 4 - sentBefore);
        if (sentBefore > 0) await send(other, sentBefore);
        await reported();
        await flush();
        // A process that is new cannot know of the loss: one that has sent must have noticed it by itself.
        if (sentBefore === 0) await delay(700);
        await send(other, 4);
      });
      expect(waited).toBeGreaterThan(3900);
      expect(waited).toBeLessThan(8000);
    });

    it('counts more leases after a loss than one command reports', async () => {
      const limit: RouteLimit = { callsPerSecond: Infinity, messages: { count: 1200, windowMs: 4000 } };
      const limiter = member(0, limit);
      const waited = await timeOf(async () => {
        await Promise.all(Array.from({ length: 1200 }, () => send(limiter)));
        await reported();
        await flush();
        await send(limiter);
      });
      expect(waited).toBeGreaterThan(3900);
    });

    it('still pauses every process when the data is lost during the pause', async () => {
      const [one, other] = [member(0), member(1)];
      (await one.acquire('users', 1)).release({ scope: 'messages', retryAfterMs: 3000 });
      const waited = await timeOf(async () => {
        await delay(100);
        await flush();
        await delay(700);
        await send(other);
      });
      expect(waited).toBeGreaterThan(2800);
      expect(waited).toBeLessThan(6000);
    });

    it('does not take the end of a quiet time for a loss', async () => {
      const limiter = memberOver(
        { client: clients[0] as Redis, prefix },
        { callsPerSecond: 100 },
        {
          leaseTtlMs: 100,
        },
      );
      limiters.push(limiter);
      await send(limiter);
      await clients[0]?.flushall();
      // Every lease is past, and Redis may forget the route as well.
      await delay(1000 + 100 + 200);
      expect(await timeOf(() => send(limiter))).toBeLessThan(500);
    });
  },
  'own',
);

describeRedis(
  'RedisRateLimitStore on a Redis whose clock steps',
  () => {
    let server: RedisServer;
    let client: Redis;
    const clock = { stepMs: 0 };

    beforeEach(async () => {
      clock.stepMs = 0;
      server = await RedisServer.start();
      client = connect(server.port);
    });
    afterEach(async () => {
      client.disconnect();
      await server.stop();
    });

    it.each([
      { name: 'back by an hour', steps: [-3_600_000] },
      { name: 'back by a second', steps: [-1_000] },
      { name: 'forward by an hour and back again', steps: [3_600_000, 0] },
    ])('$name: blocks a route no longer than its window', async ({ steps }) => {
      const limiter = memberOver({ client: withClock(client, clock) }, { callsPerSecond: 2 });
      for (const stepMs of steps) {
        // oxlint-disable-next-line no-await-in-loop -- one step after the other
        await Promise.all([send(limiter), send(limiter)]);
        // oxlint-disable-next-line no-await-in-loop -- as above
        await reported();
        clock.stepMs = stepMs;
      }
      expect(await timeOf(() => Promise.all([send(limiter), send(limiter)]))).toBeLessThan(3000);
      limiter.close();
    });

    it('ends a pause in time although the clock steps back', async () => {
      const limiter = memberOver({ client: withClock(client, clock) }, { callsPerSecond: 100 });
      const permit = await limiter.acquire('users', 1);
      const waited = await timeOf(async () => {
        permit.release({ scope: 'calls', retryAfterMs: 600 });
        await reported();
        clock.stepMs = -60_000;
        await send(limiter);
      });
      expect(waited).toBeGreaterThan(550);
      expect(waited).toBeLessThan(2500);
      limiter.close();
    });
  },
  'own',
);
