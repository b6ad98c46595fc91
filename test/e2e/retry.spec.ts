import type { EasemobModuleOptions, RetryEvent } from 'nestjs-easemob';
import type { EmulatorFault } from 'nestjs-easemob/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { type EasemobTest, startEasemob } from '../support/easemob.js';
import { textTo } from '../support/text-message.js';

describe('the retries of a send', () => {
  let app: EasemobTest;
  let events: RetryEvent[];
  afterEach(() => app.stop());

  const start = async (retry: Exclude<EasemobModuleOptions['retry'], undefined>): Promise<void> => {
    events = [];
    const onRetry = (event: RetryEvent): void => void events.push(event);
    app = await startEasemob({
      rateLimit: false,
      retry: retry && { minDelayMs: 1, maxDelayMs: 5, onRetry, ...retry },
    });
    await app.tokens.getToken();
  };
  const meet = (fault: EmulatorFault, times = 1): void =>
    app.emulator.failNext(fault, times, { path: '/messages' });
  const sends = () => app.emulator.requests.filter(({ path }) => path.endsWith('/messages'));
  const send = () => app.messages.sendText(textTo('bob'));
  const deliveries = (): number => app.emulator.messages.length;

  it('are told one by one, before their wait', async () => {
    await start({ attempts: 5 });
    meet({ status: 503 });
    meet({ status: 429 });
    await send();
    expect(events).toEqual([
      {
        reason: 'backoff',
        attempt: 1,
        attempts: 5,
        delayMs: expect.any(Number) as number,
        error: expect.objectContaining({ kind: 'server', sent: 'no', attempts: 1 }) as object,
        path: '/messages?useMsgId=true',
      },
      {
        reason: 'backoff',
        attempt: 2,
        attempts: 5,
        delayMs: expect.any(Number) as number,
        error: expect.objectContaining({ kind: 'rate-limit', sent: 'no', attempts: 2 }) as object,
        path: '/messages?useMsgId=true',
      },
    ]);
    expect(deliveries()).toBe(1);
  });

  it('go on when whoever is told of them throws', async () => {
    await start({
      onRetry: () => {
        throw new Error('a listener of the application');
      },
    });
    app.moduleRef.useLogger(false);
    meet({ status: 503 });
    await send();
    expect(deliveries()).toBe(1);
  });

  it('are not told of a send that succeeds or is refused for good', async () => {
    await start({});
    await send();
    meet({ status: 400 });
    await expect(send()).rejects.toMatchObject({ kind: 'validation' });
    expect(events).toEqual([]);
  });

  it.each([1, 2, 7])('end after %i attempts in all', async (attempts) => {
    await start({ attempts });
    meet({ status: 503 }, 100);
    await expect(send()).rejects.toMatchObject({ status: 503, sent: 'no', attempts });
    expect(sends()).toHaveLength(attempts);
    expect(events).toHaveLength(attempts - 1);
    expect(events.every(({ delayMs }) => delayMs >= 0 && delayMs <= 5)).toBe(true);
  });

  it('begin no wait that would end after maxTotalMs', async () => {
    await start({ attempts: 1000, maxTotalMs: 0, minDelayMs: 0, maxDelayMs: 0 });
    meet({ status: 503 }, 1000);
    await expect(send()).rejects.toMatchObject({ status: 503, attempts: 1 });
    expect(sends()).toHaveLength(1);
  });

  it('end with maxTotalMs however many attempts are left', async () => {
    await start({ attempts: 100_000, maxTotalMs: 200, minDelayMs: 20, maxDelayMs: 20 });
    meet({ status: 503 }, 100_000);
    await expect(send()).rejects.toMatchObject({ status: 503, sent: 'no' });
    const waited = events.reduce((sum, { delayMs }) => sum + delayMs, 0);
    expect(waited).toBeLessThanOrEqual(200);
    expect(sends()).toHaveLength(events.length + 1);
  });

  it('are off with retry: false, but for the one 401', async () => {
    await start(false);
    meet({ status: 503 });
    await expect(send()).rejects.toMatchObject({ status: 503, attempts: 1 });
    meet({ status: 401 });
    await send();
    expect(sends()).toHaveLength(3);
    expect(deliveries()).toBe(1);
  });

  it('count the repetition after a 401 as part of its attempt', async () => {
    await start({ attempts: 2 });
    meet({ status: 503 });
    meet({ status: 401 });
    meet({ status: 503 });
    await expect(send()).rejects.toMatchObject({ status: 503, attempts: 2 });
    expect(sends()).toHaveLength(3);
    expect(events).toMatchObject([
      { reason: 'backoff', attempt: 1, error: { status: 503, attempts: 1 } },
      { reason: 'token', attempt: 2, delayMs: 0, error: { status: 401, attempts: 2 } },
    ]);
  });

  it('of a conflict are one, after a second at the earliest', async () => {
    await start({ maxTotalMs: 500 });
    meet({ status: 409 }, 9);
    await expect(send()).rejects.toMatchObject({ kind: 'conflict', sent: 'no', attempts: 1 });
    expect(events).toEqual([]);
  });

  it('end with the error of the token request when a refused token cannot be replaced', async () => {
    await start({ attempts: 2, maxTotalMs: 100 });
    app.emulator.revokeTokens();
    app.emulator.failNext({ status: 503 }, 100, { path: '/token' });
    await expect(send()).rejects.toMatchObject({ status: 503, sent: 'no', attempts: 2 });
    expect(deliveries()).toBe(0);
  });

  describe('with unsafeSends', () => {
    it.each<[string, EmulatorFault, number]>([
      ['a reset before it was taken', { reset: 'before' }, 1],
      ['a reset after it was taken', { reset: 'after' }, 2],
      ['500', { status: 500 }, 1],
      ['502', { status: 502 }, 1],
      ['504', { status: 504 }, 1],
      ['garbage', { garbage: true }, 2],
      ['an answer cut short', { truncate: true }, 2],
    ])('repeat a send after %s, which may deliver it twice', async (_, fault, times) => {
      await start({ unsafeSends: true });
      meet(fault);
      await expect(send()).resolves.toMatchObject({ outcomes: [{ status: 'sent' }] });
      expect(sends()).toHaveLength(2);
      expect(deliveries()).toBe(times);
      expect(events).toMatchObject([{ attempt: 1, error: { sent: 'maybe' } }]);
    });

    it.each<[string, EmulatorFault, object]>([
      ['503', { status: 503 }, { status: 503, attempts: 4 }],
      ['429', { status: 429 }, { kind: 'rate-limit', attempts: 4 }],
      ['400', { status: 400 }, { kind: 'validation', attempts: 2 }],
      ['413', { status: 413 }, { kind: 'too-large', attempts: 2 }],
      ['a quota', { status: 429, body: { error: 'resource_limited' } }, { kind: 'quota', attempts: 2 }],
      ['a second 401', { status: 401 }, { kind: 'auth', attempts: 2 }],
    ])(
      'say "maybe" of a send that ends with %s after a try that may have been taken',
      async (_, fault, details) => {
        await start({ unsafeSends: true });
        meet({ reset: 'after' });
        meet(fault, 100);
        await expect(send()).rejects.toMatchObject({ sent: 'maybe', ...details });
        expect(deliveries()).toBe(1);
      },
    );

    it('say "maybe" of a send that ends with a refused connection after a try that may have been taken', async () => {
      await start({ unsafeSends: true });
      let left: Promise<void> | undefined;
      const { emulator } = app;
      meet({ reset: 'after' });
      emulator.messages$.subscribe(() => {
        left = emulator.stop();
      });
      await expect(send()).rejects.toMatchObject({ code: 'ECONNREFUSED', sent: 'maybe', attempts: 4 });
      await left;
      expect(deliveries()).toBe(1);
    });

    it('say "maybe" of a send whose next token cannot be had after a try that may have been taken', async () => {
      await start({ unsafeSends: true, attempts: 3 });
      meet({ reset: 'after' });
      meet({ status: 401 });
      app.emulator.failNext({ status: 404 }, 100, { path: '/token' });
      await expect(send()).rejects.toMatchObject({ kind: 'not-found', sent: 'maybe', attempts: 2 });
      expect(deliveries()).toBe(1);
    });

    it('say "maybe" of a send that the caller ends between tries, after one that may have been taken', async () => {
      const controller = new AbortController();
      await start({ unsafeSends: true, onRetry: () => controller.abort() });
      meet({ reset: 'after' });
      await expect(app.messages.sendText(textTo('bob'), { signal: controller.signal })).rejects.toMatchObject(
        { kind: 'aborted', sent: 'maybe', attempts: 1 },
      );
      expect(deliveries()).toBe(1);
    });

    it('do not repeat a send whose answer leaves targets unnamed', async () => {
      await start({ unsafeSends: true });
      meet({ omitTargets: 1 });
      await expect(send()).resolves.toMatchObject({ outcomes: [{ status: 'unknown' }] });
      expect(sends()).toHaveLength(1);
    });
  });
});
