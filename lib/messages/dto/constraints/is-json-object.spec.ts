import { afterEach, describe, expect, it } from 'vitest';

import { findJsonObjectIssue } from './is-json-object.js';

const findIssue = findJsonObjectIssue('leave it out');
const circular: Record<string, unknown> = { list: [{}] };
circular['list'] = [{ back: circular }];

const shared = { a: [1] };
const nested = (levels: number): object => {
  let value: object = {};
  for (let level = 0; level < levels; level++) value = { a: value };
  return value;
};

describe('IsJsonObject', () => {
  it.each<[string, unknown]>([
    ['an empty object', {}],
    ['every JSON value', { s: '', n: -0.5, t: true, z: null, o: {}, l: [[], [null]] }],
    ['undefined members', { a: undefined }],
    ['a Date', { at: new Date(0) }],
    ['an object with its own toJSON', { id: { toJSON: () => 'x', secret: 1n } }],
    ['an extension with its own toJSON', { toJSON: () => ({ a: 1 }), big: 1n }],
    ['a Buffer', { data: Buffer.from('a') }],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 })],
    ['the same object twice', { a: shared, b: [shared, shared] }],
    ['1000 levels', nested(1000)],
    ['own members named as inherited ones', JSON.parse('{"__proto__":1,"constructor":{"toJSON":1}}')],
  ])('accepts %s', (_, value) => {
    expect(findIssue(value)).toBeUndefined();
  });

  it.each<[string, unknown, string]>([
    ['null', null, 'null'],
    ['an array', [], 'an empty array'],
    ['a string', 'text', 'a string'],
    ['a function', () => ({}), 'a function'],
    ['a Date', new Date(0), 'a Date'],
  ])('refuses %s as the extension', (_, value, got) => {
    expect(findIssue(value)).toEqual({
      path: '',
      message: `must be an object, got ${got}`,
      hint: 'leave it out',
    });
  });

  it.each(['{}', ' \n{"attr1":"test"}', `{${' '.repeat(1_000_000)}`])(
    'has a cure of its own for an object that was written as JSON: %.20s',
    (json) => {
      expect(findIssue(json)).toEqual({
        path: '',
        message: 'must be an object, got a string',
        hint: 'pass the object itself, or JSON.parse the text first',
      });
    },
  );

  it.each<[string, unknown, string, string, string]>([
    ['a bigint', { order: { id: 1n } }, '.order.id', 'a bigint', 'send it as a string'],
    ['NaN', { a: [0, NaN] }, '.a.1', 'NaN', 'JSON would turn it into null'],
    ['Infinity', { a: Infinity }, '.a', 'an infinite number', 'JSON would turn it into null'],
    ['a function', { a: { f() {} } }, '.a.f', 'a function', 'JSON would drop it: leave it out'],
    ['a symbol', { a: Symbol('s') }, '.a', 'a symbol', 'JSON would drop it: leave it out'],
    ['a cycle', circular, '.list.0.back', 'an object that contains itself', 'send its ID in its place'],
    ['a Map', { m: new Map() }, '.m', 'a Map', 'make it a plain object with Object.fromEntries()'],
    ['a promise', { p: Promise.resolve(1) }, '.p', 'a Promise', 'await it first'],
    ['an error', { e: new Error('x') }, '.e', 'an Error', 'send its message'],
    ['the result of toJSON', { t: { toJSON: () => ({ n: 1n }) } }, '.t.n', 'a bigint', 'send it as a string'],
  ])('names where %s is', (_, value, path, got, hint) => {
    expect(findIssue(value)).toEqual({
      path,
      message: `must be a value that JSON can carry, got ${got}`,
      hint,
    });
  });

  it('refuses the level after the thousandth', () => {
    expect(findIssue(nested(1001))?.message).toContain('at most 1000 levels');
  });

  it('checks an object once however often it is shared', () => {
    let value: object = {};
    for (let level = 0; level < 500; level++) value = { a: value, b: value };
    expect(findIssue(value)).toBeUndefined();
  });
});

describe('IsJsonObject when the application gave BigInt a toJSON', () => {
  afterEach(() => {
    Reflect.deleteProperty(BigInt.prototype, 'toJSON');
  });

  it('accepts a bigint', () => {
    Reflect.set(BigInt.prototype, 'toJSON', () => '1');
    expect(findIssue({ id: 1n })).toBeUndefined();
  });
});
