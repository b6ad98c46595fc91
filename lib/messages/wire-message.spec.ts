import { describe, expect, it } from 'vitest';
import { EasemobValidationError } from '../errors/index.js';
import type { Message } from './message-inputs.js';
import { contentAsSent, joinMembers, targetsOf, toJson } from './wire-message.js';

const location = (lat: unknown) => contentAsSent({ type: 'loc', lat, lng: '0', addr: '' } as Message['msg']);

const custom = (customExts: unknown): unknown =>
  contentAsSent({ type: 'custom', customEvent: 'e', customExts } as Message['msg'])['customExts'];

describe('contentAsSent', () => {
  it.each([
    ['a string as it is', '+39.9660', '+39.9660'],
    ['a number', 39.966, '39.966'],
    ['zero', 0, '0'],
    ['a number that would be printed with an exponent', 1e-7, '0.000000100000'],
    ['a negative one', -1e-7, '-0.000000100000'],
    ['the smallest that is printed plainly', 0.000001, '0.000001'],
  ])('writes %s', (_, lat, sent) => {
    expect(location(lat)['lat']).toBe(sent);
  });

  it('writes event attributes as strings and leaves other values to Easemob', () => {
    expect(custom({ n: 1, on: true, off: false, s: 's' })).toEqual({
      n: '1',
      on: 'true',
      off: 'false',
      s: 's',
    });
    expect(custom(undefined)).toBeUndefined();
    expect(custom(null)).toBeNull();
  });

  it('keeps everything else and its order, without the uuid of an upload', () => {
    const msg = { type: 'img', uuid: 'x', later: { lat: 1 }, url: 'u', size: { width: 1 } } as Message['msg'];
    expect(JSON.stringify(contentAsSent(msg))).toBe(
      '{"type":"img","later":{"lat":1},"url":"u","size":{"width":1}}',
    );
  });

  it.each([undefined, null, 'hi', 7])('leaves %j as it is', (msg) => {
    expect(contentAsSent(msg as unknown as Message['msg'])).toBe(msg);
  });
});

describe('targetsOf', () => {
  it.each([
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    ['a', []],
    [undefined, []],
    [{ length: 2 }, []],
  ])('%j: %j', (target, targets) => {
    expect(targetsOf(target)).toEqual(targets);
  });
});

describe('joinMembers', () => {
  it('joins JSON values and leaves out undefined ones', () => {
    expect(joinMembers([])).toBe('{}');
    expect(
      joinMembers([
        ['a', '1'],
        ['b', undefined],
        ['"c"', '[2]'],
      ]),
    ).toBe(String.raw`{"a":1,"\"c\"":[2]}`);
    expect(
      joinMembers([
        ['a', undefined],
        ['b', 'null'],
      ]),
    ).toBe('{"b":null}');
  });
});

describe('toJson', () => {
  it('names the member that has no JSON', () => {
    const circular: { self?: object } = {};
    circular.self = circular;
    for (const value of [circular, { n: 1n }]) {
      expect(() => toJson('ext', value)).toThrow(EasemobValidationError);
      expect(() => toJson('ext', value)).toThrow(/^ext cannot be written as JSON: /);
    }
  });

  it('is undefined for a value that JSON leaves out', () => {
    expect(toJson('ext', undefined)).toBeUndefined();
  });
});
