import { EasemobError } from '../errors/index.js';
import { abortWatch } from './abort-watch.js';

/** Ends one caller's wait for a promise when its signal fires; the promise goes on, for others that wait for it. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      abortWatch.delete(signal, onAbort);
      reject(
        new EasemobError('The caller gave up before anything was sent.', {
          kind: 'aborted',
          retryable: false,
          sent: 'no',
        }),
      );
    };
    promise.then(resolve, reject).finally(() => abortWatch.delete(signal, onAbort));
    if (signal.aborted) onAbort();
    else abortWatch.add(signal, onAbort);
  });
}
