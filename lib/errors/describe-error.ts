/** A name or a code. Anything else may be part of a text that quotes a secret. */
const IDENTIFIER = /^[A-Za-z]\w{0,59}$/;

/**
 * Names an error that the application's code threw, for a log line: its class and its code. Never its message, which may
 * quote what the code was given. Never throws.
 */
export function describeError(error: unknown): string {
  try {
    if (!(error instanceof Error)) return typeof error;
    const name = identifierIn(error.name) ?? 'Error';
    const code = 'code' in error ? identifierIn(error.code) : undefined;
    return code === undefined ? name : `${name} ${code}`;
  } catch {
    // A getter or a proxy of the application, in the middle of the handling of its error.
    return typeof error;
  }
}

function identifierIn(value: unknown): string | undefined {
  return typeof value === 'string' && IDENTIFIER.test(value) ? value : undefined;
}
