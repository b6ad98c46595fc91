import { Logger } from '@nestjs/common';
import { Cluster } from 'ioredis';
import { RedisTokenStore } from 'nestjs-easemob/redis';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { memberOver, send } from '../support/rate-limit-members.js';
import { RedisCluster } from '../support/redis-cluster.js';
import { describeRedis } from '../support/redis.js';

describeRedis(
  'stores over a cluster whose master hangs',
  () => {
    const warn = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const log = vi.spyOn(Logger.prototype, 'log').mockImplementation(() => undefined);
    let cluster: RedisCluster;

    beforeEach(async () => {
      warn.mockClear();
      log.mockClear();
      cluster = await RedisCluster.start();
    });
    afterEach(() => cluster.stop());

    it.each([
      { setting: 'socketTimeout', options: { redisOptions: { socketTimeout: 500 } } },
      { setting: 'slotsRefreshInterval', options: { slotsRefreshInterval: 1000 } },
    ])(
      'share the limits and the token again over its replica, with $setting',
      async ({ options }) => {
        const client = new Cluster(cluster.nodes, options);
        client.on('error', () => undefined);
        const limiter = memberOver({ client, commandTimeoutMs: 300 }, { callsPerSecond: 100 });
        const tokens = new RedisTokenStore({ client, commandTimeoutMs: 300 });
        const token = { value: 'YWMt-1', expiresAt: Date.now() + 600_000, refreshAt: Date.now() + 300_000 };
        try {
          await send(limiter);
          cluster.hangMaster();
          // This call finds the outage, and is granted by the process alone.
          await send(limiter);
          expect(warn).toHaveBeenCalledOnce();
          await expect.poll(() => log.mock.calls.length, { timeout: 20_000, interval: 100 }).toBe(1);
          await tokens.set('org#app', token);
          await expect(tokens.get('org#app')).resolves.toEqual(token);
          await send(limiter);
          expect(warn).toHaveBeenCalledOnce();
        } finally {
          limiter.close();
          client.disconnect();
        }
      },
      60_000,
    );
  },
  'own',
);
