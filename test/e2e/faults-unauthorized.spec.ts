import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type EasemobTest, startEasemob } from '../support/easemob.js';
import { textTo } from '../support/text-message.js';

describe('a storm of 401', () => {
  let app: EasemobTest;
  beforeEach(async () => {
    app = await startEasemob({ rateLimit: false }, { limits: { rate: false } });
    await app.messages.sendText(textTo('before'));
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await app.stop();
  });

  const targets = Array.from({ length: 100 }, (_, index) => `user${index}`);
  const sends = () => app.emulator.requests.filter(({ path }) => path.endsWith('/messages'));
  const sendAll = () => Promise.allSettled(targets.map((target) => app.messages.sendText(textTo(target))));

  it('after each of five revocations costs one token each, and no send', async () => {
    for (let wave = 1; wave <= 5; wave++) {
      app.emulator.revokeTokens();
      // oxlint-disable-next-line no-await-in-loop -- one storm follows the other
      const settled = await sendAll();
      expect(settled.every(({ status }) => status === 'fulfilled')).toBe(true);
      expect(app.emulator.tokensIssued).toBe(1 + wave);
    }
    expect(app.emulator.messages).toHaveLength(1 + 5 * targets.length);
  });

  it('that does not end fails every send after two requests at most, delivers nothing, and then asks no more', async () => {
    app.emulator.failNext({ status: 401 }, 1_000_000, { path: '/messages' });
    for (const result of await sendAll()) {
      expect(result).toMatchObject({ status: 'rejected', reason: { kind: 'auth', sent: 'no' } });
    }
    expect(sends().length).toBeLessThanOrEqual(1 + 200);
    const requests = app.emulator.requests.length;
    await expect(app.messages.sendText(textTo('later'))).rejects.toMatchObject({
      kind: 'auth',
      sent: 'no',
      attempts: 1,
      retryAfterMs: expect.any(Number) as number,
    });
    expect(app.emulator.requests).toHaveLength(requests);
    expect(app.emulator.messages.map(({ target }) => target)).toEqual(['before']);
    expect(app.emulator.tokensIssued).toBeLessThanOrEqual(3);
  });

  it('that is over lets sends through once the pause is', async () => {
    app.emulator.failNext({ status: 401 }, 1_000_000, { path: '/messages' });
    await sendAll();
    app.emulator.clearFaults();
    const now = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => now() + 15_000);
    await expect(app.messages.sendText(textTo('after'))).resolves.toMatchObject({
      outcomes: [{ target: 'after', status: 'sent' }],
    });
  });

  it('that no new token ends is the error of the token request, and nothing is delivered', async () => {
    app.emulator.revokeTokens();
    app.emulator.failNext({ status: 404 }, 1_000_000, { path: '/token' });
    for (const result of await sendAll()) {
      expect(result).toMatchObject({ status: 'rejected', reason: { kind: 'not-found', sent: 'no' } });
    }
    expect(app.emulator.requests.filter(({ path }) => path.endsWith('/token'))).toHaveLength(2);
    expect(app.emulator.messages).toHaveLength(1);
  });
});
