import type { Logger } from '@nestjs/common';
import { describeError } from '../errors/describe-error.js';
import type { RetryOptions } from '../options/retry.options.js';
import type { RetryEvent } from './retry-policy.js';

/**
 * Calls the application's `onRetry` and does not wait for it. One that throws or rejects must not lose the account of the
 * send, nor end the process.
 */
export function callOnRetry(onRetry: RetryOptions['onRetry'], event: RetryEvent, logger: Logger): void {
  const warn = (how: string, thrown: unknown): void => {
    logger.warn(`retry.onRetry ${how} ${describeError(thrown)}; the call goes on.`);
  };
  try {
    Promise.resolve(onRetry?.(event)).catch((reason: unknown) => warn('rejected with', reason));
  } catch (error) {
    warn('threw', error);
  }
}
