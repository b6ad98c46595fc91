/** The unit of `expires_in`: seconds, or milliseconds on the VIP 5 cluster. */
export type ExpiresInUnit = 's' | 'ms';

/** How long a token may be used, in milliseconds from its request; `Infinity` where Easemob set no end. */
export interface TokenLifetime {
  readonly expiresInMs: number;
  readonly refreshInMs: number;
}

/** Beyond this an `expires_in` means nothing: the 401 decides, as it does for a token without an end. */
const ABSURD_MS = 100 * 365 * 24 * 3600 * 1000;

/** Reads `expires_in`. The refresh is at half of the life, give or take 5 % so that many processes do not refresh at once. */
export function lifetimeOf(expiresIn: unknown, unit: ExpiresInUnit, random: () => number): TokenLifetime {
  const amount = typeof expiresIn === 'string' ? Number(expiresIn) : expiresIn;
  const expiresInMs = typeof amount === 'number' ? amount * (unit === 's' ? 1000 : 1) : Number.NaN;
  if (!(expiresInMs > 0 && expiresInMs < ABSURD_MS)) {
    return { expiresInMs: Number.POSITIVE_INFINITY, refreshInMs: Number.POSITIVE_INFINITY };
  }
  return { expiresInMs, refreshInMs: expiresInMs * (0.475 + random() * 0.05) };
}
