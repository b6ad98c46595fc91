import { EasemobTimeoutError } from '../errors/index.js';
import { redisFailure } from './redis-failure.js';

/**
 * Waits for the reply to a command, at most `timeoutMs` milliseconds: a client without a connection keeps its commands
 * for as long as it is configured to.
 *
 * @param onLate - called with a reply that comes after the timeout, or with `undefined` if the command failed by then
 * @throws {@link EasemobTimeoutError} after the timeout, another `EasemobError` if the command fails
 */
export async function withTimeout<T>(
  command: string,
  reply: Promise<T>,
  timeoutMs: number,
  onLate?: (reply: T | undefined) => void,
): Promise<T> {
  let isLate = false;
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      isLate = true;
      const message = `Redis did not respond to ${command} within ${timeoutMs} ms.`;
      reject(new EasemobTimeoutError(message, { sent: 'no' }));
    }, timeoutMs);
  });
  void reply.then(
    (value) => (isLate ? onLate?.(value) : undefined),
    () => (isLate ? onLate?.(undefined) : undefined),
  );
  try {
    return await Promise.race([reply, timeout]);
  } catch (error) {
    throw redisFailure(command, error);
  } finally {
    clearTimeout(timer);
  }
}
