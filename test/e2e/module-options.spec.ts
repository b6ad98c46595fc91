import { Test } from '@nestjs/testing';
import {
  EasemobConfigError,
  EasemobModule,
  type EasemobModuleOptions,
  isEasemobError,
  type TokenStore,
} from 'nestjs-easemob';
import { afterEach, describe, expect, it } from 'vitest';
import { type EasemobTest, startEasemob } from '../support/easemob.js';
import { configProblemsOf } from '../support/config-problems.js';
import { registrations } from '../support/registrations.js';
import { textTo } from '../support/text-message.js';

class ForgetfulStore implements TokenStore {
  get(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  set(): Promise<void> {
    return Promise.resolve();
  }
}

const GOOD = { appKey: 'acme#shop', clientId: 'id', clientSecret: 'secret' };

describe.each(registrations)('with $name, wrong options stop the start-up', (registration) => {
  const problemsOf = (options: object): Promise<readonly string[]> => configProblemsOf(registration, options);

  it.each<[string, object, string]>([
    ['no app key', { appKey: undefined }, 'appKey is missing; give the "org#app"'],
    ['an app key without #', { appKey: 'demo' }, 'appKey must look like "org#app", got "demo"'],
    ['an app key with two #', { appKey: 'a#b#c' }, 'appKey must look like "org#app", got "a#b#c"'],
    ['an app key with an empty part', { appKey: 'acme#' }, 'appKey must look like "org#app"'],
    ['an app key with a slash', { appKey: 'acme/x#shop' }, 'appKey must look like "org#app"'],
    ['an app key of another type', { appKey: 7 }, 'appKey must look like "org#app", got 7'],
    ['half an app key', { appKey: undefined, orgName: 'acme' }, 'orgName and appName must both be given'],
    ['two apps at once', { orgName: 'other', appName: 'shop' }, 'name different apps'],
    ['no client ID', { clientId: undefined }, 'clientId must be a non-empty string, got nothing'],
    [
      'no client secret',
      { clientSecret: '' },
      'clientSecret must be a non-empty string, got an empty string',
    ],
    [
      'a client secret of another type',
      { clientSecret: ['x'] },
      'clientSecret must be a non-empty string, got an array',
    ],
    ['an empty host', { host: ' ' }, 'host must be a host name or an https:// URL, got " "'],
    ['a host without a name', { host: 'https://' }, 'host must be a host name or an https:// URL'],
    ['a host with a path', { host: 'https://a1.easemob.com/acme/shop' }, 'host must be a host alone'],
    ['a host with credentials', { host: 'https://user:pw@a1.easemob.com' }, 'host must be a host alone'],
    ['a host of another scheme', { host: 'ftp://a1.easemob.com' }, 'host must be https://, got "ftp:"'],
    ['a public host over http', { host: 'http://a1.easemob.com' }, 'would send the token unencrypted'],
    ['a private network over http', { host: 'http://10.0.0.8' }, 'set allowInsecure: true'],
    ['a host that only looks like this machine', { host: 'http://127.0.0.1.example.com' }, 'unencrypted'],
    ['an unknown api', { api: 'v2' }, 'api must be "legacy" or "current", got "v2"'],
    ['validate as a string', { validate: 'false' }, 'validate must be true or false, got "false"'],
    [
      'allowInsecure as a string',
      { allowInsecure: 'true' },
      'allowInsecure must be true or false, got "true"',
    ],
    [
      'an unknown upstreamAuth',
      { upstreamAuth: 'hide' },
      'upstreamAuth must be "unauthorized" or "bad-gateway"',
    ],
    [
      'an unknown unit',
      { token: { expiresInUnit: 'm' } },
      'token.expiresInUnit must be "s" or "ms", got "m"',
    ],
    [
      'a negative ttl',
      { token: { ttl: -1 } },
      'token.ttl must be a number from 0 to 9007199254740991, got -1.',
    ],
    [
      'a proxy that is no URL',
      { http: { proxyUrl: 'proxy:3128' } },
      'http.proxyUrl must be an http:// or https:// URL, "http://user:password@host:port", got a string.',
    ],
    [
      'no time at all',
      { http: { timeoutMs: 0 } },
      'http.timeoutMs must be a number from 1 to 2147483647, got 0.',
    ],
    [
      'more time than a timer has',
      { http: { timeoutMs: 2 ** 31 } },
      'http.timeoutMs must be a number from 1 to 2147483647, got 2147483648.',
    ],
    [
      'time as a string',
      { http: { timeoutMs: '10000' } },
      'http.timeoutMs must be a number from 1 to 2147483647, got "10000".',
    ],
    [
      'no connections',
      { http: { connections: Number.NaN } },
      'http.connections must be a whole number from 1 to 2147483647, got NaN.',
    ],
    [
      'no targets',
      { limits: { targets: { users: 0 } } },
      'limits.targets.users must be a number of at least 1 or Infinity, got 0',
    ],
    [
      'one number for all targets',
      { limits: { targets: 5 } },
      'limits.targets must be an object with users, chatgroups, chatrooms, got 5',
    ],
    [
      'bytes as a string',
      { limits: { requestBytes: '5k' } },
      'limits.requestBytes must be a number of at least 1 or Infinity, got "5k"',
    ],
    [
      'no bytes for a type',
      { limits: { messageBytes: { txt: -5 } } },
      'limits.messageBytes.txt must be a number of at least 1 or Infinity, got -5',
    ],
    [
      'no bytes for a file',
      { limits: { uploadBytes: null } },
      'limits.uploadBytes must be a number of at least 1 or Infinity, got null',
    ],
    [
      'no calls',
      { rateLimit: { users: { callsPerSecond: 0 } } },
      'rateLimit.users.callsPerSecond must be a number above 0 or Infinity, got 0.',
    ],
    [
      'no messages',
      { rateLimit: { chatgroups: { messages: { count: 0, windowMs: 1 } } } },
      'rateLimit.chatgroups.messages.count must be a number above 0 or Infinity, got 0.',
    ],
    [
      'no window',
      { rateLimit: { chatrooms: { messages: { count: 1, windowMs: 0 } } } },
      'rateLimit.chatrooms.messages.windowMs must be a number from 1 to 2147483647, got 0.',
    ],
    [
      'a negative wait',
      { rateLimit: { maxWaitMs: -1 } },
      'rateLimit.maxWaitMs must be a number of at least 0 or Infinity',
    ],
    [
      'no attempts',
      { retry: { attempts: 0 } },
      'retry.attempts must be a whole number from 1 to 2147483647, got 0.',
    ],
    [
      'a negative delay',
      { retry: { minDelayMs: -1 } },
      'retry.minDelayMs must be a number from 0 to 2147483647, got -1.',
    ],
    [
      'a first delay beyond the longest',
      { retry: { minDelayMs: 5000, maxDelayMs: 100 } },
      'retry.minDelayMs must not exceed retry.maxDelayMs, got 5000 and 100.',
    ],
    ['a first delay beyond the default of the longest', { retry: { minDelayMs: 30_001 } }, 'and 30000.'],
    [
      'an endless delay',
      { retry: { maxDelayMs: Infinity } },
      'retry.maxDelayMs must be a number from 0 to 2147483647, got Infinity.',
    ],
    [
      'no total',
      { retry: { maxTotalMs: null } },
      'retry.maxTotalMs must be a number of at least 0 or Infinity, got null',
    ],
    [
      'calls as a negative number',
      { rateLimit: { files: { callsPerSecond: -0.5 } } },
      'rateLimit.files.callsPerSecond must be a number above 0 or Infinity, got -0.5.',
    ],
    ['a ttl beyond every integer', { token: { ttl: 2 ** 53 } }, 'token.ttl must be a number from 0 to'],
    [
      'true for a rate limit',
      { rateLimit: true },
      'rateLimit must be false or an object with users, chatgroups, chatrooms, files, maxWaitMs, store, got true.',
    ],
    [
      'a number of retries',
      { retry: 5 },
      'retry must be false or an object with attempts, minDelayMs, maxDelayMs, maxTotalMs, unsafeSends, onRetry, got 5.',
    ],
    ['a list of retries', { retry: [] }, 'onRetry, got an empty array.'],
    [
      'http as a string',
      { http: 'x' },
      'http must be an object with timeoutMs, connections, proxyUrl, maxResponseBytes, downloadIdleMs, setup, userAgent, got a string.',
    ],
    [
      'null for limits',
      { limits: null },
      'limits must be an object with targets, requestBytes, messageBytes, uploadBytes, got null.',
    ],
    ['null for token', { token: null }, 'token must be an object with ttl, store, expiresInUnit, got null.'],
    ['null for a host', { host: null }, 'host must be a host name or an https:// URL, got null'],
    [
      'a token store without methods',
      { token: { store: {} } },
      'token.store must be an object with the functions get and set, got an object.',
    ],
    [
      'a token store without set',
      { token: { store: { get: () => Promise.resolve() } } },
      'token.store must be an object with the functions get and set, got an object.',
    ],
    [
      'a class for a token store',
      { token: { store: Map } },
      'token.store must be an object with the functions get and set, got a function.',
    ],
    [
      'a rate limit store without buckets',
      { rateLimit: { store: { bucket: 5 } } },
      'rateLimit.store must be an object with the function bucket, got an object.',
    ],
    [
      'an empty user agent',
      { http: { userAgent: '' } },
      'http.userAgent must be 1 to 256 printable Latin-1 characters without a blank at either end, got "".',
    ],
    ['a user agent of two lines', { http: { userAgent: 'shop\r\nx: 1' } }, 'got "shop\\r\\nx: 1".'],
    ['a user agent that no header can carry', { http: { userAgent: '商店/1.0' } }, 'got "商店/1.0".'],
    ['a blank before the user agent', { http: { userAgent: ' shop' } }, 'got " shop".'],
    [
      'a user agent of 257 characters',
      { http: { userAgent: 'x'.repeat(257) } },
      'http.userAgent must be 1 to 256',
    ],
    ['a number as the user agent', { http: { userAgent: 7 } }, 'at either end, got 7.'],
    ['a setup that is no function', { http: { setup: 1 } }, 'http.setup must be a function, got 1.'],
    ['an onRetry that is no function', { retry: { onRetry: 1 } }, 'retry.onRetry must be a function, got 1.'],
    [
      'unsafeSends as a string',
      { retry: { unsafeSends: 'no' } },
      'retry.unsafeSends must be true or false, got "no".',
    ],
    [
      'one number for a route',
      { rateLimit: { users: 5 } },
      'rateLimit.users must be an object with callsPerSecond, messages, got 5.',
    ],
    [
      'messages without a window',
      { rateLimit: { users: { messages: { count: 5 } } } },
      'rateLimit.users.messages must have count and windowMs together, got no windowMs.',
    ],
    [
      'a window without messages',
      { rateLimit: { users: { messages: { count: undefined, windowMs: 1000 } } } },
      'rateLimit.users.messages must have count and windowMs together, got no count.',
    ],
    [
      'neither messages nor a window',
      { rateLimit: { files: { messages: {} } } },
      'rateLimit.files.messages must have count and windowMs together, got no count and no windowMs.',
    ],
  ])('%s', async (_, change, problem) => {
    const problems = await problemsOf({ ...GOOD, ...change });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
  });

  it('one error lists every problem', async () => {
    const problems = await problemsOf({
      appKey: 'demo',
      cilentId: 'id',
      host: 'http://a1.easemob.com',
      api: 'v2',
      rateLimit: true,
      token: { store: {}, lifetime: 1 },
      http: { timeoutMs: -1 },
      retry: { attempts: 0 },
    });
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'Unknown',
      'clientId',
      'clientSecret',
      'api',
      'rateLimit',
      'retry.attempts',
      'Unknown',
      'token.store',
      'http.timeoutMs',
      'appKey',
      'host',
    ]);
    expect(problems[0]).toContain('Unknown option "cilentId".');
    expect(problems[0]).toContain('Did you mean "clientId"?');
    expect(new EasemobConfigError(problems).message).toBe(
      `EasemobModule cannot start:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );
  });

  it.each<[string, object]>([
    ['a bare host name', { host: 'a41.easemob.com' }],
    ['a trailing slash', { host: 'https://a1.easemob.com/' }],
    ['this machine over http', { host: 'http://localhost:8080' }],
    ['this machine over http by its address', { host: 'http://[::1]:8080' }],
    ['another machine over http where that is allowed', { host: 'http://10.0.0.8', allowInsecure: true }],
    ['the two parts of an app key', { appKey: undefined, orgName: 'acme', appName: 'shop' }],
    ['an app key and its parts', { orgName: 'acme', appName: 'shop' }],
    ['everything off', { validate: false, rateLimit: false, retry: false }],
    [
      'limits of Infinity',
      { limits: { requestBytes: Infinity, messageBytes: Infinity, uploadBytes: Infinity } },
    ],
    [
      'undefined options, as an environment gives them',
      { host: undefined, api: undefined, http: { timeoutMs: undefined }, rateLimit: undefined },
    ],
    ['an unknown option that is undefined', { retries: undefined, token: { TTL: undefined } }],
    ['a ttl in milliseconds', { token: { ttl: 5_184_000_000, expiresInUnit: 'ms' } }],
    ['the longest time of a timer', { http: { timeoutMs: 2 ** 31 - 1 } }],
    ['less than a call in a second', { rateLimit: { users: { callsPerSecond: 0.001 } } }],
    ['less than a message in a window', { rateLimit: { users: { messages: { count: 0.5, windowMs: 1 } } } }],
    [
      'rates without a limit',
      { rateLimit: { users: { callsPerSecond: Infinity, messages: { count: Infinity, windowMs: 1 } } } },
    ],
    ['a longest delay alone, below the default of the first', { retry: { maxDelayMs: 100 } }],
    ['equal delays', { retry: { minDelayMs: 100, maxDelayMs: 100 } }],
    ['a user agent of one character', { http: { userAgent: 'x' } }],
    ['a user agent of 256 characters', { http: { userAgent: 'x'.repeat(256) } }],
    ['a user agent in Latin-1', { http: { userAgent: 'café/1.0 (Zürich)' } }],
    ['stores that are class instances', { token: { store: new ForgetfulStore() } }],
    ['a global module with a name', { isGlobal: true, name: 'support' }],
  ])('accepts %s', async (_, change) => {
    expect(await problemsOf({ ...GOOD, ...change })).toEqual([]);
  });
});

describe('the application starts with', () => {
  let app: EasemobTest;
  afterEach(() => app.stop());

  it('a ttl in milliseconds and requests it unchanged', async () => {
    app = await startEasemob({ token: { ttl: 5_184_000_000, expiresInUnit: 'ms' } });
    await app.tokens.getToken();
    expect(app.emulator.requests.map(({ body }) => body)).toMatchObject([{ ttl: 5_184_000_000 }]);
  });

  it('one call every 100 seconds, which the second call would have to wait for', async () => {
    app = await startEasemob({ rateLimit: { users: { callsPerSecond: 0.01 }, maxWaitMs: 0 } });
    await app.messages.sendText(textTo('first'));
    const refused: unknown = await app.messages.sendText(textTo('second')).catch((error: unknown) => error);
    expect(refused).toMatchObject({ kind: 'rate-limit', sent: 'no' });
    expect(isEasemobError(refused) && refused.retryAfterMs).toBeGreaterThan(90_000);
    expect(app.emulator.messages.map(({ target }) => target)).toEqual(['first']);
  });
});

it('a factory that returns nothing stops the application from starting', async () => {
  const broken = EasemobModule.forRootAsync({
    useFactory: () => undefined as unknown as EasemobModuleOptions,
  });
  await expect(Test.createTestingModule({ imports: [broken] }).compile()).rejects.toThrow(
    'The options must be an object, got undefined; return them from useFactory.',
  );
});
