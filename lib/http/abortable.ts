import { type CallProgress, EasemobError } from '../errors/index.js';
import { abortWatch } from './abort-watch.js';

const NO_ATTEMPT: CallProgress = { attempts: 0, sent: 'no' };

/**
 * Ends one caller's wait for a promise when its signal aborts. The promise goes on, for others may wait for it.
 *
 * @param progress - what the earlier attempts of the call did; the error says the same
 */
export function abortable<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
  progress: CallProgress = NO_ATTEMPT,
): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      abortWatch.delete(signal, onAbort);
      reject(abortedError(progress));
    };
    promise.then(resolve, reject).finally(() => abortWatch.delete(signal, onAbort));
    if (signal.aborted) onAbort();
    else abortWatch.add(signal, onAbort);
  });
}

function abortedError(progress: CallProgress): EasemobError {
  const before = progress.sent === 'no' ? 'before anything was sent' : 'before the next attempt';
  return new EasemobError(`The signal was aborted ${before}.`, {
    kind: 'aborted',
    retryable: false,
    ...progress,
  });
}
