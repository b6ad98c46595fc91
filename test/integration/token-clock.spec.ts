import { Logger } from '@nestjs/common';
import { EasemobEmulator } from 'nestjs-easemob/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HttpTransport } from '../../lib/http/http.transport.js';
import { Secret } from '../../lib/http/secret.js';
import { Retrier } from '../../lib/retry/retrier.js';
import { retryOptions } from '../../lib/options/schema.js';
import type { StoredToken, TokenStore } from '../../lib/token/token-store.js';
import { TokenService } from '../../lib/token/token.service.js';
import type { TokenSettings } from '../../lib/token/token-source.js';

const SECOND = 1000;
const warn = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);

/** A store that several services of one test share. */
const storeOf = (
  content = new Map<string, StoredToken>(),
): TokenStore & { content: Map<string, StoredToken> } => ({
  content,
  get: (key) => Promise.resolve(content.get(key)),
  set: (key, token) => Promise.resolve(void content.set(key, token)),
});

describe('the life of a token', () => {
  let emulator: EasemobEmulator;
  let transport: HttpTransport;
  let time: { now: number; wall: number };

  beforeEach(async () => {
    warn.mockClear();
    emulator = await EasemobEmulator.start({ tokenTtlSeconds: 100 });
    transport = new HttpTransport({
      baseUrl: emulator.url,
      timeoutMs: 5_000,
      connections: 4,
      userAgent: 'test',
      maxResponseBytes: 1_000_000,
      downloadIdleMs: 1000,
    });
    time = { now: 5_000, wall: Date.UTC(2026, 0, 1) };
  });
  afterEach(async () => {
    await transport.onApplicationShutdown();
    await emulator.stop();
  });

  const pass = (ms: number): void => {
    time.now += ms;
    time.wall += ms;
  };

  const service = (settings: Partial<TokenSettings> = {}): TokenService =>
    new TokenService(
      transport,
      {
        url: `${emulator.url}/easemob-demo/testapp/token`,
        storeKey: 'easemob-demo#testapp:id',
        clientId: emulator.moduleOptions.clientId,
        clientSecret: new Secret(emulator.moduleOptions.clientSecret),
        timeoutMs: 5_000,
        expiresInUnit: 's',
        backoff: retryOptions.resolve({}, 'legacy'),
        ...settings,
      },
      new Retrier({ host: 'localhost' }),
      { now: () => time.now, wallClock: () => time.wall, random: () => 0.5 },
    );

  it('is served while it is refreshed in the background after half of its life', async () => {
    const tokens = service();
    const first = await tokens.getToken();
    pass(49 * SECOND);
    await expect(tokens.getToken()).resolves.toBe(first);
    expect(emulator.tokensIssued).toBe(1);

    pass(2 * SECOND);
    await expect(Promise.all([tokens.getToken(), tokens.getToken()])).resolves.toEqual([first, first]);
    await vi.waitFor(async () => expect(await tokens.getToken()).not.toBe(first));
    expect(emulator.tokensIssued).toBe(2);
  });

  it('is still served while the refresh fails, without a request at every call', async () => {
    const tokens = service();
    const first = await tokens.getToken();
    emulator.failNext({ status: 503 }, 100);
    pass(60 * SECOND);
    await expect(tokens.getToken()).resolves.toBe(first);
    await vi.waitFor(() => expect(emulator.requests).toHaveLength(2));
    await vi.waitFor(async () => {
      // The failed response has arrived when a further call no longer waits for it.
      await expect(tokens.getToken()).resolves.toBe(first);
      await new Promise((resolve) => setImmediate(resolve));
    });
    await expect(Promise.all(Array.from({ length: 10 }, () => tokens.getToken()))).resolves.toEqual(
      Array(10).fill(first),
    );
    expect(emulator.requests).toHaveLength(2);
  });

  it('is fetched again when it has expired', async () => {
    const tokens = service();
    const first = await tokens.getToken();
    pass(101 * SECOND);
    await expect(tokens.getToken()).resolves.not.toBe(first);
  });

  it('without an expiry is kept until it is rejected', async () => {
    const tokens = service({ ttl: 0 });
    const first = await tokens.getToken();
    pass(1_000 * 24 * 3600 * SECOND);
    await expect(tokens.getToken()).resolves.toBe(first);
    expect(tokens.status()).toEqual({ cached: true });
    tokens.invalidate(first);
    await expect(tokens.getToken()).resolves.not.toBe(first);
  });

  it('does not depend on the wall clock', async () => {
    const tokens = service();
    const first = await tokens.getToken();
    time.wall += 365 * 24 * 3600 * SECOND;
    await expect(tokens.getToken()).resolves.toBe(first);
    time.wall -= 2 * 365 * 24 * 3600 * SECOND;
    await expect(tokens.getToken()).resolves.toBe(first);
    expect(emulator.tokensIssued).toBe(1);
  });

  it('is fetched again 10 s, then 20 s, after the credentials were refused', async () => {
    const tokens = service({ clientSecret: new Secret('wrong-secret') });
    const attempt = () => expect(tokens.getToken()).rejects.toMatchObject({ kind: 'auth' });
    await attempt();
    pass(9_999);
    await attempt();
    expect(emulator.requests).toHaveLength(1);
    pass(1);
    await attempt();
    expect(emulator.requests).toHaveLength(2);
    pass(19_999);
    await attempt();
    expect(emulator.requests).toHaveLength(2);
    pass(1);
    await attempt();
    expect(emulator.requests).toHaveLength(3);
  });

  describe('in a shared store', () => {
    it('is used by a second process without a fetch', async () => {
      const store = storeOf();
      const first = await service({ store }).getToken();
      await expect(service({ store }).getToken()).resolves.toBe(first);
      expect(emulator.tokensIssued).toBe(1);
      expect(store.content.get('easemob-demo#testapp:id')).toMatchObject({
        value: first,
        expiresAt: time.wall + 100 * SECOND,
        refreshAt: time.wall + 50 * SECOND,
      });
    });

    it('is replaced once when Easemob rejects it in every process', async () => {
      const store = storeOf();
      const [one, two] = [service({ store }), service({ store })];
      const dead = await one.getToken();
      await two.getToken();
      one.invalidate(dead);
      two.invalidate(dead);
      const replacement = await one.getToken();
      expect(replacement).not.toBe(dead);
      await expect(two.getToken()).resolves.toBe(replacement);
      expect(emulator.tokensIssued).toBe(2);
    });

    it('is not used by a second process when it has expired', async () => {
      const store = storeOf();
      const first = await service({ store }).getToken();
      pass(101 * SECOND);
      await expect(service({ store }).getToken()).resolves.not.toBe(first);
    });

    it.each(['get', 'set'] as const)(
      'is fetched locally, once, when the store fails at %s',
      async (operation) => {
        const store = { ...storeOf(), [operation]: () => Promise.reject(new Error('connection is closed')) };
        const tokens = service({ store });
        const token = await tokens.getToken();
        await expect(tokens.getToken()).resolves.toBe(token);
        expect(emulator.tokensIssued).toBe(1);
        const sentence = 'The token store cannot be reached; this process fetches its own token (Error).';
        expect(warn.mock.calls).toEqual([[sentence]]);
      },
    );

    it.each(['get', 'set', 'lock'] as const)(
      'is fetched without the store when the store hangs at %s',
      async (operation) => {
        vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
        try {
          const hanging = { ...storeOf(), [operation]: () => new Promise<never>(() => undefined) };
          const token = service({ store: hanging }).getToken();
          const resolved = vi.fn();
          void token.then(resolved);
          while (resolved.mock.calls.length === 0) {
            // oxlint-disable-next-line no-await-in-loop -- time passes while real sockets work
            await new Promise((resolve) => setImmediate(resolve));
            vi.advanceTimersByTime(10);
          }
          await expect(token).resolves.toMatch(/^YWMt/);
          expect(emulator.tokensIssued).toBe(1);
        } finally {
          vi.useRealTimers();
        }
      },
    );

    it('is fetched locally when the store cannot lock', async () => {
      const tokens = service({
        store: { ...storeOf(), lock: () => Promise.reject(new Error('connection is closed')) },
      });
      await expect(tokens.getToken()).resolves.toMatch(/^YWMt/);
      expect(emulator.tokensIssued).toBe(1);
    });
  });
});
