import { abortWatch } from '../http/abort-watch.js';

/** Waits; resolves to false at once when one of the signals fires. */
export function delay(ms: number, ...signals: readonly (AbortSignal | undefined)[]): Promise<boolean> {
  const watched = signals.filter((signal) => signal !== undefined);
  return new Promise((resolve) => {
    const end = (elapsed: boolean): void => {
      clearTimeout(timer);
      for (const signal of watched) abortWatch.delete(signal, onAbort);
      resolve(elapsed);
    };
    const onAbort = (): void => end(false);
    const timer = setTimeout(() => end(true), ms);
    for (const signal of watched) abortWatch.add(signal, onAbort);
    if (watched.some(({ aborted }) => aborted)) end(false);
  });
}
