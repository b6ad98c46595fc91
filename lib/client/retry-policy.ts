import type { EasemobError } from '../errors/easemob.error.js';

/** How failed calls are repeated, section 13 of the protocol. */
export interface RetryOptions {
  /** The most tries of one call, the first included. @default 4 */
  readonly attempts?: number;
  /** The upper bound of the first wait, milliseconds; it doubles with every try. @default 500 */
  readonly minDelayMs?: number;
  /** The upper bound of every wait, milliseconds; only a wait that the service asks for may be longer. @default 30000 */
  readonly maxDelayMs?: number;
  /** From the first try, milliseconds: no wait begins that would end after it. @default 60000 */
  readonly maxTotalMs?: number;
  /**
   * Also repeats sends that Easemob may have taken (no answer, 500, 502, 504). Easemob does not recognise a repeated
   * message, so a target may get it twice.
   * @default false
   */
  readonly unsafeSends?: boolean;
  /** Told of every try that failed and will be repeated, before the wait. */
  onRetry?(event: RetryEvent): void;
}

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

/** What decides about a repetition, without gaps. */
export type RetryPolicy = Readonly<Required<Omit<RetryOptions, 'onRetry'>>>;

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

/** The policy when the application says nothing. */
export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  attempts: 4,
  minDelayMs: 500,
  maxDelayMs: 30_000,
  maxTotalMs: 60_000,
  unsafeSends: false,
};

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
