import { Logger } from '@nestjs/common';
import { EasemobError, isEasemobError } from '../errors/index.js';
import type { RetryOptions, RetryPolicy } from '../options/retry.options.js';
import { NonRetryable, TokenRejected } from './attempt-failure.js';
import { AttemptState } from './attempt-state.js';
import { callOnRetry } from './call-on-retry.js';
import { Closing } from './closing.js';
import { delay } from './delay.js';
import { OutageLog } from './outage-log.js';
import { nextRetryDelay, type RetryEvent } from './retry-policy.js';

/** What the retrier needs to know of a call. */
export interface RetryableCall {
  readonly method: string;
  /** The resource with its query, for `RetryEvent.path`. */
  readonly path: string;
  /** Whether the call may be made twice without harm when it is not known whether Easemob accepted it. */
  readonly idempotent: boolean;
  readonly signal?: AbortSignal | undefined;
  /** The process may end while the call waits for its next attempt. */
  readonly isBackground?: boolean;
}

/** @internal The module options that the retrier needs. */
export interface RetrierSettings {
  /** Names the host in the log. */
  readonly host: string;
  /** Absent: a call is only repeated with a new token after a 401. */
  readonly policy?: RetryPolicy | undefined;
  readonly onRetry?: RetryOptions['onRetry'];
}

/** What is done after a failed attempt. */
type Retry = Pick<RetryEvent, 'reason' | 'delayMs'>;

/**
 * Decides about every repetition of a request and carries it out: the one after a 401, those after a failure, and those
 * of the token fetch.
 */
export class Retrier {
  readonly #logger = new Logger('Easemob');
  readonly #policy: RetryPolicy | undefined;
  readonly #onRetry: RetryOptions['onRetry'];
  readonly #outages: OutageLog;
  /** Whether the module is closed. */
  readonly closing = new Closing();

  constructor({ host, policy, onRetry }: RetrierSettings) {
    this.#policy = policy;
    this.#onRetry = onRetry;
    this.#outages = new OutageLog(this.#logger, host, () => performance.now());
  }

  /** Ends every wait between two attempts, and refuses later calls. */
  close(): void {
    this.closing.close();
  }

  /** Runs attempts of a call until one succeeds; rejects with the error of the last one. */
  async run<T>(call: RetryableCall, attempt: (state: AttemptState) => Promise<T>): Promise<T> {
    this.closing.assertOpen();
    const state = new AttemptState();
    const startedAt = performance.now();
    for (;;) {
      const attemptedAt = state.attempt === 1 ? startedAt : performance.now();
      try {
        // oxlint-disable-next-line no-await-in-loop -- an attempt follows the one before
        const result = await attempt(state);
        // A token of the shared store says nothing about the host.
        if (state.isCounted) this.#outages.onResponse(attemptedAt);
        return result;
      } catch (failure) {
        const error = errorOf(failure);
        state.learn(error.sent);
        this.#outages.onFailure(error, attemptedAt);
        const retry = this.#decide(failure, error, call, state, performance.now() - startedAt);
        if (!retry) throw error;
        this.#report(
          { ...retry, attempt: state.attempt, attempts: this.#policy?.attempts ?? 1, error, path: call.path },
          call,
        );
        if (retry.reason === 'token') continue;
        // oxlint-disable-next-line no-await-in-loop -- waiting in turn is the point
        if (!(await this.#wait(retry.delayMs, call))) throw this.#aborted(state);
        state.next();
      }
    }
  }

  #decide(
    failure: unknown,
    error: EasemobError,
    { idempotent }: RetryableCall,
    state: AttemptState,
    elapsedMs: number,
  ): Retry | undefined {
    if (failure instanceof TokenRejected && state.mayReplaceToken(failure.fromSharedStore)) {
      return { reason: 'token', delayMs: 0 };
    }
    if (failure instanceof NonRetryable || !this.#policy) return undefined;
    const { attempt } = state;
    const delayMs = nextRetryDelay({ error, attempt, elapsedMs, idempotent }, this.#policy);
    return delayMs === undefined ? undefined : { reason: 'backoff', delayMs };
  }

  #wait(delayMs: number, { signal, isBackground = false }: RetryableCall): Promise<boolean> {
    return delay(delayMs, { signals: [signal, this.closing.signal], keepsProcessAlive: !isBackground });
  }

  #report(event: RetryEvent, { method }: RetryableCall): void {
    const { reason, attempt, attempts, delayMs, error, path } = event;
    const how =
      reason === 'token' ? 'with a new token' : `in ${delayMs} ms (after attempt ${attempt} of ${attempts})`;
    this.#logger.debug(`Retrying ${method} ${path} ${how}: ${error.message}`);
    this.#outages.onRetry(error);
    callOnRetry(this.#onRetry, event, this.#logger);
  }

  #aborted(state: AttemptState): EasemobError {
    const waiting = 'the call waited for its next attempt';
    if (this.closing.signal.aborted) return this.closing.errorWhile(waiting, state.progress);
    return new EasemobError(`The signal was aborted while ${waiting}.`, {
      kind: 'aborted',
      retryable: false,
      ...state.progress,
    });
  }
}

/** The error of a failed attempt. */
function errorOf(failure: unknown): EasemobError {
  if (failure instanceof NonRetryable || failure instanceof TokenRejected) return failure.error;
  if (isEasemobError(failure)) return failure;
  // A bug of this package, or of a function that the application passed to it, is nothing to retry.
  throw failure;
}
