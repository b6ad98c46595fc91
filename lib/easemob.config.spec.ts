import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { resolveOptions } from './easemob.config.js';
import type { EasemobModuleOptions } from './easemob.options.js';

const GOOD = { appKey: 'acme#shop', clientId: 'id', clientSecret: 'a-client-secret' };

describe('resolveOptions', () => {
  it('decides every default', () => {
    expect(resolveOptions(GOOD)).toMatchObject({
      appKey: 'acme#shop',
      baseUrl: 'https://a1.easemob.com/acme/shop',
      clientId: 'id',
      api: 'legacy',
      validate: true,
      limits: { uploadBytes: 10_485_760, targets: { users: 600 }, requestBytes: { txt: 51_200 } },
      rateLimit: {},
      retry: { attempts: 4, minDelayMs: 500, maxDelayMs: 30_000, maxTotalMs: 60_000, unsafeSends: false },
      token: {},
      http: { timeoutMs: 10_000, connections: 64 },
      upstreamAuth: 'unauthorized',
    });
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
  ])('makes of the host %j the base %j', (host, baseUrl) => {
    expect(resolveOptions({ ...GOOD, host }).baseUrl).toBe(baseUrl);
  });

  it('takes an app key in two parts and writes it into the URL safely', () => {
    const { appKey: _, ...others } = GOOD;
    const config = resolveOptions({ ...others, orgName: '组织', appName: 'a?b' });
    expect(config).toMatchObject({
      appKey: '组织#a?b',
      baseUrl: 'https://a1.easemob.com/%E7%BB%84%E7%BB%87/a%3Fb',
    });
  });

  it('turns off what is false', () => {
    const config = resolveOptions({ ...GOOD, rateLimit: false, retry: false, validate: false });
    expect(config).toMatchObject({ rateLimit: undefined, retry: undefined, validate: false });
  });

  it('lets no undefined member hide a default', () => {
    const undefinedMembers = { http: { timeoutMs: undefined }, retry: { attempts: undefined } };
    const config = resolveOptions({ ...GOOD, ...(undefinedMembers as object) });
    expect(config.http.timeoutMs).toBe(10_000);
    expect(config.retry?.attempts).toBe(4);
  });

  it('wraps the secret, so that printing the result shows nothing', () => {
    const config = resolveOptions(GOOD);
    expect(config.clientSecret.reveal()).toBe('a-client-secret');
    expect(inspect(config, { depth: 9, showHidden: true }) + JSON.stringify(config)).not.toContain(
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
