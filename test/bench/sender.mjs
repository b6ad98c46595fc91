/**
 * One process of several that share an app: it sends as fast as its limiter allows for the given time, and reports how many
 * messages it sent. The test of many processes starts it with its settings in SENDER.
 */
import 'reflect-metadata';
import { Test } from '@nestjs/testing';
import { Redis } from 'ioredis';
import { EasemobModule, MessageService } from 'nestjs-easemob';
import { RedisRateLimitStore, RedisTokenStore } from 'nestjs-easemob/redis';

const { options, seconds, callers, prefix, redis, lockTtlMs } = JSON.parse(process.env.SENDER);
const client = new Redis(redis);

const moduleRef = await Test.createTestingModule({
  imports: [
    EasemobModule.forRoot({
      ...options,
      retry: false,
      rateLimit: { ...options.rateLimit, store: new RedisRateLimitStore({ client, prefix }) },
      token: { store: new RedisTokenStore({ client, prefix, ...(lockTtlMs && { lockTtlMs }) }) },
    }),
  ],
}).compile();
const messages = moduleRef.get(MessageService);

process.send('ready');
process.once('message', () => void run());

async function run() {
  const endsAt = performance.now() + seconds * 1000;
  const account = { sent: 0, failures: [] };
  await Promise.all(
    Array.from({ length: callers }, async (_, caller) => {
      while (performance.now() < endsAt) {
        try {
          const target = [`p${process.pid}-${caller}`];
          await messages.sendText({ target_type: 'users', target, msg: { msg: 'hello' } });
          // A call that still waited for its permit at the end is not part of the rate.
          if (performance.now() < endsAt) account.sent += 1;
        } catch (error) {
          account.failures.push(String(error));
        }
      }
    }),
  );
  await moduleRef.close();
  client.disconnect();
  process.send(account);
  process.disconnect();
}
