import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type EasemobTest, startEasemob } from '../support/easemob.js';
import { textTo } from '../support/text-message.js';
import { userIds } from '../support/user-ids.js';

/** Three batches of 15 sends need two windows. */
const LIMIT = { messages: { count: 30, windowMs: 250 } };
const YEAR_MS = 365 * 24 * 3600 * 1000;

describe('a wall clock that jumps', () => {
  let app: EasemobTest;
  let offsetMs: number;
  beforeEach(async () => {
    offsetMs = 0;
    const now = Date.now.bind(Date);
    vi.spyOn(Date, 'now').mockImplementation(() => now() + offsetMs);
    app = await startEasemob({ rateLimit: { users: LIMIT } }, { limits: { rate: { users: LIMIT } } });
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await app.stop();
  });

  const sendSome = async (name: string): Promise<void> => {
    await Promise.all(userIds(15, name).map((target) => app.messages.sendText(textTo(target))));
  };

  it.each([
    ['a year ahead', [YEAR_MS]],
    ['a year back', [-YEAR_MS]],
    ['ahead and back', [YEAR_MS, -YEAR_MS, 0]],
    ['back and ahead', [-YEAR_MS, YEAR_MS]],
  ])('%s between sends costs no token, delays no send and delivers each once', async (_, jumps) => {
    await sendSome('before');
    for (const jump of jumps) {
      offsetMs = jump;
      // oxlint-disable-next-line no-await-in-loop -- the clock jumps in between
      await sendSome(`jump${jump}-`);
    }
    const targets = app.delivered();
    expect(targets).toHaveLength(15 * (1 + jumps.length));
    expect(new Set(targets).size).toBe(targets.length);
    expect(app.emulator.tokensIssued).toBe(1);
    expect(app.emulator.refusals).toEqual({ calls: 0, messages: 0 });
  });

  it.each([YEAR_MS, -YEAR_MS])(
    'by %i ms while calls wait for a permit delays none of them beyond their limit',
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
    'by %i ms while a call waits for its next attempt neither ends the call nor adds an attempt',
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
      app.failSends({ status: 503 }, 2);
      await app.messages.sendText(textTo('bob'));
      expect(app.delivered()).toEqual(['bob']);
      expect(app.emulator.tokensIssued).toBe(1);
    },
  );

  it.each([YEAR_MS, -YEAR_MS])('by %i ms during a request does not change its timeout', async (jump) => {
    await app.stop();
    app = await startEasemob({ http: { timeoutMs: 400 } });
    app.failSends({ delayMs: 60_000 });
    const sending = expect(app.messages.sendText(textTo('bob'))).rejects.toMatchObject({
      kind: 'timeout',
      sent: 'maybe',
    });
    await vi.waitFor(() => expect(app.emulator.requests).toHaveLength(2));
    offsetMs = jump;
    await sending;
    await app.messages.sendText(textTo('after'));
    expect(app.delivered()).toEqual(['after']);
  });
});
