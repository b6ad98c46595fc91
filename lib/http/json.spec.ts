import { describe, expect, it } from 'vitest';
import { isJsonObject, parseJson } from './json.js';

describe('parseJson', () => {
  it.each([
    [
      'a broadcast ID as a bare number',
      '{"data":{"id":1365344904091349007}}',
      { data: { id: '1365344904091349007' } },
    ],
    ['a negative one', '[-1365344904091349007]', ['-1365344904091349007']],
    [
      'an ID that is a string already',
      '{"data":{"bob":"973845988210901688"}}',
      { data: { bob: '973845988210901688' } },
    ],
    [
      'digits inside a text',
      '{"a":"x: 1365344904091349007, \\"1: 1365344904091349007"}',
      { a: 'x: 1365344904091349007, "1: 1365344904091349007' },
    ],
    ['a time stamp', '{"timestamp":1543922150902}', { timestamp: 1543922150902 }],
    ['a long fraction', '{"a":1,"b":[ 0.12345678901234567890]}', { a: 1, b: [0.12345678901234568] }],
    [
      'a fraction beside a big integer',
      '{"id":1365344904091349007,"duration":0.30000000000000004,"n":[1e-1234567890123456]}',
      { id: '1365344904091349007', duration: 0.30000000000000004, n: [0] },
    ],
    ['a long number with an exponent', '[1234567890123456789e2]', [Number('1234567890123456789e2')]],
  ])('keeps %s', (_, text, value) => {
    expect(parseJson(text)).toEqual(value);
  });

  it('keeps __proto__ as an ordinary key', () => {
    const parsed = parseJson('{"__proto__":"1365344904091349007"}');
    expect(Object.keys(parsed as object)).toEqual(['__proto__']);
  });

  it('throws a SyntaxError at what is not JSON', () => {
    expect(() => parseJson('<html>')).toThrow(SyntaxError);
  });
});

describe('isJsonObject', () => {
  it.each([
    [{}, true],
    [[], false],
    [null, false],
    ['text', false],
    [undefined, false],
  ])('%j: %s', (value, expected) => {
    expect(isJsonObject(value)).toBe(expected);
  });
});
