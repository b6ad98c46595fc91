import { abortWatch } from '../http/abort-watch.js';

/** How to wait. */
export interface DelayOptions {
  /** Each of them ends the wait. */
  readonly signals: readonly (AbortSignal | undefined)[];
  readonly keepsProcessAlive: boolean;
}

/** Waits; resolves to false at once when one of the signals aborts. */
export function delay(ms: number, { signals, keepsProcessAlive }: DelayOptions): Promise<boolean> {
  const watched = signals.filter((signal) => signal !== undefined);
  return new Promise((resolve) => {
    const end = (elapsed: boolean): void => {
      clearTimeout(timer);
      for (const signal of watched) abortWatch.delete(signal, onAbort);
      resolve(elapsed);
    };
    const onAbort = (): void => end(false);
    // A timer may fire a little early, and whatever is waited for must be over then.
    const timer = setTimeout(() => end(true), ms > 0 ? ms + 1 : 0);
    if (!keepsProcessAlive) timer.unref();
    for (const signal of watched) abortWatch.add(signal, onAbort);
    if (watched.some(({ aborted }) => aborted)) end(false);
  });
}
