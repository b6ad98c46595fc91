/** Why no token that works could be had. */
export type TokenFailure =
  /** The credentials were refused. */
  | 'refused'
  /** Tokens were issued, and the service then refused them. */
  | 'unusable'
  /** The service was not reached, or failed. */
  | 'passing';

const BACKOFF_MS: Readonly<Record<TokenFailure, { readonly first: number; readonly most: number }>> = {
  refused: { first: 10_000, most: 300_000 },
  unusable: { first: 1_000, most: 300_000 },
  passing: { first: 1_000, most: 30_000 },
};

/**
 * How long no further token is asked for after so many failures in a row: Easemob bans accounts that ask often. It
 * doubles up to its bound, and is never shorter than what the service says.
 */
export function tokenBackoffMs(failure: TokenFailure, failures: number, retryAfterMs = 0): number {
  const { first, most } = BACKOFF_MS[failure];
  return Math.max(Math.min(most, first * 2 ** (failures - 1)), retryAfterMs);
}
