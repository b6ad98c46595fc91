import type { RetryEvent } from '../retry/retry-policy.js';

/**
 * How failed calls are retried. A request that Easemob certainly did not accept is retried; one that it may have accepted
 * is retried only when that does no harm.
 *
 * @see https://doc.easemob.com/document/server-side/error.html
 */
export interface RetryOptions {
  /**
   * The largest number of attempts of one call, the first included: at least 1.
   *
   * @default 4
   */
  readonly attempts?: number | undefined;
  /**
   * The upper bound of the random delay before the first retry, in milliseconds: 0 to 2147483647, and at most
   * `maxDelayMs`. It doubles with every attempt.
   *
   * @default 500
   */
  readonly minDelayMs?: number | undefined;
  /**
   * The upper bound of every random delay, in milliseconds: 0 to 2147483647. Only a delay that the service asks for may
   * be longer.
   *
   * @default 30_000
   */
  readonly maxDelayMs?: number | undefined;
  /**
   * The time since the first attempt in which every retry must begin, in milliseconds, 0 or more; `Infinity` lifts it.
   *
   * @default 60_000
   */
  readonly maxTotalMs?: number | undefined;
  /**
   * Also retries a send that Easemob may have accepted (no response, 500, 502, 504). Easemob does not recognise a
   * repeated message, so a target may receive it twice.
   *
   * @default false
   * @see https://doc.easemob.com/document/server-side/error.html
   */
  readonly unsafeSends?: boolean | undefined;
  /**
   * Called after every failed attempt that will be retried, before the delay. The call does not wait for a promise that it
   * returns; an error that it throws, or rejects with, is logged by its class and changes nothing.
   */
  readonly onRetry?: ((event: RetryEvent) => void | Promise<void>) | undefined;
}

/** Retry options with every default applied. */
export type RetryPolicy = {
  readonly [Option in Exclude<keyof RetryOptions, 'onRetry'>]-?: NonNullable<RetryOptions[Option]>;
};
