import { abortWatch } from './abort-watch.js';

/** Ends one caller's wait for a promise when its signal aborts. The promise goes on, for others may wait for it. */
export function abortable<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
  reasonOf: () => Error,
): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      abortWatch.delete(signal, onAbort);
      reject(reasonOf());
    };
    promise.then(resolve, reject).finally(() => abortWatch.delete(signal, onAbort));
    if (signal.aborted) onAbort();
    else abortWatch.add(signal, onAbort);
  });
}
