import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { EasemobEmulator } from 'nestjs-easemob/testing';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeRedis, startRedis } from '../support/redis.js';

const PROCESSES = 4;
const CALLS_PER_SECOND = 100;
/** Long enough for every alignment of the windows. The rate is only checked with `EASEMOB_SECONDS=20`. */
const SECONDS = Number(process.env['EASEMOB_SECONDS'] ?? 5);
const SENDER = fileURLToPath(new URL('../bench/sender.mjs', import.meta.url));

interface Account {
  readonly sent: number;
  readonly failures: readonly string[];
}

describeRedis(`${PROCESSES} processes that share an app through Redis`, () => {
  let redis: Awaited<ReturnType<typeof startRedis>>;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  const start = (emulator: EasemobEmulator, prefix: string, more: object = {}): ChildProcess =>
    fork(SENDER, {
      env: {
        ...process.env,
        SENDER: JSON.stringify({
          options: { ...emulator.moduleOptions, rateLimit: { users: { callsPerSecond: CALLS_PER_SECOND } } },
          seconds: SECONDS,
          callers: 40,
          prefix,
          redis: redis.url,
          ...more,
        }),
      },
    });

  it.each(['sliding', 'fixed'] as const)(
    'stay within the limits of a %s window, use what it allows, and fetch one token in total',
    async (rateWindow) => {
      const emulator = await EasemobEmulator.start({
        limits: { rateWindow, rateWindowOffsetMs: 370, volumeCheck: 'after' },
        recordMessages: false,
      });
      const prefix = `easemob-${randomUUID()}`;
      const senders = Array.from({ length: PROCESSES }, () => start(emulator, prefix));
      await Promise.all(senders.map((sender) => once(sender, 'message')));
      const accounts = senders.map(async (sender) => (await once(sender, 'message'))[0] as Account);
      for (const sender of senders) sender.send('go');
      const results = await Promise.all(accounts);
      await emulator.stop();

      const sent = results.reduce((sum, account) => sum + account.sent, 0);
      const share = sent / (CALLS_PER_SECOND * SECONDS);
      process.stdout.write(
        `${rateWindow}: ${sent} sent in ${SECONDS} s, ${(share * 100).toFixed(1)} % of the limit\n`,
      );
      expect(results.flatMap(({ failures }) => failures)).toEqual([]);
      expect(emulator.refusals).toEqual({ calls: 0, messages: 0 });
      expect(emulator.tokensIssued).toBe(1);
      if (SECONDS >= 20) expect(share).toBeGreaterThanOrEqual(0.9);
    },
    SECONDS * 1000 + 30_000,
  );

  it('wait for a killed holder of the token lock no longer than the time to live of the lock', async () => {
    const lockTtlMs = 1500;
    const prefix = `easemob-${randomUUID()}`;
    const emulator = await EasemobEmulator.start();
    // The first process requests a token and never gets a response.
    emulator.failNext({ delayMs: 60_000 }, 1, { path: '/token' });
    const [holder, other] = [
      start(emulator, prefix, { lockTtlMs }),
      start(emulator, prefix, { lockTtlMs, seconds: 0.001 }),
    ];
    await Promise.all([once(holder, 'message'), once(other, 'message')]);
    holder.send('go');
    await vi.waitFor(() => expect(emulator.requests).toHaveLength(1), { timeout: 10_000 });
    const killed = once(holder, 'exit');
    holder.kill('SIGKILL');
    await killed;

    const startedAt = performance.now();
    const account = once(other, 'message');
    other.send('go');
    await account;
    const waitedMs = performance.now() - startedAt;
    await emulator.stop();
    expect(emulator.tokensIssued).toBe(1);
    expect(emulator.messages.length).toBeGreaterThan(0);
    // The time to live of the lock, and the time of the sends on a busy machine.
    expect(waitedMs).toBeLessThan(lockTtlMs + 2000);
  }, 30_000);
});
