import { abortWatch } from './abort-watch.js';
import type { CarriedRequest } from './axios-adapter.js';
import { TransportError } from './transport-error.js';

/**
 * Bounds the interceptors of `http.setup` before and after the exchange, which hears the signal and has a timeout of its
 * own. Rejects when their time is over or the signal aborts; the interceptor goes on, nobody waits for it, and what it has
 * held back is not sent any more.
 */
export function withInterceptorTimeout<T>(
  through: Promise<T>,
  carried: CarriedRequest,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const giveUp = (error: TransportError): void => {
      carried.giveUp(error);
      reject(error);
    };
    const onLate = (): void => giveUp(interceptorError(`it did not end within ${ms} ms`, carried.isUnderWay));
    const onAbort = (): void =>
      giveUp(new TransportError('the signal was aborted', 'aborted', 'ABORT_ERR', carried.isUnderWay));
    const watch = (): void => {
      timer = setTimeout(onLate, ms);
      if (signal?.aborted) onAbort();
      else if (signal) abortWatch.add(signal, onAbort);
    };
    const unwatch = (): void => {
      clearTimeout(timer);
      if (signal) abortWatch.delete(signal, onAbort);
    };
    watch();
    carried.onStart = unwatch;
    carried.onEnd = watch;
    through.then(resolve, reject).finally(unwatch);
  });
}

/** An interceptor failed, or did not end. */
export function interceptorError(reason: string, isUnderWay: boolean): TransportError {
  return new TransportError(
    `an interceptor of http.setup failed: ${reason}`,
    'network',
    'INTERCEPTOR',
    isUnderWay,
  );
}
