import type { EasemobModuleOptions, RetryEvent } from 'nestjs-easemob';
import type { EmulatorFault } from 'nestjs-easemob/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { type EasemobTest, startEasemob } from '../support/easemob.js';
import { UNCERTAIN_FAULTS } from '../support/faults.js';
import { textTo } from '../support/text-message.js';

describe('the retries of a send', () => {
  let app: EasemobTest;
  let events: RetryEvent[];
  afterEach(() => app.stop());

  const start = async (
    retry: Exclude<EasemobModuleOptions['retry'], undefined>,
    rateLimit: Exclude<EasemobModuleOptions['rateLimit'], undefined> = false,
  ): Promise<void> => {
    events = [];
    const onRetry = (event: RetryEvent): void => void events.push(event);
    app = await startEasemob({
      rateLimit,
      retry: retry && { minDelayMs: 1, maxDelayMs: 5, onRetry, ...retry },
    });
    await app.tokens.getToken();
  };
  const send = () => app.messages.sendText(textTo('bob'));
  const deliveries = (): number => app.emulator.messages.length;

  it('are reported to onRetry one by one, before their wait', async () => {
    await start({ attempts: 5 });
    app.failSends({ status: 503 });
    app.failSends({ status: 429 });
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

  it('go on when onRetry throws', async () => {
    await start({
      onRetry: () => {
        throw new Error('a bug of the application');
      },
    });
    app.failSends({ status: 503 });
    await send();
    expect(deliveries()).toBe(1);
  });

  it('do not happen when a send succeeds or is refused for good', async () => {
    await start({});
    await send();
    app.failSends({ status: 400 });
    await expect(send()).rejects.toMatchObject({ kind: 'validation' });
    expect(events).toEqual([]);
  });

  it.each([1, 2, 7])('end after %i attempts in all', async (attempts) => {
    await start({ attempts });
    app.failSends({ status: 503 }, 100);
    await expect(send()).rejects.toMatchObject({ status: 503, sent: 'no', attempts });
    expect(app.sends()).toHaveLength(attempts);
    expect(events).toHaveLength(attempts - 1);
    expect(events.every(({ delayMs }) => delayMs >= 0 && delayMs <= 5)).toBe(true);
  });

  it('do not happen when their wait would end after maxTotalMs', async () => {
    await start({ attempts: 1000, maxTotalMs: 0, minDelayMs: 0, maxDelayMs: 0 });
    app.failSends({ status: 503 }, 1000);
    await expect(send()).rejects.toMatchObject({ status: 503, attempts: 1 });
    expect(app.sends()).toHaveLength(1);
  });

  it('end after maxTotalMs however many attempts are left', async () => {
    await start({ attempts: 100_000, maxTotalMs: 200, minDelayMs: 20, maxDelayMs: 20 });
    app.failSends({ status: 503 }, 100_000);
    await expect(send()).rejects.toMatchObject({ status: 503, sent: 'no' });
    const waited = events.reduce((sum, { delayMs }) => sum + delayMs, 0);
    expect(waited).toBeLessThanOrEqual(200);
    expect(app.sends()).toHaveLength(events.length + 1);
  });

  it('are off with retry: false, except the one after a 401', async () => {
    await start(false);
    app.failSends({ status: 503 });
    await expect(send()).rejects.toMatchObject({ status: 503, attempts: 1 });
    app.failSends({ status: 401 });
    await send();
    expect(app.sends()).toHaveLength(3);
    expect(deliveries()).toBe(1);
  });

  it('count the repetition after a 401 as part of its attempt', async () => {
    await start({ attempts: 2 });
    app.failSends({ status: 503 });
    app.failSends({ status: 401 });
    app.failSends({ status: 503 });
    await expect(send()).rejects.toMatchObject({ status: 503, attempts: 2 });
    expect(app.sends()).toHaveLength(3);
    expect(events).toMatchObject([
      { reason: 'backoff', attempt: 1, error: { status: 503, attempts: 1 } },
      { reason: 'token', attempt: 2, delayMs: 0, error: { status: 401, attempts: 2 } },
    ]);
  });

  it('of a conflict wait for a second, and do not happen when maxTotalMs is shorter', async () => {
    await start({ maxTotalMs: 500 });
    app.failSends({ status: 409 }, 9);
    await expect(send()).rejects.toMatchObject({ kind: 'conflict', sent: 'no', attempts: 1 });
    expect(events).toEqual([]);
  });

  it('end with the error of the token request when the rejected token cannot be replaced', async () => {
    await start({ attempts: 2, maxTotalMs: 100 });
    app.emulator.revokeTokens();
    app.emulator.failNext({ status: 503 }, 100, { path: '/token' });
    await expect(send()).rejects.toMatchObject({ status: 503, sent: 'no', attempts: 2 });
    expect(deliveries()).toBe(0);
  });

  describe('with unsafeSends', () => {
    it.each(UNCERTAIN_FAULTS)(
      'repeat a send after %s, even if that delivers it twice',
      async (_, fault, isAccepted) => {
        await start({ unsafeSends: true });
        app.failSends(fault);
        await expect(send()).resolves.toMatchObject({ outcomes: [{ status: 'sent' }] });
        expect(app.sends()).toHaveLength(2);
        expect(deliveries()).toBe(isAccepted ? 2 : 1);
        expect(events).toMatchObject([{ attempt: 1, error: { sent: 'maybe' } }]);
      },
    );

    it.each<[string, EmulatorFault, object]>([
      ['a 503', { status: 503 }, { status: 503, attempts: 4 }],
      ['a 429', { status: 429 }, { kind: 'rate-limit', attempts: 4 }],
      ['a 400', { status: 400 }, { kind: 'validation', attempts: 2 }],
      ['a 413', { status: 413 }, { kind: 'too-large', attempts: 2 }],
      [
        'a used up quota',
        { status: 429, body: { error: 'resource_limited' } },
        { kind: 'quota', attempts: 2 },
      ],
      ['a second 401', { status: 401 }, { kind: 'auth', attempts: 2 }],
    ])(
      'end with "maybe" when %s follows an attempt that Easemob may have accepted',
      async (_, fault, details) => {
        await start({ unsafeSends: true });
        app.failSends({ reset: 'after' });
        app.failSends(fault, 100);
        await expect(send()).rejects.toMatchObject({ sent: 'maybe', ...details });
        expect(deliveries()).toBe(1);
      },
    );

    it('end with "maybe" when a refused connection follows an attempt that Easemob may have accepted', async () => {
      await start({ unsafeSends: true });
      let left: Promise<void> | undefined;
      const { emulator } = app;
      app.failSends({ reset: 'after' });
      emulator.messages$.subscribe(() => {
        left = emulator.stop();
      });
      await expect(send()).rejects.toMatchObject({ code: 'ECONNREFUSED', sent: 'maybe', attempts: 4 });
      await left;
      expect(deliveries()).toBe(1);
    });

    it('end with "maybe" when a failed token request follows an attempt that Easemob may have accepted', async () => {
      await start({ unsafeSends: true, attempts: 3 });
      app.failSends({ reset: 'after' });
      app.failSends({ status: 401 });
      app.emulator.failNext({ status: 404 }, 100, { path: '/token' });
      await expect(send()).rejects.toMatchObject({ kind: 'not-found', sent: 'maybe', attempts: 2 });
      expect(deliveries()).toBe(1);
    });

    it('end with "maybe" when the wait for a permit follows an attempt that Easemob may have accepted', async () => {
      await start(
        { unsafeSends: true },
        { users: { messages: { count: 1, windowMs: 60_000 } }, maxWaitMs: 0 },
      );
      app.failSends({ reset: 'after' });
      await expect(send()).rejects.toMatchObject({ kind: 'rate-limit', sent: 'maybe', attempts: 1 });
      expect(deliveries()).toBe(1);
    });

    it('end with "maybe" when the caller aborts after an attempt that Easemob may have accepted', async () => {
      const controller = new AbortController();
      await start({ unsafeSends: true, onRetry: () => controller.abort() });
      app.failSends({ reset: 'after' });
      await expect(app.messages.sendText(textTo('bob'), { signal: controller.signal })).rejects.toMatchObject(
        { kind: 'aborted', sent: 'maybe', attempts: 1 },
      );
      expect(deliveries()).toBe(1);
    });

    it('do not repeat a send whose response leaves targets unnamed', async () => {
      await start({ unsafeSends: true });
      app.failSends({ omitTargets: 1 });
      await expect(send()).resolves.toMatchObject({ outcomes: [{ status: 'unknown' }] });
      expect(app.sends()).toHaveLength(1);
    });
  });
});
