import { assert, boolean, constantFrom, double, integer, nat, option, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EasemobError, type EasemobErrorDetails } from '../errors/easemob.error.js';
import { retryOptions } from '../options/schema.js';
import { nextRetryDelay, type FailedAttempt } from './retry-policy.js';

const DEFAULT_RETRY_POLICY = retryOptions.resolve({}, 'legacy');

const failed = (
  details: Partial<EasemobErrorDetails> = {},
  more: Partial<FailedAttempt> = {},
): FailedAttempt => ({
  error: new EasemobError('failed', { kind: 'server', retryable: true, sent: 'no', ...details }),
  attempt: 1,
  elapsedMs: 0,
  idempotent: false,
  ...more,
});
const last = (): number => 1;

const delays = (random: () => number, policy = {}, retryAfterMs?: number): (number | undefined)[] =>
  [1, 2, 3, 4, 8, 2000].map((attempt) =>
    nextRetryDelay(
      failed({ retryAfterMs }, { attempt }),
      { ...DEFAULT_RETRY_POLICY, attempts: 9999, ...policy },
      random,
    ),
  );

describe('whether a call is retried', () => {
  it.each([
    ['a retryable error that was not accepted', failed(), {}, true],
    ['an error that is final', failed({ retryable: false }), {}, false],
    ['a final error of an idempotent call', failed({ retryable: false }, { idempotent: true }), {}, false],
    ['a send that may have been accepted', failed({ sent: 'maybe' }), {}, false],
    ['a read that may have been accepted', failed({ sent: 'maybe' }, { idempotent: true }), {}, true],
    [
      'a send that may have been accepted, if allowed',
      failed({ sent: 'maybe' }),
      { unsafeSends: true },
      true,
    ],
    ['the attempt before the last', failed({}, { attempt: 3 }), {}, true],
    ['the last attempt', failed({}, { attempt: 4 }), {}, false],
    ['the only attempt', failed(), { attempts: 1 }, false],
    ['a wait that ends in time', failed({}, { elapsedMs: 59_500 }), {}, true],
    ['a wait that would end too late', failed({}, { elapsedMs: 59_501 }), {}, false],
    ['a Retry-After that fits', failed({ retryAfterMs: 60_000 }), {}, true],
    ['a Retry-After that is too long', failed({ retryAfterMs: 60_001 }), {}, false],
    ['a first conflict', failed({ kind: 'conflict' }), {}, true],
    ['a second conflict', failed({ kind: 'conflict' }, { attempt: 2 }), {}, false],
  ])('%s', (_name, state, policy, isRetried) => {
    expect(nextRetryDelay(state, { ...DEFAULT_RETRY_POLICY, ...policy }, last) !== undefined).toBe(isRetried);
  });
});

describe('the wait before a retry', () => {
  it('doubles its bound up to the maximum', () => {
    expect(delays(last)).toEqual([500, 1000, 2000, 4000, 30_000, 30_000]);
  });

  it('falls anywhere below the bound', () => {
    expect(delays(() => 0)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(delays(() => 0.5)).toEqual([250, 500, 1000, 2000, 15_000, 15_000]);
  });

  it('is nothing when no delay is wanted', () => {
    expect(delays(last, { minDelayMs: 0 })).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('is never shorter than what the service asked for', () => {
    expect(delays(last, {}, 3000)).toEqual([3000, 3000, 3000, 4000, 30_000, 30_000]);
    expect(delays(() => 0, { maxDelayMs: 100 }, 3000)).toEqual([3000, 3000, 3000, 3000, 3000, 3000]);
  });

  it('gives a conflict a second to pass', () => {
    expect(nextRetryDelay(failed({ kind: 'conflict' }), DEFAULT_RETRY_POLICY, () => 0)).toBe(1000);
  });

  it('keeps every bound, whatever the policy', () => {
    const policies = record({
      attempts: integer({ min: 1, max: 50 }),
      minDelayMs: nat(5000),
      maxDelayMs: nat(60_000),
      maxTotalMs: nat(120_000),
      unsafeSends: boolean(),
    });
    const states = record({
      kind: constantFrom('server', 'rate-limit', 'network', 'conflict'),
      retryable: boolean(),
      sent: constantFrom('no', 'maybe'),
      retryAfterMs: option(nat(90_000), { nil: undefined }),
      attempt: integer({ min: 1, max: 60 }),
      elapsedMs: nat(150_000),
      idempotent: boolean(),
    });
    const randoms = double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    assert(
      property(
        policies,
        states,
        randoms,
        (policy, { attempt, elapsedMs, idempotent, ...details }, random) => {
          const state = failed(details, { attempt, elapsedMs, idempotent });
          const delayMs = nextRetryDelay(state, policy, () => random);
          if (delayMs === undefined) return;

          expect(details.retryable && attempt < policy.attempts).toBe(true);
          expect(details.sent === 'no' || idempotent || policy.unsafeSends).toBe(true);
          expect(elapsedMs + delayMs).toBeLessThanOrEqual(policy.maxTotalMs);
          expect(delayMs).toBeGreaterThanOrEqual(details.retryAfterMs ?? 0);
          expect(delayMs).toBeLessThanOrEqual(Math.max(policy.maxDelayMs, details.retryAfterMs ?? 0, 1000));
        },
      ),
      { numRuns: 500 },
    );
  });
});
