import { isEasemobError, type RetryEvent } from 'nestjs-easemob';
import { afterEach, describe, expect, it } from 'vitest';
import { type EasemobTest, startEasemob } from '../support/easemob.js';

const NO_LIMITS = [{ rateLimit: false }, { limits: { rate: false } }] as const;
const text = (target: string) => ({ target_type: 'users' as const, target: [target], msg: { msg: 'hello' } });
const callers = (count: number): string[] => Array.from({ length: count }, (_, index) => `user${index}`);

describe('the app token', () => {
  let app: EasemobTest;
  afterEach(() => app.stop());

  const tokenRequests = () => app.emulator.requests.filter(({ path }) => path.endsWith('/token'));
  const sends = () => app.emulator.requests.filter(({ path }) => path.endsWith('/messages'));

  it('is asked for once when 1,000 sends start cold', async () => {
    app = await startEasemob(...NO_LIMITS);
    const results = await Promise.all(callers(1000).map((target) => app.messages.sendText(text(target))));
    expect(results.every(({ outcomes }) => outcomes[0]?.status === 'sent')).toBe(true);
    expect(tokenRequests()).toHaveLength(1);
    expect(app.emulator.messages).toHaveLength(1000);
  });

  it('is asked for with the documented body and no authorization', async () => {
    app = await startEasemob({ token: { ttl: 3600 } });
    await app.tokens.getToken();
    const [request] = tokenRequests();
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
    await app.messages.sendText(text('first'));
    app.emulator.revokeTokens();
    const results = await Promise.all(callers(200).map((target) => app.messages.sendText(text(target))));
    expect(results.every(({ outcomes }) => outcomes[0]?.status === 'sent')).toBe(true);
    expect(app.emulator.tokensIssued).toBe(2);
    expect(app.emulator.messages).toHaveLength(201);
  });

  it('costs one refresh when it is revoked before it was ever used', async () => {
    app = await startEasemob(...NO_LIMITS);
    await app.tokens.getToken();
    app.emulator.revokeTokens();
    await Promise.all(callers(50).map((target) => app.messages.sendText(text(target))));
    expect(app.emulator.tokensIssued).toBe(2);
  });

  it('is replaced once per 401, and a second 401 is final', async () => {
    app = await startEasemob();
    await app.messages.sendText(text('first'));
    app.emulator.failNext({ status: 401 }, 2, { path: '/messages' });
    await expect(app.messages.sendText(text('bob'))).rejects.toMatchObject({
      name: 'EasemobApiError',
      kind: 'auth',
      status: 401,
      sent: 'no',
      attempts: 1,
    });
    expect(tokenRequests()).toHaveLength(2);
    expect(sends()).toHaveLength(3);
  });

  it('is not hammered when every token is refused: two fetches, then an error without a request', async () => {
    app = await startEasemob(...NO_LIMITS);
    app.emulator.failNext({ status: 401 }, 10_000, { path: '/messages' });
    const settled = await Promise.allSettled(
      callers(200).map((target) => app.messages.sendText(text(target))),
    );
    expect(settled.every(({ status }) => status === 'rejected')).toBe(true);
    const requests = app.emulator.requests.length;
    expect(tokenRequests()).toHaveLength(2);
    await expect(app.messages.sendText(text('later'))).rejects.toMatchObject({
      kind: 'auth',
      sent: 'no',
      attempts: 1,
    });
    expect(app.emulator.requests).toHaveLength(requests);
  });

  it('is not asked for again while wrong credentials are remembered', async () => {
    app = await startEasemob({ clientSecret: 'not-the-secret' });
    const first = await app.messages.sendText(text('bob')).catch((error: unknown) => error);
    expect(first).toMatchObject({ kind: 'auth', status: 400, error: 'invalid_grant', sent: 'no' });
    const second = await app.messages.sendText(text('bob')).catch((error: unknown) => error);
    expect(second).toMatchObject({ kind: 'auth', sent: 'no' });
    expect(second).not.toBe(first);
    expect(isEasemobError(second) && second.retryAfterMs).toBeGreaterThan(5_000);
    expect(app.emulator.requests).toHaveLength(1);
  });

  it.each([
    ['503', { status: 503 }],
    ['a reset', { reset: 'before' as const }],
    ['an HTML 502', { status: 502, body: '<html>bad gateway</html>' }],
    ['garbage', { garbage: true as const }],
  ])('is asked for again by the waiting sends after %s', async (_, fault) => {
    app = await startEasemob({ retry: { minDelayMs: 1, maxDelayMs: 5, attempts: 3 } });
    app.emulator.failNext(fault, 1, { path: '/token' });
    const results = await Promise.all(callers(20).map((target) => app.messages.sendText(text(target))));
    expect(results).toHaveLength(20);
    expect(tokenRequests()).toHaveLength(2);
  });

  it('is fetched again by the retry options when a caller asks for it directly', async () => {
    const events: RetryEvent[] = [];
    app = await startEasemob({
      retry: { attempts: 3, minDelayMs: 1, maxDelayMs: 5, onRetry: (event) => void events.push(event) },
    });
    app.emulator.failNext({ status: 503 }, 2, { path: '/token' });
    await expect(app.tokens.getToken()).resolves.toMatch(/^YWMt/);
    expect(tokenRequests()).toHaveLength(3);
    expect(events).toMatchObject([
      { reason: 'backoff', attempt: 1, attempts: 3, path: '/token', error: { status: 503, attempts: 1 } },
      { reason: 'backoff', attempt: 2, attempts: 3, path: '/token', error: { status: 503, attempts: 2 } },
    ]);
  });

  it('is fetched as many times as retry.attempts allows, and its error counts them', async () => {
    app = await startEasemob({ retry: { attempts: 3, minDelayMs: 1, maxDelayMs: 5 } });
    app.emulator.failNext({ status: 503 }, 100, { path: '/token' });
    await expect(app.messages.sendText(text('bob'))).rejects.toMatchObject({ status: 503, attempts: 3 });
    expect(app.emulator.requests).toHaveLength(3);
    await expect(app.tokens.getToken()).rejects.toMatchObject({ status: 503, attempts: 3 });
  });

  it('is fetched once with retry: false', async () => {
    app = await startEasemob({ retry: false });
    app.emulator.failNext({ status: 503 }, 100, { path: '/token' });
    await expect(app.tokens.getToken()).rejects.toMatchObject({ status: 503, attempts: 1 });
    expect(tokenRequests()).toHaveLength(1);
  });

  it('is fetched again within five minutes, whatever Easemob asks for', async () => {
    app = await startEasemob({ retry: false });
    app.emulator.failNext({ status: 503, headers: { 'retry-after': '86400' } }, 1, { path: '/token' });
    await app.tokens.getToken().catch(() => undefined);
    const error: unknown = await app.tokens.getToken().catch((reason: unknown) => reason);
    expect(isEasemobError(error) && error.retryAfterMs).toBeGreaterThan(290_000);
    expect(isEasemobError(error) && error.retryAfterMs).toBeLessThanOrEqual(300_000);
  });

  it('goes on being fetched for the others when one caller gives up', async () => {
    app = await startEasemob();
    app.emulator.failNext({ delayMs: 100 }, 1, { path: '/token' });
    const controller = new AbortController();
    const gaveUp = app.messages.sendText(text('impatient'), { signal: controller.signal });
    const waited = app.messages.sendText(text('patient'));
    controller.abort();
    await expect(gaveUp).rejects.toMatchObject({ kind: 'aborted', sent: 'no', attempts: 0 });
    await expect(waited).resolves.toMatchObject({ outcomes: [{ target: 'patient', status: 'sent' }] });
    expect(app.emulator.messages.map(({ target }) => target)).toEqual(['patient']);
    expect(tokenRequests()).toHaveLength(1);
  });

  it('is not replaced by a late 401 for an older one', async () => {
    app = await startEasemob();
    const older = await app.tokens.getToken();
    const newer = await app.tokens.refresh();
    app.tokens.invalidate(older);
    await expect(app.tokens.getToken()).resolves.toBe(newer);
    expect(app.emulator.tokensIssued).toBe(2);
  });

  it('shows its state without showing itself', async () => {
    app = await startEasemob();
    expect(app.tokens.status()).toEqual({ cached: false });
    const token = await app.tokens.getToken();
    const status = app.tokens.status();
    expect(status.cached).toBe(true);
    expect(status.expiresInMs).toBeGreaterThan(0);
    expect(JSON.stringify(status)).not.toContain(token);
  });
});
