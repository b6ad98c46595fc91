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

describe('a send that is refused because of a rate limit', () => {
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
  /** Aborts the send as soon as the length of the wait is known, so that the test need not wait. */
  const abortAtFirstRetry = (policy: object = {}): Partial<EasemobModuleOptions> => ({
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
  const send = (target: string) => app.messages.sendText(textTo(target), { signal: controller.signal });

  it.each<[string, EmulatorFault]>([
    ['429', { status: 429 }],
    ['403 that is a limit', { status: 403, body: LIMIT_403 }],
  ])('(%s) is retried until Easemob accepts it, and delivered once', async (_, fault) => {
    await start();
    app.failSends(fault, 3);
    await expect(send('bob')).resolves.toMatchObject({ outcomes: [{ status: 'sent' }] });
    expect(app.sends()).toHaveLength(1 + 4);
    expect(events.map(({ attempt, error }) => [attempt, error.kind, error.sent])).toEqual([
      [1, 'rate-limit', 'no'],
      [2, 'rate-limit', 'no'],
      [3, 'rate-limit', 'no'],
    ]);
    expect(app.delivered()).toEqual(['before', 'bob']);
  });

  it.each<[string, EmulatorFault]>([
    ['429', { status: 429 }],
    ['403 that is a limit', { status: 403, body: LIMIT_403 }],
  ])('(%s) at every attempt is rejected with nothing sent', async (_, fault) => {
    await start();
    app.failSends(fault, 100);
    await expect(send('bob')).rejects.toMatchObject({
      kind: 'rate-limit',
      sent: 'no',
      retryable: true,
      attempts: 4,
    });
    app.emulator.clearFaults();
    await send('after');
    expect(app.delivered()).toEqual(['before', 'after']);
  });

  it.each<[string, EmulatorFault]>([
    ['429 resource_limited', { status: 429, body: QUOTA }],
    ['429 with a Retry-After', { status: 429, body: QUOTA, headers: { 'retry-after': '1' } }],
    ['403 for the day', { status: 403, body: { error: 'x', error_description: 'message limit exceeded' } }],
    ['403 exceed_limit', { status: 403, body: { error: 'exceed_limit', error_description: '' } }],
  ])('(%s) is not retried when the limit is a quota, and does not pause its route', async (_, fault) => {
    await start({ rateLimit: { maxWaitMs: 0 } });
    app.failSends(fault, 100);
    await expect(send('bob')).rejects.toMatchObject({
      kind: 'quota',
      sent: 'no',
      retryable: false,
      attempts: 1,
    });
    expect(app.sends()).toHaveLength(2);
    app.emulator.clearFaults();
    await send('after');
    expect(app.delivered()).toEqual(['before', 'after']);
  });

  it.each<[string, EmulatorFault, number]>([
    ['429', { status: 429, headers: { 'retry-after': '7' } }, 7000],
    ['503', { status: 503, headers: { 'retry-after': '7' } }, 7000],
    ['403 that is a limit', { status: 403, body: LIMIT_403, headers: { 'retry-after': '2.5' } }, 2500],
  ])('(%s) is retried no sooner than after the Retry-After', async (_, fault, leastMs) => {
    await start(abortAtFirstRetry());
    app.failSends(fault);
    await expect(send('bob')).rejects.toMatchObject({ kind: 'aborted', sent: 'no', attempts: 1 });
    expect(events).toHaveLength(1);
    expect(events[0]?.delayMs).toBeGreaterThanOrEqual(leastMs);
    expect(events[0]?.error.retryAfterMs).toBe(leastMs);
    expect(app.sends()).toHaveLength(2);
  });

  it('is retried no sooner than after a Retry-After that is a date', async () => {
    await start(abortAtFirstRetry());
    const inTenSeconds = new Date(Date.now() + 10_000).toUTCString();
    app.failSends({ status: 429, headers: { 'retry-after': inTenSeconds } });
    await expect(send('bob')).rejects.toMatchObject({ kind: 'aborted', sent: 'no' });
    expect(events[0]?.delayMs).toBeGreaterThan(7_000);
    expect(events[0]?.delayMs).toBeLessThanOrEqual(10_000);
  });

  it('is rejected at once, with the time to wait, when the Retry-After is beyond maxTotalMs', async () => {
    await start();
    app.failSends({ status: 429, headers: { 'retry-after': '61' } });
    await expect(send('bob')).rejects.toMatchObject({
      kind: 'rate-limit',
      attempts: 1,
      retryAfterMs: 61_000,
    });
    expect(events).toEqual([]);
  });

  it.each(['soon', '-5', '', 'Fri, 99 Foo 2026 00:00:00 GMT'])(
    'is retried when the Retry-After is invalid: "%s"',
    async (value) => {
      await start();
      app.failSends({ status: 429, headers: { 'retry-after': value } });
      await send('bob');
      expect(events.map(({ delayMs }) => delayMs <= 5)).toEqual([true]);
      expect(app.delivered()).toEqual(['before', 'bob']);
    },
  );

  it.each<[string, EmulatorFault, number, number]>([
    ['429', { status: 429 }, 1, 1000],
    ['429 with a Retry-After', { status: 429, headers: { 'retry-after': '7' } }, 6000, 7000],
    ['403 that is a limit', { status: 403, body: LIMIT_403 }, 1, 60_000],
  ])(
    '(%s) pauses its route: the next send fails without a request, and other routes are not affected',
    async (_, fault, least, most) => {
      await start({ rateLimit: { maxWaitMs: 0 }, retry: false });
      app.failSends(fault);
      await expect(send('bob')).rejects.toMatchObject({ kind: 'rate-limit', sent: 'no', attempts: 1 });
      const paused: unknown = await send('carol').catch((error: unknown) => error);
      expect(paused).toMatchObject({ name: 'EasemobError', kind: 'rate-limit', sent: 'no', attempts: 0 });
      const { retryAfterMs } = paused as { retryAfterMs: number };
      expect(retryAfterMs).toBeGreaterThanOrEqual(least);
      expect(retryAfterMs).toBeLessThanOrEqual(most);
      expect(app.sends()).toHaveLength(2);

      await app.messages.sendText({ ...textTo('group'), target_type: 'chatgroups' });
      expect(app.delivered()).toEqual(['before', 'group']);
    },
  );
});
