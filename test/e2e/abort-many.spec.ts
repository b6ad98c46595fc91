import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { isEasemobError, type EasemobModuleOptions } from 'nestjs-easemob';
import { afterEach, describe, expect, it } from 'vitest';
import { type EasemobTest, startEasemob } from '../support/easemob.js';
import { EventLoopStalls } from '../support/event-loop-stalls.js';
import { textTo } from '../support/text-message.js';

const CALLS = 100_000;

describe(`${CALLS} queued calls`, () => {
  let app: EasemobTest;
  afterEach(async () => {
    await app.emulator.stop();
    await app.stop();
  });

  /** Queues the calls, ends them all, and returns their errors and the longest stall of the event loop meanwhile. */
  const endAll = async (
    signalOf: () => AbortSignal | undefined,
    end: () => unknown,
  ): Promise<{ kinds: Record<string, number>; longestMs: number }> => {
    const kinds: Record<string, number> = {};
    const sends = Array.from({ length: CALLS }, async () => {
      try {
        const signal = signalOf();
        await app.messages.sendText(textTo('bob'), signal && { signal });
      } catch (error) {
        const kind = isEasemobError(error) ? `${error.kind}, ${error.sent}` : String(error);
        kinds[kind] = (kinds[kind] ?? 0) + 1;
      }
    });
    // The stall in which the calls were made is no part of what is measured.
    await delay(200);
    await nextTurn();
    const stalls = new EventLoopStalls();
    const ended = end();
    await Promise.all([...sends, ended]);
    return { kinds, longestMs: stalls.stop() };
  };

  const start = async (options: Partial<EasemobModuleOptions> = {}): Promise<void> => {
    app = await startEasemob({
      rateLimit: { users: { callsPerSecond: 0.001 }, maxWaitMs: Infinity },
      retry: false,
      ...options,
    });
  };

  it('that one signal aborts while they wait for a permit do not block the event loop', async () => {
    await start();
    await app.messages.sendText(textTo('bob'));
    const controller = new AbortController();
    const { kinds, longestMs } = await endAll(
      () => controller.signal,
      () => controller.abort(),
    );
    expect(kinds).toEqual({ 'aborted, no': CALLS });
    expect(longestMs).toBeLessThan(500);
  });

  it('that one signal aborts while they wait for the token do not block the event loop', async () => {
    await start();
    app.emulator.failNext({ delayMs: 3_600_000 }, 1, { path: '/token' });
    const controller = new AbortController();
    const { kinds, longestMs } = await endAll(
      () => controller.signal,
      () => controller.abort(),
    );
    expect(kinds).toEqual({ 'aborted, no': CALLS });
    expect(longestMs).toBeLessThan(500);
  });

  it('that wait for a token which cannot be fetched do not block the event loop', async () => {
    await start();
    app.emulator.failNext({ delayMs: 3000, status: 503 }, 1, { path: '/token' });
    const { kinds, longestMs } = await endAll(
      () => undefined,
      () => undefined,
    );
    expect(kinds).toEqual({ 'server, no': CALLS });
    expect(longestMs).toBeLessThan(500);
  });

  it('whose application is closed do not block the event loop', async () => {
    await start();
    await app.messages.sendText(textTo('bob'));
    const { kinds, longestMs } = await endAll(
      () => undefined,
      () => app.moduleRef.close(),
    );
    expect(kinds).toEqual({ 'aborted, no': CALLS });
    expect(longestMs).toBeLessThan(500);
  });

  it('that wait too long do not block the event loop when their time is over', async () => {
    await start({ rateLimit: { users: { callsPerSecond: 0.001 }, maxWaitMs: 5000 } });
    await app.messages.sendText(textTo('bob'));
    const { kinds, longestMs } = await endAll(
      () => undefined,
      () => undefined,
    );
    expect(kinds).toEqual({ 'rate-limit, no': CALLS });
    expect(longestMs).toBeLessThan(500);
  });

  it('whose store fails do not block the event loop', async () => {
    const pending: ((reason: Error) => void)[] = [];
    const acquire = (): Promise<never> => new Promise((_, reject) => pending.push(reject));
    const bucket = { acquire, pause: () => undefined };
    await start({ rateLimit: { maxWaitMs: Infinity, store: { bucket: () => bucket } } });
    await app.tokens.getToken();
    const { kinds, longestMs } = await endAll(
      () => undefined,
      () => {
        bucket.acquire = () => Promise.reject(new Error('broken'));
        for (const reject of pending) reject(new Error('broken'));
      },
    );
    expect(kinds).toEqual({ 'rate-limit, no': CALLS });
    expect(longestMs).toBeLessThan(500);
  });
});
