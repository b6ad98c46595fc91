import type { EasemobError } from '../errors/easemob.error.js';
import type { RetryPolicy } from '../options/retry.options.js';

/** One try that failed and will be repeated. */
export interface RetryEvent {
  /** The try that failed, from 1. */
  readonly attempt: number;
  /** The most tries of the call. */
  readonly attempts: number;
  /** How long until the next try, milliseconds. */
  readonly delayMs: number;
  readonly error: EasemobError;
  /** The resource of the call with its query, for instance `/messages?useMsgId=true`. */
  readonly path: string;
}

/** A call that just failed. */
export interface FailedTry {
  readonly error: EasemobError;
  /** The try that failed, from 1. */
  readonly attempt: number;
  /** Since the first try began, milliseconds. */
  readonly elapsedMs: number;
  /** Whether doing the call twice does no harm: tokens, uploads, reads; not sends. */
  readonly repeatable: boolean;
}

/** A conflict is repeated once and not before the other operation can be over (section 13.1). */
const CONFLICT = { attempts: 2, minDelayMs: 1000 } as const;

/**
 * Milliseconds until the next try, or `undefined` when the error is final. Full jitter: anywhere between nothing and
 * the doubling bound, so that callers that failed together do not return together; never before the service's own
 * `Retry-After`.
 */
export function nextRetryDelay(
  { error, attempt, elapsedMs, repeatable }: FailedTry,
  policy: RetryPolicy,
  random: () => number = Math.random,
): number | undefined {
  const isConflict = error.kind === 'conflict';
  const attempts = isConflict ? Math.min(policy.attempts, CONFLICT.attempts) : policy.attempts;
  const isSafe = error.sent === 'no' || repeatable || policy.unsafeSends;
  if (!error.retryable || !isSafe || attempt >= attempts) return undefined;

  // The exponent is bounded: infinity times a delay of 0 is not a number.
  const bound = Math.min(policy.maxDelayMs, policy.minDelayMs * 2 ** Math.min(attempt - 1, 40));
  const atLeast = Math.max(error.retryAfterMs ?? 0, isConflict ? CONFLICT.minDelayMs : 0);
  const delayMs = Math.max(Math.round(random() * bound), atLeast);
  return elapsedMs + delayMs <= policy.maxTotalMs ? delayMs : undefined;
}
