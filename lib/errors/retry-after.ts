const MAX_RETRY_AFTER_MS = 24 * 60 * 60 * 1000;

/**
 * Reads a `Retry-After` header: seconds, or an HTTP date that is compared with `now()`. Returns milliseconds between 0
 * and a day, or `undefined` for a value that is neither.
 */
export function retryAfterMsOf(header: string | undefined, now: () => number): number | undefined {
  const value = header?.trim() ?? '';
  // A repeated header arrives joined by commas: the first value counts.
  const seconds = /^(\d+(?:\.\d+)?)\s*(?:,|$)/.exec(value)?.[1];
  if (seconds !== undefined) return clamped(Number(seconds) * 1000);
  // `Date.parse` would read almost anything, "Friday 5" included.
  const date = /^[a-z]{3,9}, .*\d{2}:\d{2}:\d{2} gmt$/i.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : clamped(date - now());
}

function clamped(ms: number): number {
  return Math.min(Math.max(Math.ceil(ms), 0), MAX_RETRY_AFTER_MS);
}
