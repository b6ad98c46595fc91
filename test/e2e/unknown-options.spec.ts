import { MESSAGE_TYPES } from 'nestjs-easemob';
import { describe, expect, it } from 'vitest';
import { configProblemsOf } from '../support/config-problems.js';
import { registrations } from '../support/registrations.js';

const GOOD = { appKey: 'acme#shop', clientId: 'id', clientSecret: 'secret' };

describe.each(registrations)('with $name,', (registration) => {
  const problemsOf = (change: object): Promise<readonly string[]> =>
    configProblemsOf(registration, { ...GOOD, ...change });

  it.each<[string, object, string]>([
    [
      'a limit of an unknown message type',
      { limits: { requestBytes: { text: 100 } } },
      `Unknown option "limits.requestBytes.text". Expected one of: ${MESSAGE_TYPES.join(', ')}. Did you mean "txt"?`,
    ],
    [
      'an unknown route',
      { rateLimit: { user: {} } },
      'Unknown option "rateLimit.user". Expected one of: users, chatgroups, chatrooms, files, maxWaitMs, store. Did you mean "users"?',
    ],
    [
      'an unknown limit of a route',
      { rateLimit: { users: { perSecond: 5 } } },
      'Unknown option "rateLimit.users.perSecond". Expected one of: callsPerSecond, messages. Did you mean "callsPerSecond"?',
    ],
    [
      'an unknown limit',
      { limits: { target: 5 } },
      'Unknown option "limits.target". Expected one of: targets, requestBytes, messageBytes, uploadBytes. Did you mean "targets"?',
    ],
    [
      'an unknown retry option',
      { retry: { attempt: 5 } },
      'Unknown option "retry.attempt". Expected one of: attempts, minDelayMs, maxDelayMs, maxTotalMs, unsafeSends, onRetry. Did you mean "attempts"?',
    ],
    [
      'an unknown token option',
      { token: { TTL: 5 } },
      'Unknown option "token.TTL". Expected one of: ttl, store, expiresInUnit. Did you mean "ttl"?',
    ],
    [
      'an unknown http option',
      { http: { timeout: 5 } },
      'Unknown option "http.timeout". Expected one of: timeoutMs, connections, proxyUrl, maxResponseBytes, downloadIdleMs, setup, userAgent. Did you mean "timeoutMs"?',
    ],
    [
      'an unknown option',
      { retries: 5 },
      'Unknown option "retries". Expected one of: appKey, orgName, appName, clientId, clientSecret, host, allowInsecure, api, validate, limits, rateLimit, retry, token, http, upstreamAuth, isGlobal, name. Did you mean "retry"?',
    ],
    [
      'an unknown option whose name every object inherits',
      { constructor: 5 },
      'Unknown option "constructor".',
    ],
  ])('%s stops the start-up', async (_, change, problem) => {
    const problems = await problemsOf(change);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
  });

  it.each<[string, object]>([
    ['the client secret as the app key', { appKey: 'YXA6-hush-hush' }],
    ['a token as the options of the token', { token: 'YWMt-hush-hush' }],
    ['a token as the name of an option', { token: { 'YWMt-hush-hush': 1 } }],
    ['a proxy as the options of http', { http: 'http://user:hush-hush@proxy' }],
    ['a proxy of another scheme', { http: { proxyUrl: 'ftp://user:hush-hush@proxy' } }],
    ['a host with credentials', { host: 'https://user:hush-hush@a1.easemob.com' }],
    ['a host with credentials that is no URL', { host: 'user:hush-hush@a1 easemob com' }],
    ['a credential as a store', { token: { store: 'redis://:hush-hush@redis' } }],
    ['a client ID in a list', { clientId: ['hush-hush'] }],
  ])('%s is not quoted', async (_, change) => {
    const problems = await problemsOf(change);
    expect(problems).toHaveLength(1);
    expect(problems[0]).not.toContain('hush');
  });

  it('the name of an unknown option that may be a secret is not quoted', async () => {
    expect(await problemsOf({ 'YWMt-hush-hush': 1 })).toEqual([
      expect.stringMatching(
        /^Unknown option, not quoted because it may be a secret\. Expected one of: appKey, /,
      ),
    ]);
    expect(await problemsOf({ token: { 'YWMt-hush-hush': 1 } })).toEqual([
      'Unknown option in "token", not quoted because it may be a secret. Expected one of: ttl, store, expiresInUnit.',
    ]);
  });
});
