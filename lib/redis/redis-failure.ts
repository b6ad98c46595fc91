import { EasemobError, EasemobNetworkError } from '../errors/index.js';

/**
 * The error of a failed command. The client's error carries the arguments of the command, a token among them, and even
 * its message may quote them (`unknown command 'SET', with args beginning with …`): only its code is kept.
 */
export function redisFailure(command: string, error: unknown): EasemobError {
  if (error instanceof EasemobError) return error;
  const code = codeOf(error);
  return new EasemobNetworkError(`The Redis command ${command} failed (${code}).`, {
    code,
    sent: 'no',
    retryable: true,
  });
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  if ('code' in error && typeof error.code === 'string') return error.code;
  // Until Redis 7.2 a script that may not use a command fails with a general code.
  if (/^ERR .{0,40}user .{0,40}can't run this command/.test(error.message)) return 'NOPERM';
  // An error reply of Redis begins with its code in capitals: NOSCRIPT, READONLY, OOM.
  return /^[A-Z]{2,}\b/.exec(error.message)?.[0] ?? error.name;
}
