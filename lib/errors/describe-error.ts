/** A name or a code. Anything else may be part of a text that quotes a secret. */
const IDENTIFIER = /^[A-Za-z]\w{0,59}$/;

/**
 * Names an error that the application's code threw, for a log line: its class and its code. Never its message, which may
 * quote what the code was given.
 */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const name = IDENTIFIER.test(error.name) ? error.name : 'Error';
  const code =
    'code' in error && typeof error.code === 'string' && IDENTIFIER.test(error.code) ? error.code : '';
  return code === '' ? name : `${name} ${code}`;
}
