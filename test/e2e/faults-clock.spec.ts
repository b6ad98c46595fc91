import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type EasemobTest, startEasemob } from '../support/easemob.js';
import { textTo } from '../support/text-message.js';

const YEAR_MS = 365 * 24 * 3600 * 1000;

describe('a wall clock that jumps', () => {
  let app: EasemobTest;
  let offsetMs: number;
  beforeEach(async () => {
    offsetMs = 0;
    const now = Date.now.bind(Date);
    vi.spyOn(Date, 'now').mockImplementation(() => now() + offsetMs);
    app = await startEasemob({ rateLimit: { users: { callsPerSecond: 40 } } });
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await app.stop();
  });

  const sendSome = async (name: string): Promise<void> => {
    const targets = Array.from({ length: 15 }, (_, index) => `${name}${index}`);
    await Promise.all(targets.map((target) => app.messages.sendText(textTo(target))));
  };

  it.each([
    ['a year ahead', [YEAR_MS]],
    ['a year back', [-YEAR_MS]],
    ['ahead and back', [YEAR_MS, -YEAR_MS, 0]],
    ['back and ahead', [-YEAR_MS, YEAR_MS]],
  ])('%s between sends costs no token, holds no send back and doubles none', async (_, jumps) => {
    await sendSome('before');
    for (const jump of jumps) {
      offsetMs = jump;
      // oxlint-disable-next-line no-await-in-loop -- the clock jumps in between
      await sendSome(`jump${jump}-`);
    }
    const targets = app.emulator.messages.map(({ target }) => target);
    expect(targets).toHaveLength(15 * (1 + jumps.length));
    expect(new Set(targets).size).toBe(targets.length);
    expect(app.emulator.tokensIssued).toBe(1);
    expect(app.emulator.refusals).toEqual({ calls: 0, messages: 0 });
  });

  it.each([YEAR_MS, -YEAR_MS])(
    'by %i ms while calls wait for their turn lets them all through',
    async (jump) => {
      const sending = Promise.all([sendSome('a'), sendSome('b'), sendSome('c'), sendSome('d')]);
      await vi.waitFor(() => expect(app.emulator.messages.length).toBeGreaterThan(0));
      offsetMs = jump;
      await sending;
      expect(app.emulator.messages).toHaveLength(60);
      expect(app.emulator.tokensIssued).toBe(1);
      expect(app.emulator.refusals).toEqual({ calls: 0, messages: 0 });
    },
  );

  it.each([YEAR_MS, -YEAR_MS])(
    'by %i ms while a call waits for another try ends no try and adds none',
    async (jump) => {
      await app.stop();
      app = await startEasemob({
        retry: {
          minDelayMs: 1,
          maxDelayMs: 5,
          onRetry: () => {
            offsetMs += jump;
          },
        },
      });
      app.emulator.failNext({ status: 503 }, 2, { path: '/messages' });
      await app.messages.sendText(textTo('bob'));
      expect(app.emulator.messages.map(({ target }) => target)).toEqual(['bob']);
      expect(app.emulator.tokensIssued).toBe(1);
    },
  );

  it.each([YEAR_MS, -YEAR_MS])('by %i ms during a request does not touch its timeout', async (jump) => {
    await app.stop();
    app = await startEasemob({ http: { timeoutMs: 400 } });
    app.emulator.failNext({ delayMs: 60_000 }, 1, { path: '/messages' });
    const sending = expect(app.messages.sendText(textTo('bob'))).rejects.toMatchObject({
      kind: 'timeout',
      sent: 'maybe',
    });
    await vi.waitFor(() => expect(app.emulator.requests).toHaveLength(2));
    offsetMs = jump;
    await sending;
    await app.messages.sendText(textTo('after'));
    expect(app.emulator.messages.map(({ target }) => target)).toEqual(['after']);
  });
});
