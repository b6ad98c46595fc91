import { EasemobError } from '../errors/index.js';

/** Ends one caller's wait for a shared promise when its signal fires; the promise goes on for the others. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = (): void =>
      reject(
        new EasemobError('The caller gave up before anything was sent.', {
          kind: 'aborted',
          retryable: false,
          sent: 'no',
        }),
      );
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
