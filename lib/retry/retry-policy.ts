import type { EasemobError } from '../errors/easemob.error.js';
import type { RetryPolicy } from '../options/retry.options.js';

/** An attempt that failed and is retried. */
export interface RetryEvent {
  /**
   * Why the call is retried: `token` after a 401, at once and with a new token, as part of the same attempt; `backoff`
   * after every other failure, as the next attempt.
   */
  readonly reason: 'token' | 'backoff';
  /** The attempt that failed, from 1. */
  readonly attempt: number;
  /** The most attempts of the call. */
  readonly attempts: number;
  /** The wait before the retry, in milliseconds. */
  readonly delayMs: number;
  /** Why the attempt failed. */
  readonly error: EasemobError;
  /**
   * The resource of the call with its query, for instance `/messages?useMsgId=true`, also when its token could not be
   * fetched; `/token` for a fetch without a call, by `getToken`, `refresh` or the refresh in the background.
   */
  readonly path: string;
}

/** An attempt that just failed. */
export interface FailedAttempt {
  readonly error: EasemobError;
  /** From 1. */
  readonly attempt: number;
  /** Since the first attempt began, in milliseconds. */
  readonly elapsedMs: number;
  /** Whether the call may be made twice without harm: tokens, uploads, reads; not sends. */
  readonly idempotent: boolean;
}

/** A conflict is retried once, and not before the other operation can be over. */
const CONFLICT = { attempts: 2, minDelayMs: 1000 } as const;

/**
 * Decides how long to wait before the next attempt, in milliseconds; `undefined` when the error is final. The wait has
 * full jitter: it falls anywhere between nothing and the doubling bound, so that callers that failed together do not
 * return together. It is never shorter than the `Retry-After` of the response.
 */
export function nextRetryDelay(
  { error, attempt, elapsedMs, idempotent }: FailedAttempt,
  policy: RetryPolicy,
  random: () => number = Math.random,
): number | undefined {
  const isConflict = error.kind === 'conflict';
  const attempts = isConflict ? Math.min(policy.attempts, CONFLICT.attempts) : policy.attempts;
  const isSafe = error.sent === 'no' || idempotent || policy.unsafeSends;
  if (!error.retryable || !isSafe || attempt >= attempts) return undefined;

  const atLeast = Math.max(error.retryAfterMs ?? 0, isConflict ? CONFLICT.minDelayMs : 0);
  const delayMs = Math.max(Math.round(random() * backoffBoundMs(attempt, policy)), atLeast);
  return elapsedMs + delayMs <= policy.maxTotalMs ? delayMs : undefined;
}

/** The longest wait after so many failures in a row, in milliseconds: it doubles up to `maxDelayMs`. */
export function backoffBoundMs(
  failures: number,
  { minDelayMs, maxDelayMs }: Pick<RetryPolicy, 'minDelayMs' | 'maxDelayMs'>,
): number {
  // The exponent is bounded: infinity times a delay of 0 is not a number.
  return Math.min(maxDelayMs, minDelayMs * 2 ** Math.min(failures - 1, 40));
}
