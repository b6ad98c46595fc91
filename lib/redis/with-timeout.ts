import { EasemobTimeoutError } from '../errors/index.js';
import { promiseOf } from './promise-of.js';
import { redisFailure } from './redis-failure.js';

/**
 * Sends a command and waits for its reply, at most `timeoutMs` milliseconds: a client without a connection keeps its
 * commands for as long as it is configured to.
 *
 * @param onLate - called with a reply that comes after the timeout, or with `undefined` if the command failed by then
 * @throws {@link EasemobTimeoutError} after the timeout, another `EasemobError` if the command fails
 */
export async function withTimeout<T>(
  command: string,
  send: () => Promise<T>,
  timeoutMs: number,
  onLate?: (reply: T | undefined) => void,
): Promise<T> {
  let isLate = false;
  let timer: NodeJS.Timeout | undefined;
  try {
    const reply = promiseOf(command, send());
    void reply.then(
      (value) => (isLate ? onLate?.(value) : undefined),
      () => (isLate ? onLate?.(undefined) : undefined),
    );
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        isLate = true;
        const message = `Redis did not respond to ${command} within ${timeoutMs} ms.`;
        reject(new EasemobTimeoutError(message, { sent: 'no' }));
      }, timeoutMs);
    });
    return await Promise.race([reply, timeout]);
  } catch (error) {
    throw redisFailure(command, error);
  } finally {
    clearTimeout(timer);
  }
}
