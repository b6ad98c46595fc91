import { describe, expect, it } from 'vitest';
import { parseAppKey } from './app-key.js';
import { problemsIn } from './parsed.js';

const QUOTES = 'Its quotes are part of the value here: remove them.';

const problemOf = (options: Parameters<typeof parseAppKey>[0]): string =>
  problemsIn(parseAppKey(options)).join('\n');

describe('an app key', () => {
  it('whose rest was a comment of .env is to be quoted there', () => {
    expect(problemOf({ appKey: 'acme' })).toBe(
      'appKey must look like "org#app", got "acme"; copy it from the Easemob console. ' +
        'In a .env file, quote it, EASEMOB_APP_KEY="org#app": otherwise # begins a comment.',
    );
  });

  it.each(['"acme#shop"', "'acme#shop'", '“acme#shop”', '‘acme#shop’', '`acme#shop`', '"acme', 'acme#shop"'])(
    'with the quotes of a file is refused: %s',
    (appKey) => {
      expect(problemOf({ appKey })).toContain(`got ${JSON.stringify(appKey)}`);
      expect(problemOf({ appKey })).toContain(QUOTES);
    },
  );

  it.each([
    'acme#',
    '#shop',
    'a#b#c',
    'acme #shop',
    'acme#sh\u0000op',
    'acme#sh\u007Fop',
    'acme#\ud800',
    '..#shop',
    'acme#.',
    'acme/x#shop',
  ])('without two names is refused, and no quotes are blamed: %j', (appKey) => {
    expect(problemOf({ appKey })).toMatch(/^appKey must look like "org#app", got ".*the Easemob console\.$/);
  });

  it.each(['acme#shop', '1100#a.b-c_d', '公司#商店', '...#a'])('is taken: %s', (appKey) => {
    expect(parseAppKey({ appKey })).toEqual({ value: appKey });
  });

  it.each(['"acme"', '..', 'a#b', '\ud800', ''])('in parts has no part %j', (orgName) => {
    expect(problemOf({ orgName, appName: 'shop' })).toContain(
      'orgName and appName must both be given, without "#", "/", quotes or a space, got',
    );
  });
});
