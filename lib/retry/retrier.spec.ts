import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EasemobApiError, EasemobError, EasemobTimeoutError, type SentState } from '../errors/index.js';
import type { RetryPolicy } from '../options/retry.options.js';
import { retryOptions } from '../options/schema.js';
import { NonRetryable, TokenRejected } from './attempt-failure.js';
import { Retrier } from './retrier.js';
import type { RetryEvent } from './retry-policy.js';

const DEFAULT_RETRY_POLICY = retryOptions.resolve({}, 'legacy');

const CALL = { method: 'POST', path: '/messages', idempotent: false } as const;

const failure = (sent: SentState = 'no'): EasemobError =>
  new EasemobError('it failed', { kind: 'server', retryable: true, sent });
const unauthorized = (): EasemobApiError =>
  new EasemobApiError(
    'it was refused',
    { status: 401, error: '', description: '' },
    { kind: 'auth', retryable: false, sent: 'no' },
  );

/** Throws these one after the other, and succeeds then. */
const failing = (...failures: unknown[]): (() => Promise<string>) => {
  const left = [...failures];
  return async () => {
    if (left.length > 0) throw left.shift();
    return 'done';
  };
};

const late = (): EasemobError => new EasemobTimeoutError('it timed out', { sent: 'no' });

describe('Retrier', () => {
  let events: RetryEvent[];
  const lines: Record<'debug' | 'warn' | 'log', string[]> = { debug: [], warn: [], log: [] };

  beforeEach(() => {
    events = [];
    for (const level of ['debug', 'warn', 'log'] as const) {
      lines[level] = [];
      vi.spyOn(Logger.prototype, level).mockImplementation((text: string) => void lines[level].push(text));
    }
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const retrier = (
    policy: Partial<RetryPolicy> | false = {},
    onRetry: (event: RetryEvent) => void = (event) => void events.push(event),
  ): Retrier =>
    new Retrier({
      host: 'a1.easemob.com',
      policy: policy ? { ...DEFAULT_RETRY_POLICY, minDelayMs: 1, maxDelayMs: 2, ...policy } : undefined,
      onRetry,
    });

  it('runs an attempt that succeeds once, and tells nobody', async () => {
    await expect(retrier().run(CALL, failing())).resolves.toBe('done');
    expect([events, lines]).toEqual([[], { debug: [], warn: [], log: [] }]);
  });

  it('reports a retry after a failure as backoff, before its wait', async () => {
    const error = failure();
    await retrier().run(CALL, failing(error));
    expect(events).toEqual([
      {
        reason: 'backoff',
        attempt: 1,
        attempts: 4,
        delayMs: expect.any(Number) as number,
        error,
        path: '/messages',
      },
    ]);
  });

  it('repeats a call whose token was rejected at once and within its attempt', async () => {
    const attempts: number[] = [];
    const attempt = failing(new TokenRejected(unauthorized(), false), failure());
    await retrier().run(CALL, (state) => {
      attempts.push(state.attempt);
      return attempt();
    });
    expect(attempts).toEqual([1, 1, 2]);
    expect(events).toMatchObject([
      { reason: 'token', attempt: 1, delayMs: 0 },
      { reason: 'backoff', attempt: 1 },
    ]);
  });

  it('repeats a call whose token was rejected also without a policy, and only once', async () => {
    const second = new TokenRejected(unauthorized(), false);
    const first = new TokenRejected(unauthorized(), false);
    await expect(retrier(false).run(CALL, failing(first, second))).rejects.toBe(second.error);
    expect(events).toMatchObject([{ reason: 'token' }]);
  });

  it.each<[string, unknown, Partial<RetryPolicy> | false]>([
    ['without a policy', failure(), false],
    ['after an error that no attempt can cure', new NonRetryable(failure()), {}],
    ['after the last attempt', failure(), { attempts: 1 }],
    ['of a send that may have been accepted', failure('maybe'), {}],
  ])('makes no other attempt %s', async (_, thrown, policy) => {
    const attempt = vi.fn(failing(thrown));
    await expect(retrier(policy).run(CALL, attempt)).rejects.toMatchObject({ message: 'it failed' });
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  it('passes a bug through as it is', async () => {
    const bug = new TypeError('x is not a function');
    await expect(retrier().run(CALL, failing(bug))).rejects.toBe(bug);
  });

  it('goes on when onRetry throws, and logs its class only', async () => {
    const throwing = retrier({}, () => {
      throw new RangeError('a secret');
    });
    await expect(throwing.run(CALL, failing(failure()))).resolves.toBe('done');
    expect(lines.warn).toContain('retry.onRetry threw RangeError; the call goes on.');
  });

  it.each<[string, unknown, string | undefined]>([
    ['a promise that rejects', () => Promise.reject(new RangeError('a secret')), 'RangeError'],
    ['a promise that rejects with a text', () => Promise.reject('a secret'), 'string'],
    [
      'a thenable that throws',
      () => ({
        // oxlint-disable-next-line unicorn/no-thenable -- an application may return any object
        then: () => {
          throw new SyntaxError('a secret');
        },
      }),
      'SyntaxError',
    ],
    [
      'a promise that rejects with a trap',
      () =>
        // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- what other people's code may do
        Promise.reject(
          new Proxy(new Error('a secret'), {
            get: () => {
              throw new Error('a trap');
            },
          }),
        ),
      'object',
    ],
    [
      'a promise that rejects with a name that is a secret',
      () => Promise.reject(Object.assign(new Error('a secret'), { name: 'YWMt a secret' })),
      'Error',
    ],
    ['a promise that never settles', () => new Promise(() => undefined), undefined],
    ['nonsense', () => ({ next: 5 }), undefined],
  ])('goes on when onRetry returns %s', async (_, onRetry, logged) => {
    const unhandled = vi.fn();
    process.once('unhandledRejection', unhandled);
    await expect(
      retrier({}, onRetry as (event: RetryEvent) => void).run(CALL, failing(failure())),
    ).resolves.toBe('done');
    await new Promise(setImmediate);
    process.removeListener('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
    const warnings = lines.warn.filter((line) => line.startsWith('retry.onRetry'));
    expect(warnings).toEqual(
      logged === undefined ? [] : [`retry.onRetry rejected with ${logged}; the call goes on.`],
    );
  });

  it('logs every retry at debug level, and an outage once at warn level with its end', async () => {
    const attempt = failing(late(), late());
    await retrier().run(CALL, (state) => {
      state.count();
      return attempt();
    });
    expect(lines.debug).toEqual([
      expect.stringMatching(/^Retrying POST \/messages in \d+ ms \(after attempt 1 of 4\): it timed out$/),
      expect.stringMatching(/^Retrying POST \/messages in \d+ ms \(after attempt 2 of 4\): it timed out$/),
    ]);
    expect(lines.warn).toEqual(['a1.easemob.com fails; calls that may be retried are: it timed out']);
    expect(lines.log).toEqual([expect.stringMatching(/^a1\.easemob\.com responds again after 0\.\d s\.$/)]);
  });

  it('logs a repetition with a new token at debug level', async () => {
    await retrier().run(CALL, failing(new TokenRejected(unauthorized(), false)));
    expect(lines).toEqual({
      debug: ['Retrying POST /messages with a new token: it was refused'],
      warn: [],
      log: [],
    });
  });

  it.each([
    [
      'by the signal of the call',
      'The signal was aborted',
      (_: Retrier, call: AbortController) => call.abort(),
    ],
    ['by closing', 'The module was closed', (retries: Retrier) => retries.close()],
  ])('ends a wait %s, and tells what is known by then', async (_, why, end) => {
    const controller = new AbortController();
    const waiting = retrier({ minDelayMs: 60_000, maxDelayMs: 60_000, unsafeSends: true }, () =>
      setImmediate(() => end(waiting, controller)),
    );
    const error = new EasemobTimeoutError('late', { sent: 'maybe', retryAfterMs: 10_000 });
    const running = waiting.run({ ...CALL, signal: controller.signal }, (state) => {
      state.count();
      throw error;
    });
    await expect(running).rejects.toMatchObject({
      message: `${why} while the call waited for its next attempt.`,
      kind: 'aborted',
      sent: 'maybe',
      attempts: 1,
    });
  });
});
