import type { RetryPolicy } from '../options/retry.options.js';
import { backoffBoundMs } from '../retry/retry-policy.js';

/** Why no usable token could be fetched. */
export type TokenFailure =
  /** Easemob refused the credentials. */
  | 'refused'
  /** Easemob issued tokens and then refused them. */
  | 'unusable'
  /** Easemob was not reached, or failed. */
  | 'temporary';

/** Easemob bans accounts that fetch tokens too often: a failure that will likely repeat itself waits at least so long. */
const FIRST_MS: Readonly<Record<TokenFailure, number>> = { refused: 10_000, unusable: 1_000, temporary: 0 };

/** A fetch is tried again after this time at the latest, whatever Easemob asks for: it may have recovered long before. */
const LONGEST_MS = 300_000;

/**
 * How long no token is fetched after so many failures in a row, in milliseconds. A temporary failure backs off by the
 * `retry` options, anywhere between half of the bound and the bound, so that processes that failed together do not return
 * together; every other one doubles from its first wait up to five minutes.
 */
export function tokenBackoffMs(
  failure: TokenFailure,
  failures: number,
  policy: Pick<RetryPolicy, 'minDelayMs' | 'maxDelayMs'>,
  {
    retryAfterMs = 0,
    random = 1,
  }: { readonly retryAfterMs?: number | undefined; readonly random?: number } = {},
): number {
  const backoffMs =
    failure === 'temporary'
      ? backoffBoundMs(failures, policy) * (0.5 + random / 2)
      : FIRST_MS[failure] * 2 ** Math.min(failures - 1, 40);
  return Math.min(LONGEST_MS, Math.max(backoffMs, retryAfterMs));
}
