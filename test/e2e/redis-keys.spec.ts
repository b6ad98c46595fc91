import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { RedisRateLimitStore, RedisTokenStore } from 'nestjs-easemob/redis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type EasemobTest, startEasemob } from '../support/easemob.js';
import { connect, describeRedis, startRedis } from '../support/redis.js';
import { textTo } from '../support/text-message.js';

const bearerOf = (app: EasemobTest): unknown => app.calls()[0]?.headers['authorization'];

describeRedis('stores that two apps share', () => {
  let redis: Awaited<ReturnType<typeof startRedis>>;
  let client: Redis;
  let prefix = '';
  const apps: EasemobTest[] = [];

  beforeAll(async () => {
    redis = await startRedis();
    client = connect(redis.url);
  });
  beforeEach(() => {
    prefix = `test-${randomUUID()}`;
  });
  afterEach(async () => {
    await Promise.all(apps.splice(0).map((app) => app.stop()));
  });
  afterAll(async () => {
    client.disconnect();
    await redis.stop();
  });

  /** An app whose stores are those of every other app of the test. */
  const start = async (callsPerSecond = 100): Promise<EasemobTest> => {
    const store = new RedisRateLimitStore({ client, prefix });
    const app = await startEasemob({
      token: { store: new RedisTokenStore({ client, prefix }) },
      rateLimit: { users: { callsPerSecond }, maxWaitMs: 0, store },
    });
    apps.push(app);
    return app;
  };

  it('give no host a token that another host issued', async () => {
    const [one, other] = [await start(), await start()];
    await one.messages.sendText(textTo('bob'));
    await other.messages.sendText(textTo('bob'));
    expect(other.emulator.requests.map(({ path }) => path.split('/').at(-1))).toEqual(['token', 'messages']);
    expect(bearerOf(other)).not.toBe(bearerOf(one));
    expect(await client.keys(`{${prefix}:*}:token`)).toHaveLength(2);
  });

  it('count the calls to two hosts separately', async () => {
    for (let host = 0; host < 2; host += 1) {
      // oxlint-disable-next-line no-await-in-loop -- the second host must not find the window that the first has filled
      const app = await start(1);
      // oxlint-disable-next-line no-await-in-loop -- as above
      await app.messages.sendText(textTo('bob'));
      // oxlint-disable-next-line no-await-in-loop -- as above
      await expect(app.messages.sendText(textTo('bob'))).rejects.toMatchObject({ kind: 'rate-limit' });
    }
  });
});
