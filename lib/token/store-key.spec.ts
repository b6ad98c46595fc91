import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AppSettings, settingsOf } from '../easemob.settings.js';
import { resolveOptions } from '../options/resolve-options.js';
import { storeKey } from './store-key.js';

describe('storeKey', () => {
  it.each([
    { parts: ['a1.easemob.com', 'org#app', 'YXA6-id_1'], key: 'a1.easemob.com:org#app:YXA6-id_1' },
    { parts: ['127.0.0.1:8080', 'org#app'], key: '127.0.0.1%003a8080:org#app' },
    { parts: ['[::1]', 'org#a{p}'], key: '%005b%003a%003a1%005d:org#a%007bp%007d' },
    { parts: ['a', '环信', '\ud800'], key: 'a:%73af%4fe1:%d800' },
  ])('is $key for $parts', ({ parts, key }) => {
    expect(storeKey(...parts)).toBe(key);
  });

  it('differs for parts that differ, also when they are the same text together', () => {
    expect(storeKey('h', 'org#a:b', 'c')).not.toBe(storeKey('h', 'org#a', 'b:c'));
    const part = fc.string({ unit: fc.constantFrom(':', '%', '0', '3', 'a', '{', '}', '#', '\ud800') });
    const parts = fc.tuple(part, part, part);
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        const isSame = one.every((each, index) => each === other[index]);
        expect(storeKey(...one) === storeKey(...other)).toBe(isSame);
      }),
    );
  });
});

const settings = ({ host = 'a1.easemob.com', appKey = 'org#app', clientId = 'YXA6id' }): AppSettings =>
  settingsOf(resolveOptions({ host, appKey, clientId, clientSecret: 'YXA6secret' }));

describe('the keys of an app', () => {
  it('name the host, the app key and the client ID of the token', () => {
    expect(settings({}).token.storeKey).toBe('a1.easemob.com:org#app:YXA6id');
  });

  it('name the host and the app key of the rate limits', () => {
    expect(settings({}).rateLimiter?.context.keyPrefix).toBe('a1.easemob.com:org#app');
  });

  it.each([
    { name: 'hosts', one: {}, other: { host: 'a41.easemob.com' } },
    {
      name: 'ports of a host',
      one: { host: 'https://localhost:1' },
      other: { host: 'https://localhost:2' },
    },
    { name: 'app keys', one: {}, other: { appKey: 'org#other' } },
    { name: 'client IDs', one: {}, other: { clientId: 'YXA6other' } },
    {
      name: 'app keys that end as the client IDs begin',
      one: { appKey: 'org#a:b', clientId: 'c' },
      other: { appKey: 'org#a', clientId: 'b:c' },
    },
  ])('differ for two $name', ({ one, other }) => {
    expect(settings(one).token.storeKey).not.toBe(settings(other).token.storeKey);
  });
});
