import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { MESSAGE_TYPES } from '../messages/dto/message-types.js';
import { VERSION } from '../version.js';
import type { EasemobModuleOptions } from './module.options.js';
import { resolveOptions } from './resolve-options.js';

const GOOD = { appKey: 'acme#shop', clientId: 'id', clientSecret: 'a-client-secret' };

const perType = (bytes: number): object => Object.fromEntries(MESSAGE_TYPES.map((type) => [type, bytes]));

const DEFAULTS = {
  appKey: 'acme#shop',
  baseUrl: 'https://a1.easemob.com/acme/shop',
  clientId: 'id',
  api: 'legacy',
  validate: true,
  limits: {
    targets: { users: 600, chatgroups: 600, chatrooms: 600 },
    requestBytes: { ...perType(5120), txt: 51_200 },
    messageBytes: { ...perType(Infinity), txt: 40_960, loc: 4096 },
    uploadBytes: 10_485_760,
  },
  rateLimit: {
    users: { callsPerSecond: 100, messages: { count: 6000, windowMs: 60_000 } },
    chatgroups: { callsPerSecond: 20, messages: { count: 20, windowMs: 1000 } },
    chatrooms: { callsPerSecond: 100, messages: { count: 100, windowMs: 1000 } },
    files: { callsPerSecond: 100, messages: undefined },
    maxWaitMs: 30_000,
    store: undefined,
  },
  retry: {
    attempts: 4,
    minDelayMs: 500,
    maxDelayMs: 30_000,
    maxTotalMs: 60_000,
    unsafeSends: false,
    onRetry: undefined,
  },
  token: { ttl: undefined, store: undefined, expiresInUnit: 's' },
  http: {
    timeoutMs: 10_000,
    connections: 64,
    maxResponseBytes: 1_048_576,
    downloadIdleMs: 60_000,
    proxyUrl: undefined,
    setup: undefined,
    userAgent: `nestjs-easemob/${VERSION} node/${process.versions.node}`,
  },
  upstreamAuth: 'unauthorized',
};

const defaultsOf = (options: EasemobModuleOptions): object => {
  const { clientSecret: _, ...others } = resolveOptions(options);
  return others;
};

describe('resolveOptions', () => {
  it('applies every default', () => {
    expect(defaultsOf(GOOD)).toStrictEqual(DEFAULTS);
  });

  it('applies the limits of the current API', () => {
    expect(resolveOptions({ ...GOOD, api: 'current' }).limits).toStrictEqual({
      targets: { users: 600, chatgroups: 3, chatrooms: 10 },
      requestBytes: perType(Infinity),
      messageBytes: perType(5120),
      uploadBytes: 10_485_760,
    });
  });

  it('applies one number of bytes to every message type, or numbers to some types', () => {
    const { requestBytes, messageBytes, targets } = resolveOptions({
      ...GOOD,
      limits: { requestBytes: 9, messageBytes: { loc: 8 }, targets: { users: 7 } },
    }).limits;
    expect(requestBytes).toStrictEqual(perType(9));
    expect(messageBytes).toStrictEqual({ ...perType(Infinity), txt: 40_960, loc: 8 });
    expect(targets).toStrictEqual({ users: 7, chatgroups: 600, chatrooms: 600 });
  });

  it('applies the default of one limit of a route beside the other', () => {
    const { rateLimit } = resolveOptions({ ...GOOD, rateLimit: { users: { callsPerSecond: 500 } } });
    expect(rateLimit).toMatchObject({
      users: { callsPerSecond: 500, messages: { count: 6000, windowMs: 60_000 } },
    });
  });

  it('applies the default of every option that is undefined, as an environment gives it', () => {
    const unset = {
      host: undefined,
      allowInsecure: undefined,
      api: undefined,
      validate: undefined,
      limits: {
        targets: { users: undefined, chatgroups: undefined, chatrooms: undefined },
        requestBytes: { txt: undefined },
        messageBytes: undefined,
        uploadBytes: undefined,
      },
      rateLimit: {
        users: { callsPerSecond: undefined, messages: undefined },
        chatgroups: undefined,
        maxWaitMs: undefined,
        store: undefined,
      },
      retry: {
        attempts: undefined,
        minDelayMs: undefined,
        maxDelayMs: undefined,
        maxTotalMs: undefined,
        unsafeSends: undefined,
        onRetry: undefined,
      },
      token: { ttl: undefined, store: undefined, expiresInUnit: undefined },
      http: {
        timeoutMs: undefined,
        connections: undefined,
        maxResponseBytes: undefined,
        downloadIdleMs: undefined,
        proxyUrl: undefined,
        setup: undefined,
        userAgent: undefined,
      },
      upstreamAuth: undefined,
    } satisfies Partial<EasemobModuleOptions>;
    expect(defaultsOf({ ...GOOD, ...unset, orgName: undefined, appName: undefined })).toStrictEqual(DEFAULTS);
  });

  it.each([
    ['a41.easemob.com', 'https://a41.easemob.com/acme/shop'],
    ['https://a1.easemob.com/', 'https://a1.easemob.com/acme/shop'],
    [' https://a1.easemob.com// ', 'https://a1.easemob.com/acme/shop'],
    ['A1.Easemob.COM', 'https://a1.easemob.com/acme/shop'],
    ['https://a1.easemob.com:8443', 'https://a1.easemob.com:8443/acme/shop'],
    ['http://localhost:3000', 'http://localhost:3000/acme/shop'],
    ['http://127.9.9.9', 'http://127.9.9.9/acme/shop'],
    ['http://[::1]:80', 'http://[::1]/acme/shop'],
  ])('reads the host %j as the base URL %j', (host, baseUrl) => {
    expect(resolveOptions({ ...GOOD, host }).baseUrl).toBe(baseUrl);
  });

  it('takes an app key in two parts and encodes it for the URL', () => {
    const { appKey: _, ...others } = GOOD;
    const resolved = resolveOptions({ ...others, orgName: '组织', appName: 'a?b' });
    expect(resolved).toMatchObject({
      appKey: '组织#a?b',
      baseUrl: 'https://a1.easemob.com/%E7%BB%84%E7%BB%87/a%3Fb',
    });
  });

  it('keeps false, which turns something off', () => {
    const resolved = resolveOptions({ ...GOOD, rateLimit: false, retry: false, validate: false });
    expect(resolved).toMatchObject({ rateLimit: false, retry: false, validate: false });
  });

  it('keeps the object that a function is a method of as its this', () => {
    class Reporter {
      readonly #seen: unknown[] = [];

      get seen(): readonly unknown[] {
        return this.#seen;
      }

      onRetry(event: unknown): void {
        this.#seen.push(event);
      }
    }
    const reporter = new Reporter();
    const { retry } = resolveOptions({ ...GOOD, retry: reporter });
    if (retry !== false) void retry.onRetry?.({ attempt: 1 } as never);
    expect(reporter.seen).toEqual([{ attempt: 1 }]);
  });

  it('wraps the secret, so that no way of printing the result shows it', () => {
    const resolved = resolveOptions(GOOD);
    expect(resolved.clientSecret.reveal()).toBe('a-client-secret');
    expect(inspect(resolved, { depth: 9, showHidden: true }) + JSON.stringify(resolved)).not.toContain(
      'a-client-secret',
    );
  });

  it.each([undefined, null, 'options', 7, []])('refuses %j, which are no options', (options) => {
    expect(() => resolveOptions(options as unknown as EasemobModuleOptions)).toThrow(
      'The options must be an object',
    );
  });

  it.each(['token', 'http', 'limits', 'retry', 'rateLimit', 'host'])('refuses null for %s', (name) => {
    expect(() => resolveOptions({ ...GOOD, [name]: null })).toThrow(
      new RegExp(`- ${name} must be .*, got null[.;]`),
    );
  });
});
