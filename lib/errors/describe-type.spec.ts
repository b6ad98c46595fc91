import { describe, expect, it } from 'vitest';
import { describeType } from './describe-type.js';

describe('describeType', () => {
  it.each<[unknown, string]>([
    [undefined, 'nothing'],
    [null, 'null'],
    ['', 'an empty string'],
    ['a secret', 'a string'],
    [1.5, 'a number'],
    [Number.NaN, 'NaN'],
    [-Infinity, 'an infinite number'],
    [true, 'a boolean'],
    [1n, 'a bigint'],
    [Symbol('s'), 'a symbol'],
    [() => 1, 'a function'],
    [[], 'an empty array'],
    [[1], 'an array'],
    [{}, 'an object'],
    [new URL('https://a.example'), 'a URL'],
    [new Map(), 'a Map'],
    [new Error('a secret'), 'an Error'],
  ])('names %s', (value, name) => {
    expect(describeType(value)).toBe(name);
  });
});
