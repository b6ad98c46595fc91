import { EasemobError, EasemobNetworkError, EasemobTimeoutError } from '../errors/index.js';

/**
 * What is said of a failed command. The client's own error carries the arguments of the command, and so may its text
 * (`unknown command 'SET', with args beginning with …`): a token would get out with either.
 */
export function redisFailure(command: string, error: unknown): EasemobError {
  if (error instanceof EasemobError) return error;
  const code = codeOf(error);
  return new EasemobNetworkError(`Redis did not carry out ${command}: ${code}.`, {
    code,
    sent: 'no',
    retryable: true,
  });
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  if ('code' in error && typeof error.code === 'string') return error.code;
  // The first word of a reply in capitals is its code: NOSCRIPT, READONLY, OOM.
  return /^[A-Z]{2,}\b/.exec(error.message)?.[0] ?? error.name;
}

/**
 * The outcome of a command, or an `EasemobTimeoutError` in its place after `timeoutMs`: a client without a connection
 * keeps commands for as long as it is configured to. What comes after the time is for `onLate`.
 */
export async function bounded<T>(
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
      reject(
        new EasemobTimeoutError(`Redis did not answer ${command} within ${timeoutMs} ms.`, { sent: 'no' }),
      );
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
