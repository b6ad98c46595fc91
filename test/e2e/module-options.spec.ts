import { Test } from '@nestjs/testing';
import { EasemobConfigError, EasemobModule, type EasemobModuleOptions } from 'nestjs-easemob';
import { describe, expect, it } from 'vitest';
import { registrations } from '../support/registrations.js';

const GOOD = { appKey: 'acme#shop', clientId: 'id', clientSecret: 'secret' };

describe.each(registrations)('with $name, wrong options stop the start-up', (registration) => {
  /** Starts an application with these options and gives the problems that stopped it. */
  async function problemsOf(options: object): Promise<readonly string[]> {
    const starting = Test.createTestingModule({
      imports: [registration.register(options as EasemobModuleOptions)],
    }).compile();
    const error: unknown = await starting.then(
      (moduleRef) => moduleRef.close(),
      (reason: unknown) => reason,
    );
    if (error === undefined) return [];
    expect(error).toBeInstanceOf(EasemobConfigError);
    expect(error).toMatchObject({ kind: 'config', retryable: false, sent: 'no', attempts: 0 });
    return (error as EasemobConfigError).problems;
  }

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
    ['a host that is none', { host: 'https://' }, 'host must be a host name or an https:// URL'],
    ['a host with a path', { host: 'https://a1.easemob.com/acme/shop' }, 'host must be a host alone'],
    ['a host with credentials', { host: 'https://user:pw@a1.easemob.com' }, 'host must be a host alone'],
    ['a host of another scheme', { host: 'ftp://a1.easemob.com' }, 'host must be https://, got "ftp:"'],
    ['a public host over http', { host: 'http://a1.easemob.com' }, 'would carry the token in clear'],
    ['a private network over http', { host: 'http://10.0.0.8' }, 'set allowInsecure: true'],
    ['a host that only looks like this machine', { host: 'http://127.0.0.1.example.com' }, 'in clear'],
    ['an unknown api', { api: 'v2' }, 'api must be "legacy" or "current", got "v2"'],
    ['validate as a word', { validate: 'false' }, 'validate must be true or false, got "false"'],
    ['allowInsecure as a word', { allowInsecure: 'true' }, 'allowInsecure must be true or false, got "true"'],
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
    ['a negative ttl', { token: { ttl: -1 } }, 'token.ttl must be a number of at least 0, got -1'],
    [
      'a proxy that is no URL',
      { http: { proxyUrl: 'proxy:3128' } },
      'http.proxyUrl must be an http:// or https:// URL',
    ],
    ['no time at all', { http: { timeoutMs: 0 } }, 'http.timeoutMs must be a number of at least 1, got 0'],
    [
      'more time than a timer has',
      { http: { timeoutMs: 2 ** 31 } },
      'http.timeoutMs must be a number of at least 1',
    ],
    [
      'time as a word',
      { http: { timeoutMs: '10000' } },
      'http.timeoutMs must be a number of at least 1, got "10000"',
    ],
    [
      'no connections',
      { http: { connections: Number.NaN } },
      'http.connections must be a number of at least 1, got NaN',
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
      'a limit of a type that there is not',
      { limits: { requestBytes: { text: 100 } } },
      'limits.requestBytes knows txt, img, audio, video, file, loc, cmd, custom, got "text"',
    ],
    [
      'bytes as a word',
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
      'rateLimit.users.callsPerSecond must be a number of at least 1',
    ],
    [
      'no messages',
      { rateLimit: { chatgroups: { messages: { count: 0, windowMs: 1 } } } },
      'rateLimit.chatgroups.messages.count must be',
    ],
    [
      'no window',
      { rateLimit: { chatrooms: { messages: { count: 1, windowMs: 0 } } } },
      'rateLimit.chatrooms.messages.windowMs must be',
    ],
    [
      'a negative wait',
      { rateLimit: { maxWaitMs: -1 } },
      'rateLimit.maxWaitMs must be a number of at least 0 or Infinity',
    ],
    ['no tries', { retry: { attempts: 0 } }, 'retry.attempts must be a number of at least 1, got 0'],
    ['a negative delay', { retry: { minDelayMs: -1 } }, 'retry.minDelayMs must be a number of at least 0'],
    [
      'an endless delay',
      { retry: { maxDelayMs: Infinity } },
      'retry.maxDelayMs must be a number of at least 0, got Infinity',
    ],
    [
      'no total',
      { retry: { maxTotalMs: null } },
      'retry.maxTotalMs must be a number of at least 0 or Infinity, got null',
    ],
  ])('%s', async (_, change, problem) => {
    const problems = await problemsOf({ ...GOOD, ...change });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
  });

  it('one error lists every problem', async () => {
    const problems = await problemsOf({
      appKey: 'demo',
      host: 'http://a1.easemob.com',
      api: 'v2',
      http: { timeoutMs: -1 },
      retry: { attempts: 0 },
    });
    expect(new Set(problems.map((problem) => problem.split(' ')[0]))).toEqual(
      new Set(['api', 'appKey', 'clientId', 'clientSecret', 'host', 'http.timeoutMs', 'retry.attempts']),
    );
    expect(problems).toHaveLength(7);
    expect(new EasemobConfigError(problems).message).toBe(
      `EasemobModule cannot start:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );
  });

  it.each<[string, object]>([
    ['a bare host name', { host: 'a41.easemob.com' }],
    ['a trailing slash', { host: 'https://a1.easemob.com/' }],
    ['this machine over http', { host: 'http://localhost:8080' }],
    ['this machine over http by number', { host: 'http://[::1]:8080' }],
    ['another machine over http where that is allowed', { host: 'http://10.0.0.8', allowInsecure: true }],
    ['the two parts of an app key', { appKey: undefined, orgName: 'acme', appName: 'shop' }],
    ['an app key and its parts', { orgName: 'acme', appName: 'shop' }],
    ['everything off', { validate: false, rateLimit: false, retry: false }],
    ['no limits', { limits: { requestBytes: Infinity, messageBytes: Infinity, uploadBytes: Infinity } }],
    [
      'undefined members, as an environment gives them',
      { host: undefined, api: undefined, http: { timeoutMs: undefined } },
    ],
  ])('but not %s', async (_, change) => {
    expect(await problemsOf({ ...GOOD, ...change })).toEqual([]);
  });
});

it('a factory that returns nothing is told so', async () => {
  const broken = EasemobModule.forRootAsync({
    useFactory: () => undefined as unknown as EasemobModuleOptions,
  });
  await expect(Test.createTestingModule({ imports: [broken] }).compile()).rejects.toThrow(
    'The options must be an object, got undefined; return them from useFactory.',
  );
});
