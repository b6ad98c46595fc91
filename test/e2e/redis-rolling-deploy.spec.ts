import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { RouteLimit } from '../../lib/options/rate-limit.options.js';
import type { RateLimiter } from '../../lib/rate-limit/rate-limiter.js';
import { memberOver, type MemberOptions, send, timeOf } from '../support/rate-limit-members.js';
import { connect, describeRedis, startRedis } from '../support/redis.js';

const LIMIT: RouteLimit = { callsPerSecond: 3, messages: { count: 100, windowMs: 1000 } };
const LIFTED: RouteLimit = { ...LIMIT, callsPerSecond: Infinity };

describeRedis('processes whose limits differ, as during a rolling deploy', () => {
  let redis: Awaited<ReturnType<typeof startRedis>>;
  let client: Redis;
  let prefix = '';
  const limiters: RateLimiter[] = [];

  beforeAll(async () => {
    redis = await startRedis();
    client = connect(redis.url);
  });
  beforeEach(() => {
    prefix = `test-${randomUUID()}`;
  });
  afterEach(() => {
    for (const limiter of limiters.splice(0)) limiter.close();
  });
  afterAll(async () => {
    client.disconnect();
    await redis.stop();
  });

  const member = (limit: RouteLimit, options?: MemberOptions): RateLimiter => {
    const limiter = memberOver({ client, prefix }, limit, options);
    limiters.push(limiter);
    return limiter;
  };

  it.each<{ name: string; limit: RouteLimit }>([
    { name: 'has no limit of calls', limit: LIFTED },
    {
      name: 'has no limit of messages',
      limit: { callsPerSecond: 3, messages: { count: Infinity, windowMs: 1 } },
    },
    { name: 'has a longer window', limit: { ...LIMIT, messages: { count: 100, windowMs: 60_000 } } },
    { name: 'has a lower limit', limit: { ...LIMIT, callsPerSecond: 1 } },
  ])('are not locked out by a process that $name', async ({ limit }) => {
    const [old, deployed] = [member(LIMIT), member(limit)];
    await send(deployed, 90);
    expect(await timeOf(() => Promise.all([send(old), send(old, 9)]))).toBeLessThan(900);
    expect(await timeOf(() => send(old, 90))).toBeLessThan(3000);
  });

  it('share the windows that all of them have', async () => {
    const [old, deployed] = [member(LIMIT, { maxWaitMs: 300 }), member(LIFTED, { maxWaitMs: 300 })];
    await send(deployed, 60);
    await send(old, 20);
    const results = await Promise.allSettled([send(deployed, 30), send(old, 30)]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('reserve the room of a waiting call in those windows only', async () => {
    const [old, deployed] = [member(LIMIT), member(LIFTED)];
    await send(old, 90);
    const waiting = send(deployed, 50);
    expect(await timeOf(() => Promise.all([waiting, send(old, 50)]))).toBeLessThan(3000);
  });
});
