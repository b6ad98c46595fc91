import { describe, expect, it } from 'vitest';
import { TransportError } from './transport-error.js';

const coded = (message: string, code: string, cause?: unknown): Error =>
  Object.assign(new Error(message, cause === undefined ? {} : { cause }), { code });

describe('TransportError.of', () => {
  it.each<[string, unknown, string, string]>([
    ['an error with a code', coded('refused', 'ECONNREFUSED'), 'ECONNREFUSED', 'refused'],
    ['an error without one', new Error('odd'), 'UNKNOWN', 'odd'],
    [
      'the cause of an error without a code',
      new Error('fetch failed', { cause: coded('no such host', 'ENOTFOUND') }),
      'ENOTFOUND',
      'no such host',
    ],
    [
      'the cause under a cause',
      new Error('a', { cause: coded('', 'X', coded('deep', 'EPIPE')) }),
      'EPIPE',
      'deep',
    ],
    [
      'an error with a code rather than its cause',
      coded('mine', 'UND_ERR_SOCKET', coded('below', 'EPIPE')),
      'UND_ERR_SOCKET',
      'mine',
    ],
    [
      'several addresses, of which one refused',
      new AggregateError([
        coded('v6', 'ENETUNREACH'),
        coded('v4', 'ECONNREFUSED'),
        coded('v4', 'ECONNREFUSED'),
      ]),
      'ECONNREFUSED',
      'v6; v4',
    ],
    [
      'several addresses, of which none refused',
      new AggregateError([coded('v6', 'ENETUNREACH'), coded('v4', 'EHOSTUNREACH')]),
      'ENETUNREACH',
      'v6; v4',
    ],
    ['several addresses without an error', new AggregateError([], 'none'), 'UNKNOWN', 'none'],
    [
      'an undici parser error without a code',
      Object.assign(new Error('Response does not match the HTTP/1.1 protocol'), { name: 'HTTPParserError' }),
      'HPE_UNKNOWN',
      'Response does not match the HTTP/1.1 protocol',
    ],
    ['a code that is no word', Object.assign(new Error('odd'), { code: 7 }), 'UNKNOWN', 'odd'],
    ['something else', 'a word', 'UNKNOWN', 'the connection failed'],
    ['nothing', undefined, 'UNKNOWN', 'the connection failed'],
  ])('takes the code and the message of %s', (_, error, code, message) => {
    expect(TransportError.of(error, true)).toMatchObject({
      name: 'TransportError',
      reason: 'network',
      code,
      message,
      requestWritten: true,
    });
  });

  it('returns a TransportError as it is', () => {
    const original = new TransportError('late', 'timeout', 'ETIMEDOUT', false);
    expect(TransportError.of(original, true)).toBe(original);
    expect(original.requestWritten).toBe(false);
  });

  it('keeps nothing of the error that it is made of', () => {
    const error = Object.assign(coded('x', 'EPIPE'), { config: { headers: { authorization: 'Bearer x' } } });
    expect(Object.keys(TransportError.of(error, true)).toSorted((a, b) => a.localeCompare(b))).toEqual([
      'code',
      'name',
      'reason',
      'requestWritten',
    ]);
    expect(TransportError.of(error, true).cause).toBeUndefined();
  });
});
