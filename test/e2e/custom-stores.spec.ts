import { Logger } from '@nestjs/common';
import type { RateLimitStore, StoredToken, TokenStore } from 'nestjs-easemob';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type EasemobTest, startEasemob } from '../support/easemob.js';
import { textTo } from '../support/text-message.js';

const warn = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);

const fails = (): never => {
  throw new TypeError('YWMt-secret');
};
const never = (): Promise<never> => new Promise(() => undefined);
/** A store that works, but for these methods. */
const storeWith = (methods: object): TokenStore => {
  const stored = new Map<string, StoredToken>();
  return {
    get: (key) => Promise.resolve(stored.get(key)),
    set: (key, token) => Promise.resolve(void stored.set(key, token)),
    lock: (_key, work) => work(),
    ...methods,
  };
};

describe('a custom token store', () => {
  let app: EasemobTest;
  beforeEach(() => void warn.mockClear());
  afterEach(() => app.stop());

  const sendOver = async (store: TokenStore): Promise<void> => {
    app = await startEasemob({ token: { store }, http: { timeoutMs: 300 }, retry: false });
    const { outcomes } = await app.messages.sendText(textTo('bob'));
    expect(outcomes).toMatchObject([{ status: 'sent' }]);
    expect(app.emulator.tokensIssued).toBe(1);
  };

  const failing: [string, unknown][] = [
    ['throws', fails],
    ['rejects', () => Promise.reject(new TypeError('YWMt-secret'))],
    ['hangs', never],
  ];
  it.each(['get', 'set', 'lock'].flatMap((method) => failing.map(([how, run]) => ({ method, how, run }))))(
    'whose $method $how: the token is fetched without it, and the log says so once, without the token',
    async ({ method, how, run }) => {
      vi.useFakeTimers({
        toFake: ['setTimeout', 'clearTimeout'],
        shouldAdvanceTime: true,
        advanceTimeDelta: 20,
      });
      // A lock may take a minute.
      const isSlow = method === 'lock' && how === 'hangs';
      const sending = sendOver(storeWith({ [method]: run }));
      if (isSlow) {
        await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0));
        await vi.advanceTimersByTimeAsync(60_000);
      }
      await sending;
      vi.useRealTimers();
      const kind = how === 'hangs' ? 'TokenStoreTimeout' : 'TypeError';
      expect(warn.mock.calls).toEqual([
        [`The token store cannot be reached; this process fetches its own token (${kind}).`],
      ]);
    },
  );

  it.each<[string, object]>([
    ['get returns nothing', { get: () => undefined }],
    ['get resolves to null', { get: () => Promise.resolve(null) }],
    ['set returns nothing', { set: () => undefined }],
    ['lock returns nothing, and never works', { lock: () => undefined }],
    ['lock resolves without the work', { lock: () => Promise.resolve() }],
    ['lock works and returns nothing', { lock: (_: string, work: () => unknown) => void work() }],
    [
      'lock works later and returns nothing',
      { lock: (_: string, work: () => unknown) => void setTimeout(work, 20) },
    ],
    ['lock works twice', { lock: async (_: string, work: () => unknown) => [await work(), await work()] }],
    [
      'lock works and throws',
      {
        lock: (_: string, work: () => unknown) => {
          void work();
          fails();
        },
      },
    ],
    ['lock is no function', { lock: true }],
  ])('whose %s: one token is fetched', async (_, methods) => {
    await sendOver(storeWith(methods));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(app.emulator.tokensIssued).toBe(1);
    expect(warn).not.toHaveBeenCalled();
  });

  it.each<[string, unknown]>([
    ['a value that no header can carry', { value: 'YWMt\n1', expiresAt: null, refreshAt: null }],
    ['a value that is not Latin-1', { value: '令牌', expiresAt: null, refreshAt: null }],
    ['a value that is no text', { value: 7, expiresAt: null, refreshAt: null }],
    ['an empty value', { value: '', expiresAt: null, refreshAt: null }],
    ['an absurdly long value', { value: 'x'.repeat(100_000), expiresAt: null, refreshAt: null }],
    ['a text', 'YWMt-1'],
    ['no end', { value: 'YWMt-1' }],
    ['an end that is no number', { value: 'YWMt-1', expiresAt: Number.NaN, refreshAt: null }],
  ])('that holds %s: it is not used, and a new token replaces it', async (_, content) => {
    const stored: unknown[] = [content];
    const store = storeWith({
      get: () => Promise.resolve(stored.at(-1)),
      set: (_key: string, token: unknown) => Promise.resolve(void stored.push(token)),
    });
    await sendOver(store);
    expect(stored).toHaveLength(2);
    expect(stored[1]).toEqual({
      value: String(app.calls()[0]?.headers['authorization']).replace('Bearer ', ''),
      expiresAt: expect.any(Number) as number,
      refreshAt: expect.any(Number) as number,
    });
    expect(warn.mock.calls).toEqual([
      ['The token store returned a token that cannot be used. A new one replaces it.'],
    ]);
  });

  it('is not given a token that Easemob issued and that no header can carry', async () => {
    const set = vi.fn<() => Promise<void>>(() => Promise.resolve());
    app = await startEasemob({ token: { store: storeWith({ set }) }, retry: false });
    app.emulator.failNext({ status: 200, body: { access_token: 'YWMt\n1', expires_in: 3600 } }, 1, {
      path: '/token',
    });
    await expect(app.messages.sendText(textTo('bob'))).rejects.toMatchObject({
      kind: 'server',
      sent: 'no',
      message: 'Easemob issued a token that no HTTP header can carry; check that host is a host of Easemob.',
    });
    expect(set).not.toHaveBeenCalled();
  });
});

describe('a custom rate limit store', () => {
  let app: EasemobTest;
  beforeEach(() => void warn.mockClear());
  afterEach(() => app.stop());

  it('whose leases, pause and close throw loses no account', async () => {
    const lease = { release: fails, cancel: fails };
    const acquire = (calls: readonly unknown[]) => ({ leases: calls.map(() => lease), waitMs: 0 });
    const store: RateLimitStore = { bucket: () => ({ acquire, pause: fails, close: fails }) };
    app = await startEasemob({ rateLimit: { store } });
    app.emulator.failNext({ status: 429 }, 1, { path: '/messages' });
    for (let call = 0; call < 3; call += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one call after the other
      const { outcomes } = await app.messages.sendText(textTo('bob'));
      expect(outcomes).toMatchObject([{ target: 'bob', status: 'sent' }]);
    }
    expect(app.emulator.messages).toHaveLength(3);
    expect(warn.mock.calls.filter(([text]) => String(text).startsWith('The rate limit store'))).toEqual([
      ['The rate limit store failed (TypeError).'],
      ['The rate limit store failed (TypeError).'],
    ]);
  });
});
