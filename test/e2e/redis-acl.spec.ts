import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { RedisRateLimitStore, RedisTokenStore } from 'nestjs-easemob/redis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { startEasemob } from '../support/easemob.js';
import { memberOver, send, timeOf } from '../support/rate-limit-members.js';
import { connect, describeRedis, RedisServer } from '../support/redis.js';

/** The rules that the documentation of the commands gives for a store: its keys and its commands. */
function documentedRules(store: string): readonly string[] {
  const source = readFileSync(new URL('../../lib/redis/redis-commands.ts', import.meta.url), 'utf8');
  const text = source.replaceAll(/\n \* +/g, ' ');
  const [, rules = ''] = new RegExp(`\\b${store}\`: \`([^\`]+)\``).exec(text) ?? [];
  return rules.split(' ');
}

const commandsIn = (rules: readonly string[]): Set<string> =>
  new Set(rules.filter((rule) => rule.startsWith('+')).map((rule) => rule.slice(1)));

/** The commands that a client of ioredis sends by itself, and those of the test. */
const FOREIGN = new Set(['info', 'client', 'auth', 'ping', 'select', 'flushall', 'acl', 'config']);

const token = () => ({ value: 'YWMt-1', expiresAt: Date.now() + 60_000, refreshAt: Date.now() + 30_000 });

describeRedis(
  'a Redis user that may do only what is documented',
  () => {
    const warn = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const skipped = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    let server: RedisServer;
    let admin: Redis;
    const clients: Redis[] = [];

    beforeAll(async () => {
      server = await RedisServer.start();
      admin = connect(server.port);
    });
    beforeEach(async () => {
      warn.mockClear();
      skipped.mockClear();
      await admin.flushall();
    });
    afterEach(() => {
      for (const client of clients.splice(0)) client.disconnect();
    });
    afterAll(async () => {
      admin.disconnect();
      await server.stop();
    });

    /** A client that may do what the rules say, and nothing else. */
    const clientOf = async (...rules: readonly string[]): Promise<Redis> => {
      const username = `user${clients.length}`;
      await admin.call('ACL', 'SETUSER', username, 'reset', 'on', '>password', '+info', ...rules);
      const client = new Redis({ port: server.port, username, password: 'password' });
      clients.push(client);
      await client.info();
      await admin.config('RESETSTAT');
      return client;
    };
    /** The commands that were sent since the last client connected, also by scripts. */
    const sentCommands = async (): Promise<Set<string>> => {
      const lines = (await admin.info('commandstats')).matchAll(/cmdstat_(\w+)/g);
      return new Set(Array.from(lines, ([, name = '']) => name).filter((name) => !FOREIGN.has(name)));
    };

    it('shares a token, and uses every documented command', async () => {
      const rules = documentedRules('RedisTokenStore');
      const store = new RedisTokenStore({ client: await clientOf(...rules) });
      await store.lock('host:org#app:id', () => store.set('host:org#app:id', token()));
      await expect(store.get('host:org#app:id')).resolves.toMatchObject({ value: 'YWMt-1' });
      expect(warn).not.toHaveBeenCalled();
      expect(skipped).not.toHaveBeenCalled();
      expect(await sentCommands()).toEqual(commandsIn(rules));
    });

    it('shares the rate limits, and uses every documented command', async () => {
      const rules = documentedRules('RedisRateLimitStore');
      const client = await clientOf(...rules);
      const [one, other] = [
        memberOver({ client }, { callsPerSecond: 3 }),
        memberOver({ client }, { callsPerSecond: 3 }),
      ];
      await Promise.all([send(one), send(one), send(other)]);
      const abort = new AbortController();
      const aborted = one.acquire('users', 1, abort.signal).catch(() => undefined);
      (await other.acquire('users', 1)).release({ scope: 'calls', retryAfterMs: 100 });
      abort.abort();
      await Promise.all([aborted, send(one), send(other)]);
      await delay(100);
      expect(warn).not.toHaveBeenCalled();
      await admin.flushall();
      await Promise.all([send(one), send(other)]);
      const lost: unknown = expect.stringContaining('has lost the rate limits');
      expect(warn.mock.calls).toEqual([[lost], [lost]]);
      expect(await sentCommands()).toEqual(commandsIn(rules));
      one.close();
      other.close();
    });

    it('reaches no other key', async () => {
      const rules = documentedRules('RedisTokenStore');
      const store = new RedisTokenStore({ client: await clientOf(...rules), prefix: 'other' });
      await expect(store.get('host:org#app:id')).rejects.toMatchObject({ code: 'NOPERM' });
    });

    it('finds the token of another process although that may not release the lock, and the log says why', async () => {
      const rules = documentedRules('RedisTokenStore').filter((rule) => rule !== '+del');
      const [holder, waiting] = [await clientOf(...rules), await clientOf(...rules)].map(
        (client) => new RedisTokenStore({ client, lockTtlMs: 10_000 }),
      ) as [RedisTokenStore, RedisTokenStore];
      const work = vi.fn(() => waiting.get('host:org#app:id'));
      const fetch = async (): Promise<void> => {
        await delay(300);
        await holder.set('host:org#app:id', token());
      };
      const held = holder.lock('host:org#app:id', fetch);
      await delay(100);
      const waited = await timeOf(async () => {
        await expect(waiting.lock('host:org#app:id', work)).resolves.toMatchObject({ value: 'YWMt-1' });
      });
      await held;
      expect(waited).toBeLessThan(2000);
      expect(work).toHaveBeenCalledOnce();
      expect(warn.mock.calls).toEqual([
        [
          'The lock of the token was not released: The Redis command EVALSHA failed (NOPERM). Another process that needs a token may wait for it for up to 10000 ms.',
        ],
      ]);
    });

    it.each([
      {
        command: 'get',
        failure:
          'The token store cannot be reached; this process fetches its own token (EasemobNetworkError NOPERM).',
      },
      {
        command: 'set',
        failure:
          'The token store cannot be reached; this process fetches its own token (EasemobNetworkError NOPERM).',
      },
      {
        command: 'zadd',
        failure:
          'The Redis command EVALSHA failed (NOPERM). Until Redis responds again, this process applies the rate limits alone.',
      },
    ])(
      'sends without Redis if $command is missing, and the log names the failure',
      async ({ command, failure }) => {
        const rules = [...documentedRules('RedisTokenStore'), ...documentedRules('RedisRateLimitStore')];
        const client = await clientOf(...rules.filter((rule) => rule !== `+${command}`));
        const app = await startEasemob({
          token: { store: new RedisTokenStore({ client }) },
          rateLimit: { store: new RedisRateLimitStore({ client }) },
        });
        const target = ['bob'];
        await app.messages.sendText({ target_type: 'users', target, msg: { msg: 'hi' } });
        await app.stop();
        expect(warn.mock.calls).toEqual([[failure]]);
      },
    );
  },
  'own',
);
