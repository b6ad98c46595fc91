import type { EasemobModuleOptions, RetryEvent } from 'nestjs-easemob';
import type { EmulatorFault } from 'nestjs-easemob/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { type EasemobTest, startEasemob } from '../support/easemob.js';
import { textTo } from '../support/text-message.js';

const QUOTA = {
  error: 'resource_limited',
  error_description: 'You have exceeded the limit, upgrade to a higher plan',
};
const LIMIT_403 = { error: 'message_send_error', error_description: 'message send reach limit' };

describe('a refusal for the rate', () => {
  let app: EasemobTest;
  let events: RetryEvent[];
  let controller: AbortController;
  afterEach(() => app.stop());

  const start = async (options: Partial<EasemobModuleOptions> = {}): Promise<void> => {
    events = [];
    controller = new AbortController();
    const onRetry = (event: RetryEvent): void => void events.push(event);
    app = await startEasemob({
      rateLimit: false,
      retry: { minDelayMs: 1, maxDelayMs: 5, onRetry },
      ...options,
    });
    await app.messages.sendText(textTo('before'));
  };
  /** Gives up as soon as the wait is known, so that nobody has to sit through it. */
  const giveUpAtFirstRetry = (policy: object = {}): Partial<EasemobModuleOptions> => ({
    retry: {
      minDelayMs: 1,
      maxDelayMs: 5,
      ...policy,
      onRetry: (event) => {
        events.push(event);
        controller.abort();
      },
    },
  });
  const meet = (fault: EmulatorFault, times = 1): void =>
    app.emulator.failNext(fault, times, { path: '/messages' });
  const sends = () => app.emulator.requests.filter(({ path }) => path.endsWith('/messages'));
  const send = (target: string) => app.messages.sendText(textTo(target), { signal: controller.signal });
  const delivered = (): string[] => app.emulator.messages.map(({ target }) => target);

  it.each<[string, EmulatorFault]>([
    ['429', { status: 429 }],
    ['403 that is a limit', { status: 403, body: LIMIT_403 }],
  ])('(%s) is repeated until it is taken, and delivered once', async (_, fault) => {
    await start();
    meet(fault, 3);
    await expect(send('bob')).resolves.toMatchObject({ outcomes: [{ status: 'sent' }] });
    expect(sends()).toHaveLength(1 + 4);
    expect(events.map(({ attempt, error }) => [attempt, error.kind, error.sent])).toEqual([
      [1, 'rate-limit', 'no'],
      [2, 'rate-limit', 'no'],
      [3, 'rate-limit', 'no'],
    ]);
    expect(delivered()).toEqual(['before', 'bob']);
  });

  it.each<[string, EmulatorFault]>([
    ['429', { status: 429 }],
    ['403 that is a limit', { status: 403, body: LIMIT_403 }],
  ])('(%s) to the end is an error of a send that was never taken', async (_, fault) => {
    await start();
    meet(fault, 100);
    await expect(send('bob')).rejects.toMatchObject({
      kind: 'rate-limit',
      sent: 'no',
      retryable: true,
      attempts: 4,
    });
    app.emulator.clearFaults();
    await send('after');
    expect(delivered()).toEqual(['before', 'after']);
  });

  it.each<[string, EmulatorFault]>([
    ['429 resource_limited', { status: 429, body: QUOTA }],
    ['429 with a Retry-After', { status: 429, body: QUOTA, headers: { 'retry-after': '1' } }],
    ['403 of the day', { status: 403, body: { error: 'x', error_description: 'message limit exceeded' } }],
    ['403 exceed_limit', { status: 403, body: { error: 'exceed_limit', error_description: '' } }],
  ])('for a quota (%s) is never repeated, and pauses nothing', async (_, fault) => {
    await start({ rateLimit: { maxWaitMs: 0 } });
    meet(fault, 100);
    await expect(send('bob')).rejects.toMatchObject({
      kind: 'quota',
      sent: 'no',
      retryable: false,
      attempts: 1,
    });
    expect(sends()).toHaveLength(2);
    app.emulator.clearFaults();
    await send('after');
    expect(delivered()).toEqual(['before', 'after']);
  });

  it.each<[string, EmulatorFault, number]>([
    ['429', { status: 429, headers: { 'retry-after': '7' } }, 7000],
    ['503', { status: 503, headers: { 'retry-after': '7' } }, 7000],
    ['403 that is a limit', { status: 403, body: LIMIT_403, headers: { 'retry-after': '2.5' } }, 2500],
  ])('(%s) with a Retry-After is repeated no sooner', async (_, fault, leastMs) => {
    await start(giveUpAtFirstRetry());
    meet(fault);
    await expect(send('bob')).rejects.toMatchObject({ kind: 'aborted', sent: 'no', attempts: 1 });
    expect(events).toHaveLength(1);
    expect(events[0]?.delayMs).toBeGreaterThanOrEqual(leastMs);
    expect(events[0]?.error.retryAfterMs).toBe(leastMs);
    expect(sends()).toHaveLength(2);
  });

  it('with a Retry-After that is a date is repeated no sooner', async () => {
    await start(giveUpAtFirstRetry());
    const inTenSeconds = new Date(Date.now() + 10_000).toUTCString();
    meet({ status: 429, headers: { 'retry-after': inTenSeconds } });
    await expect(send('bob')).rejects.toMatchObject({ kind: 'aborted', sent: 'no' });
    expect(events[0]?.delayMs).toBeGreaterThan(7_000);
    expect(events[0]?.delayMs).toBeLessThanOrEqual(10_000);
  });

  it('with a Retry-After beyond maxTotalMs is an error at once that names the wait', async () => {
    await start();
    meet({ status: 429, headers: { 'retry-after': '61' } });
    await expect(send('bob')).rejects.toMatchObject({
      kind: 'rate-limit',
      attempts: 1,
      retryAfterMs: 61_000,
    });
    expect(events).toEqual([]);
  });

  it.each(['soon', '-5', '', 'Fri, 99 Foo 2026 00:00:00 GMT'])(
    'with a Retry-After of "%s" is repeated all the same',
    async (value) => {
      await start();
      meet({ status: 429, headers: { 'retry-after': value } });
      await send('bob');
      expect(events.map(({ delayMs }) => delayMs <= 5)).toEqual([true]);
      expect(delivered()).toEqual(['before', 'bob']);
    },
  );

  it.each<[string, EmulatorFault, number, number]>([
    ['429', { status: 429 }, 1, 1000],
    ['429 with a Retry-After', { status: 429, headers: { 'retry-after': '7' } }, 6000, 7000],
    ['403 that is a limit', { status: 403, body: LIMIT_403 }, 1, 60_000],
  ])(
    '(%s) holds the route back: the next send waits here, and other routes go on',
    async (_, fault, least, most) => {
      await start({ rateLimit: { maxWaitMs: 0 }, retry: false });
      meet(fault);
      await expect(send('bob')).rejects.toMatchObject({ kind: 'rate-limit', sent: 'no', attempts: 1 });
      const held: unknown = await send('carol').catch((error: unknown) => error);
      expect(held).toMatchObject({ name: 'EasemobError', kind: 'rate-limit', sent: 'no', attempts: 0 });
      const { retryAfterMs } = held as { retryAfterMs: number };
      expect(retryAfterMs).toBeGreaterThanOrEqual(least);
      expect(retryAfterMs).toBeLessThanOrEqual(most);
      expect(sends()).toHaveLength(2);

      await app.messages.sendText({ target_type: 'chatgroups', target: ['group'], msg: { msg: 'hello' } });
      expect(delivered()).toEqual(['before', 'group']);
    },
  );
});
