import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { EasemobConfigError, EasemobError, EasemobValidationError } from './index.js';

const FIRST = 'the first thing is wrong';
const SECOND = 'the second thing is wrong';
const VIOLATIONS = [
  { path: 'from', message: FIRST },
  { path: 'msg', message: SECOND },
];

const timesIn = (text: string, part: string): number => text.split(part).length - 1;

describe.each<[string, EasemobError, object]>([
  ['EasemobConfigError', new EasemobConfigError([FIRST, SECOND]), { problems: [FIRST, SECOND] }],
  ['EasemobValidationError', new EasemobValidationError(VIOLATIONS), { violations: VIOLATIONS }],
])('an %s', (name, error, list) => {
  it.each<[string, (error: Error) => string]>([
    ['inspect', (each) => inspect(each, { depth: 10 })],
    ['inspect of an error around it', (each) => inspect(new Error('outer', { cause: each }), { depth: 10 })],
    ['String', String],
    ['its stack', (each) => each.stack ?? ''],
  ])('says everything once in %s', (_, print) => {
    expect([FIRST, SECOND].map((part) => timesIn(print(error), part))).toEqual([1, 1]);
  });

  it('has its list as a field and in its JSON', () => {
    expect(error).toMatchObject(list);
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({ name, message: error.message, ...list });
  });
});
