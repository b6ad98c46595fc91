import { isEasemobError } from 'nestjs-easemob';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type EasemobTest, startEasemob } from '../support/easemob.js';
import { textTo } from '../support/text-message.js';
import { userIds } from '../support/user-ids.js';

const kindOf = (error: unknown): string =>
  isEasemobError(error) ? `${error.kind}, ${error.sent}` : String(error);

describe('100 concurrent sends', () => {
  let app: EasemobTest;
  beforeEach(async () => {
    app = await startEasemob({ rateLimit: false }, { limits: { rate: false } });
    await app.messages.sendText(textTo('before'));
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await app.stop();
  });

  const targets = userIds(100);
  const sendAll = () => Promise.allSettled(targets.map((target) => app.messages.sendText(textTo(target))));

  it('cost one token and no failed send after a revocation, five times in a row', async () => {
    for (let wave = 1; wave <= 5; wave++) {
      app.emulator.revokeTokens();
      // oxlint-disable-next-line no-await-in-loop -- each revocation after the one before
      const settled = await sendAll();
      expect(settled.every(({ status }) => status === 'fulfilled')).toBe(true);
      expect(app.emulator.tokensIssued).toBe(1 + wave);
    }
    expect(app.emulator.messages).toHaveLength(1 + 5 * targets.length);
  });

  it('fail after two requests each when every token is rejected, and later sends fail without a request', async () => {
    app.failSends({ status: 401 }, 1_000_000);
    for (const result of await sendAll()) {
      expect(result).toMatchObject({ status: 'rejected', reason: { kind: 'auth', sent: 'no' } });
    }
    expect(app.sends().length).toBeLessThanOrEqual(1 + 200);
    const requests = app.emulator.requests.length;
    await expect(app.messages.sendText(textTo('later'))).rejects.toMatchObject({
      kind: 'auth',
      sent: 'no',
      attempts: 0,
      retryAfterMs: expect.any(Number) as number,
    });
    expect(app.emulator.requests).toHaveLength(requests);
    expect(app.delivered()).toEqual(['before']);
    expect(app.emulator.tokensIssued).toBeLessThanOrEqual(3);
  });

  it('on one route cost the other routes nothing, and few tokens', async () => {
    app.emulator.failNext({ status: 401 }, 1_000_000, { path: '/chatfiles' });
    for (let round = 0; round < 50; round += 1) {
      // oxlint-disable-next-line no-await-in-loop -- the rounds follow each other
      await expect(app.files.upload(Buffer.from('x'))).rejects.toMatchObject({ status: 401, attempts: 1 });
      // oxlint-disable-next-line no-await-in-loop
      await app.messages.sendText(textTo('bob'));
    }
    expect(app.emulator.tokensIssued).toBeLessThanOrEqual(6);
    app.emulator.clearFaults();
    await expect(app.files.upload(Buffer.from('x'))).resolves.toHaveProperty('uuid');
  });

  it('on some of the responses of a route cost few tokens, and nothing but those sends', async () => {
    const ended: string[] = [];
    for (let round = 0; round < 60; round += 1) {
      app.failSends({ status: 401 });
      // oxlint-disable-next-line no-await-in-loop -- the rounds follow each other
      ended.push(await app.messages.sendText(textTo('bob')).then(() => 'sent', kindOf));
      // oxlint-disable-next-line no-await-in-loop
      await app.messages.sendText(textTo('bob'));
    }
    expect(app.emulator.tokensIssued).toBeLessThanOrEqual(12);
    expect(ended.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 'sent'));
    expect(new Set(ended.slice(10))).toEqual(new Set(['auth, no']));
  });

  it('are followed by sends that succeed when tokens are accepted again and the pause is over', async () => {
    app.failSends({ status: 401 }, 1_000_000);
    await sendAll();
    app.emulator.clearFaults();
    const now = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => now() + 15_000);
    await expect(app.messages.sendText(textTo('after'))).resolves.toMatchObject({
      outcomes: [{ target: 'after', status: 'sent' }],
    });
  });

  it('fail with the error of the token request when the rejected token cannot be replaced', async () => {
    app.emulator.revokeTokens();
    app.emulator.failNext({ status: 404 }, 1_000_000, { path: '/token' });
    for (const result of await sendAll()) {
      expect(result).toMatchObject({ status: 'rejected', reason: { kind: 'not-found', sent: 'no' } });
    }
    expect(app.tokenRequests()).toHaveLength(2);
    expect(app.emulator.messages).toHaveLength(1);
  });
});
