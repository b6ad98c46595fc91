import { isEasemobError, type RetryEvent } from 'nestjs-easemob';
import { afterEach, describe, expect, it } from 'vitest';
import { type EasemobTest, startEasemob } from '../support/easemob.js';
import { type FaultRow, UNCERTAIN_FAULTS } from '../support/faults.js';
import { textTo } from '../support/text-message.js';
import { userIds } from '../support/user-ids.js';

const NO_LIMITS = [{ rateLimit: false }, { limits: { rate: false } }] as const;

describe('the app token', () => {
  let app: EasemobTest;
  afterEach(() => app.stop());

  const sendToEach = (targets: readonly string[]) =>
    Promise.all(targets.map((target) => app.messages.sendText(textTo(target))));

  it('is fetched once when 1,000 sends start without a token', async () => {
    app = await startEasemob(...NO_LIMITS);
    const results = await sendToEach(userIds(1000));
    expect(results.every(({ outcomes }) => outcomes[0]?.status === 'sent')).toBe(true);
    expect(app.tokenRequests()).toHaveLength(1);
    expect(app.emulator.messages).toHaveLength(1000);
  });

  it('is requested with the documented body and without authorization', async () => {
    app = await startEasemob({ token: { ttl: 3600 } });
    await app.tokens.getToken();
    const [request] = app.tokenRequests();
    expect(request?.method).toBe('POST');
    expect(request?.body).toEqual({
      grant_type: 'client_credentials',
      client_id: app.emulator.moduleOptions.clientId,
      client_secret: app.emulator.moduleOptions.clientSecret,
      ttl: 3600,
    });
    expect(request?.headers['content-type']).toBe('application/json');
    expect(request?.headers).not.toHaveProperty('authorization');
  });

  it('costs one refresh and no failed send when it is revoked under 200 concurrent sends', async () => {
    app = await startEasemob(...NO_LIMITS);
    await app.messages.sendText(textTo('first'));
    app.emulator.revokeTokens();
    const results = await sendToEach(userIds(200));
    expect(results.every(({ outcomes }) => outcomes[0]?.status === 'sent')).toBe(true);
    expect(app.emulator.tokensIssued).toBe(2);
    expect(app.emulator.messages).toHaveLength(201);
  });

  it('costs one refresh when it is revoked before it was ever used', async () => {
    app = await startEasemob(...NO_LIMITS);
    await app.tokens.getToken();
    app.emulator.revokeTokens();
    await sendToEach(userIds(50));
    expect(app.emulator.tokensIssued).toBe(2);
  });

  it('is replaced once after a 401, and a second 401 is final', async () => {
    app = await startEasemob();
    await app.messages.sendText(textTo('first'));
    app.failSends({ status: 401 }, 2);
    await expect(app.messages.sendText(textTo('bob'))).rejects.toMatchObject({
      name: 'EasemobApiError',
      kind: 'auth',
      status: 401,
      sent: 'no',
      attempts: 1,
    });
    expect(app.tokenRequests()).toHaveLength(2);
    expect(app.sends()).toHaveLength(3);
  });

  it('is fetched twice when every token is rejected, and then the calls fail without a request', async () => {
    app = await startEasemob(...NO_LIMITS);
    app.failSends({ status: 401 }, 10_000);
    const settled = await Promise.allSettled(
      userIds(200).map((target) => app.messages.sendText(textTo(target))),
    );
    expect(settled.every(({ status }) => status === 'rejected')).toBe(true);
    const requests = app.emulator.requests.length;
    expect(app.tokenRequests()).toHaveLength(2);
    await expect(app.messages.sendText(textTo('later'))).rejects.toMatchObject({
      kind: 'auth',
      sent: 'no',
      attempts: 0,
    });
    expect(app.emulator.requests).toHaveLength(requests);
  });

  it('is not fetched again while the client backs off from wrong credentials', async () => {
    app = await startEasemob({ clientSecret: 'not-the-secret' });
    const first = await app.messages.sendText(textTo('bob')).catch((error: unknown) => error);
    expect(first).toMatchObject({ kind: 'auth', status: 400, error: 'invalid_grant', sent: 'no' });
    const second = await app.messages.sendText(textTo('bob')).catch((error: unknown) => error);
    expect(second).toMatchObject({ kind: 'auth', sent: 'no' });
    expect(second).not.toBe(first);
    expect(isEasemobError(second) && second.retryAfterMs).toBeGreaterThan(5_000);
    expect(app.emulator.requests).toHaveLength(1);
  });

  it.each<FaultRow>([['a 503', { status: 503 }, false], ...UNCERTAIN_FAULTS])(
    'is fetched again after %s, once for all sends that wait',
    async (_, fault) => {
      app = await startEasemob({ retry: { minDelayMs: 1, maxDelayMs: 5, attempts: 3 } });
      app.emulator.failNext(fault, 1, { path: '/token' });
      const results = await sendToEach(userIds(20));
      expect(results).toHaveLength(20);
      expect(app.tokenRequests()).toHaveLength(2);
    },
  );

  it('is fetched again by getToken() too, according to the retry options', async () => {
    const events: RetryEvent[] = [];
    app = await startEasemob({
      retry: { attempts: 3, minDelayMs: 1, maxDelayMs: 5, onRetry: (event) => void events.push(event) },
    });
    app.emulator.failNext({ status: 503 }, 2, { path: '/token' });
    await expect(app.tokens.getToken()).resolves.toMatch(/^YWMt/);
    expect(app.tokenRequests()).toHaveLength(3);
    expect(events).toMatchObject([
      { reason: 'backoff', attempt: 1, attempts: 3, path: '/token', error: { status: 503, attempts: 1 } },
      { reason: 'backoff', attempt: 2, attempts: 3, path: '/token', error: { status: 503, attempts: 2 } },
    ]);
  });

  it('is fetched as many times as retry.attempts allows, and the error counts the attempts', async () => {
    app = await startEasemob({ retry: { attempts: 3, minDelayMs: 1, maxDelayMs: 5 } });
    app.emulator.failNext({ status: 503 }, 100, { path: '/token' });
    await expect(app.messages.sendText(textTo('bob'))).rejects.toMatchObject({ status: 503, attempts: 3 });
    expect(app.emulator.requests).toHaveLength(3);
    await expect(app.tokens.getToken()).rejects.toMatchObject({ status: 503, attempts: 3 });
  });

  it('is fetched once with retry: false', async () => {
    app = await startEasemob({ retry: false });
    app.emulator.failNext({ status: 503 }, 100, { path: '/token' });
    await expect(app.tokens.getToken()).rejects.toMatchObject({ status: 503, attempts: 1 });
    expect(app.tokenRequests()).toHaveLength(1);
  });

  it('is fetched again within five minutes, however long the Retry-After is', async () => {
    app = await startEasemob({ retry: false });
    app.emulator.failNext({ status: 503, headers: { 'retry-after': '86400' } }, 1, { path: '/token' });
    await app.tokens.getToken().catch(() => undefined);
    const error: unknown = await app.tokens.getToken().catch((reason: unknown) => reason);
    expect(isEasemobError(error) && error.retryAfterMs).toBeGreaterThan(290_000);
    expect(isEasemobError(error) && error.retryAfterMs).toBeLessThanOrEqual(300_000);
  });

  it('is still fetched for the other callers when one of them aborts', async () => {
    app = await startEasemob();
    app.emulator.failNext({ delayMs: 100 }, 1, { path: '/token' });
    const controller = new AbortController();
    const aborted = app.messages.sendText(textTo('impatient'), { signal: controller.signal });
    const patient = app.messages.sendText(textTo('patient'));
    controller.abort();
    await expect(aborted).rejects.toMatchObject({ kind: 'aborted', sent: 'no', attempts: 0 });
    await expect(patient).resolves.toMatchObject({ outcomes: [{ target: 'patient', status: 'sent' }] });
    expect(app.delivered()).toEqual(['patient']);
    expect(app.tokenRequests()).toHaveLength(1);
  });

  it('is not replaced after a late 401 for an older token', async () => {
    app = await startEasemob();
    const older = await app.tokens.getToken();
    const newer = await app.tokens.refresh();
    app.tokens.invalidate(older);
    await expect(app.tokens.getToken()).resolves.toBe(newer);
    expect(app.emulator.tokensIssued).toBe(2);
  });

  it('has a status that does not contain it', async () => {
    app = await startEasemob();
    expect(app.tokens.status()).toEqual({ cached: false });
    const token = await app.tokens.getToken();
    const status = app.tokens.status();
    expect(status.cached).toBe(true);
    expect(status.expiresInMs).toBeGreaterThan(0);
    expect(JSON.stringify(status)).not.toContain(token);
  });
});
