import type { CarriedRequest } from './axios-adapter.js';

/**
 * Bounds the time that the interceptors of `http.setup` take before and after the exchange, which has a timeout of its
 * own. Rejects when it is over; the interceptor goes on, and nobody waits for it.
 */
export function withInterceptorTimeout<T>(
  through: Promise<T>,
  carried: CarriedRequest,
  ms: number,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onLate = (): void => reject(new Error(`it did not end within ${ms} ms`));
    let timer: NodeJS.Timeout | undefined = setTimeout(onLate, ms);
    carried.onStart = () => clearTimeout(timer);
    carried.onEnd = () => {
      timer = setTimeout(onLate, ms);
    };
    through.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
