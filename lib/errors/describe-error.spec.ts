import { describe, expect, it } from 'vitest';
import { describeError } from './describe-error.js';
import { EasemobNetworkError } from './index.js';

const withFields = (fields: object): Error => Object.assign(new TypeError('YWMt-secret'), fields);

const withGetter = (name: string): Error =>
  Object.defineProperty(new Error('YWMt-secret'), name, {
    get: () => {
      throw new Error('a trap');
    },
  });
const trap = (): object =>
  new Proxy(new Error('YWMt-secret'), {
    getPrototypeOf: () => {
      throw new Error('a trap');
    },
  });

describe('describeError', () => {
  it.each([
    { error: new TypeError('YWMt-secret'), text: 'TypeError' },
    { error: withFields({ code: 'ECONNREFUSED' }), text: 'TypeError ECONNREFUSED' },
    { error: withFields({ name: 'ReplyError' }), text: 'ReplyError' },
    { error: withFields({ name: 'YWMt-secret', code: 'bearer YWMt-secret' }), text: 'Error' },
    { error: withFields({ name: '', code: 7 }), text: 'Error' },
    { error: withFields({ code: `A${'a'.repeat(100_000)}` }), text: 'TypeError' },
    {
      error: new EasemobNetworkError('failed', { code: 'NOPERM', retryable: true, sent: 'no' }),
      text: 'EasemobNetworkError NOPERM',
    },
    { error: 'YWMt-secret', text: 'string' },
    { error: withGetter('name'), text: 'object' },
    { error: withGetter('code'), text: 'object' },
    { error: trap(), text: 'object' },
    { error: undefined, text: 'undefined' },
    { error: { message: 'YWMt-secret' }, text: 'object' },
  ])('names $text', ({ error, text }) => {
    expect(describeError(error)).toBe(text);
  });
});
