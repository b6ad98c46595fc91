import { Logger } from '@nestjs/common';
import { EasemobError, isEasemobError, type SentState } from '../errors/index.js';
import type { RetryOptions, RetryPolicy } from '../options/retry.options.js';
import { delay } from './delay.js';
import type { EasemobCall } from './easemob-call.js';
import { nextRetryDelay, type RetryEvent } from './retry-policy.js';

/** What is known of one call over all its tries. */
export interface CallAccount {
  /** Requests made. */
  requests: number;
  /** Whether any of them may have been taken. */
  sent: SentState;
  mayReplaceToken: boolean;
  /** A token of the shared store may be as dead as the one that it replaces; that costs the call nothing, once. */
  mayReplaceAdopted: boolean;
}

/** An error after which no other try is made, whatever the policy says. */
export class Final {
  constructor(readonly error: EasemobError) {}
}

/** Makes a call again for as long as the policy says, and keeps its account. */
export class RetryLoop {
  readonly #logger = new Logger('EasemobClient');
  readonly #policy: RetryPolicy | undefined;
  readonly #onRetry: RetryOptions['onRetry'];
  readonly #closing = new AbortController();

  /** @param policy - absent: no call is made again */
  constructor(policy: RetryPolicy | undefined, onRetry: RetryOptions['onRetry']) {
    this.#policy = policy;
    this.#onRetry = onRetry;
  }

  /** Ends every wait between two tries. */
  close(): void {
    this.#closing.abort();
  }

  /** Rejects with the error of the last try, which carries the account of all. */
  async run<T>(call: EasemobCall, once: (account: CallAccount) => Promise<T>): Promise<T> {
    const account: CallAccount = { requests: 0, sent: 'no', mayReplaceToken: true, mayReplaceAdopted: true };
    const startedAt = performance.now();
    for (let attempt = 1; ; attempt += 1) {
      try {
        // eslint-disable-next-line no-await-in-loop -- a try follows the one before
        return await once(account);
      } catch (caught) {
        const isFinal = caught instanceof Final;
        const error = isFinal ? caught.error : caught;
        if (!isEasemobError(error)) throw error;
        if (error.sent === 'maybe') account.sent = 'maybe';
        error.concludes(account.requests, account.sent);
        const delayMs = isFinal
          ? undefined
          : this.#delayAfter(attempt, error, call, performance.now() - startedAt);
        if (delayMs === undefined) throw error;
        // eslint-disable-next-line no-await-in-loop -- waiting in turn is the point
        if (!(await delay(delayMs, call.signal, this.#closing.signal))) throw this.#abortedAfter(account);
      }
    }
  }

  #delayAfter(
    attempt: number,
    error: EasemobError,
    call: EasemobCall,
    elapsedMs: number,
  ): number | undefined {
    const policy = this.#policy;
    if (!policy) return undefined;
    const delayMs = nextRetryDelay({ error, attempt, elapsedMs, repeatable: call.repeatable }, policy);
    if (delayMs !== undefined) {
      this.#tell({ attempt, attempts: policy.attempts, delayMs, error, path: call.path });
    }
    return delayMs;
  }

  #tell(event: RetryEvent): void {
    try {
      this.#onRetry?.(event);
    } catch (error) {
      // A listener that fails must not take the account of the send along.
      this.#logger.warn(
        `retry.onRetry threw ${error instanceof Error ? error.name : typeof error}; the call goes on.`,
      );
    }
  }

  #abortedAfter({ requests, sent }: CallAccount): EasemobError {
    const why = this.#closing.signal.aborted ? 'The module is closing' : 'The caller gave up';
    const error = new EasemobError(`${why}; the call was waiting for another try.`, {
      kind: 'aborted',
      retryable: false,
      sent,
    });
    error.concludes(requests, sent);
    return error;
  }
}
