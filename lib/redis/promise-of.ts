import { EasemobNetworkError } from '../errors/index.js';

/**
 * The promise of a reply. A client of another kind may call back instead, and return no promise.
 *
 * @throws {@link EasemobNetworkError} if it is none
 */
export function promiseOf<T>(command: string, reply: Promise<T>): Promise<T> {
  const value: unknown = reply;
  if (typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function') {
    return Promise.resolve(reply);
  }
  throw new EasemobNetworkError(
    `The Redis client returned no promise for ${command}; use a client of ioredis.`,
    {
      code: 'NO_PROMISE',
      retryable: false,
      sent: 'no',
    },
  );
}
