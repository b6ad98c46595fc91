import type { RateLimitScope } from '../errors/response-table.js';
import type { RateLimitBucket, RateWindow } from './rate-limit-store.js';

/** The service refused a call for its rate although the bucket granted it: another process uses the same app key. */
export interface RateLimitRefusal {
  /** The limit that was exceeded: `calls` for a 429, `messages` for a 403 that says `message send reach limit`. */
  readonly scope: RateLimitScope;
  /** How long the service asked the caller to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

/** The first pause if the refusal does not say how long, in milliseconds. It doubles with each refusal in a row. */
const FIRST_PAUSE_MS = 1000;

/** The longest pause, in milliseconds, whatever the service asks for. The next refusal starts another one. */
const LONGEST_PAUSE_MS = 300_000;

/** Pauses a route after a refusal, longer with each refusal in a row. */
export class RateLimitPause {
  readonly #bucket: Pick<RateLimitBucket, 'pause'>;
  readonly #windows: readonly RateWindow[];
  #pauses = 0;
  #refusalsInARow = 0;

  constructor(bucket: Pick<RateLimitBucket, 'pause'>, windows: readonly RateWindow[]) {
    this.#bucket = bucket;
    this.#windows = windows;
  }

  /** How many pauses have begun; a permit notes the count when it is granted. */
  get pauses(): number {
    return this.#pauses;
  }

  /** Takes note of the end of a call, with the refusal if the service refused it for its rate. */
  onRelease(pausesAtGrant: number, refusal: RateLimitRefusal | undefined): void {
    // A call that was under way when the pause began says nothing about the time after it.
    if (pausesAtGrant !== this.#pauses) return;
    if (refusal === undefined) {
      this.#refusalsInARow = 0;
      return;
    }
    this.#pauses += 1;
    this.#refusalsInARow += 1;
    this.#bucket.pause(pauseMsAfter(refusal, this.#refusalsInARow, this.#windows));
  }
}

/**
 * The length of the pause after the n-th refusal in a row, in milliseconds: what the service asks for, at most five
 * minutes; else a doubling time, at most one window of the exceeded limit.
 */
export function pauseMsAfter(
  refusal: RateLimitRefusal,
  refusalsInARow: number,
  windows: readonly RateWindow[],
): number {
  const { retryAfterMs } = refusal;
  if (retryAfterMs !== undefined && retryAfterMs > 0) return Math.min(retryAfterMs, LONGEST_PAUSE_MS);
  const windowMs = windows.find(({ scope }) => scope === refusal.scope)?.windowMs ?? FIRST_PAUSE_MS;
  return Math.min(windowMs, FIRST_PAUSE_MS * 2 ** (refusalsInARow - 1));
}
