import { describe, expect, it } from 'vitest';
import { EasemobTimeoutError } from '../errors/index.js';
import { redisFailure } from './redis-failure.js';

describe('redisFailure', () => {
  it.each([
    { error: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), code: 'ECONNREFUSED' },
    { error: new Error('READONLY You cannot write against a read only replica.'), code: 'READONLY' },
    { error: new Error("ERR unknown command 'SET', with args: secret"), code: 'ERR' },
    {
      error: new Error("ERR The user executing the script can't run this command or subcommand script: 6f"),
      code: 'NOPERM',
    },
    { error: new TypeError('Connection is closed: secret'), code: 'TypeError' },
    { error: 'secret', code: 'unknown error' },
  ])('keeps only the code $code of the error', ({ error, code }) => {
    expect(redisFailure('SET', error)).toMatchObject({
      kind: 'network',
      code,
      sent: 'no',
      retryable: true,
      message: `The Redis command SET failed (${code}).`,
    });
  });

  it('returns an EasemobError as it is', () => {
    const error = new EasemobTimeoutError('Redis did not respond.', { sent: 'no' });
    expect(redisFailure('SET', error)).toBe(error);
  });
});
