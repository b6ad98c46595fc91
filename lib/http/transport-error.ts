/**
 * An exchange ended without a whole response. It holds only what the classification needs, and nothing of the request,
 * whose headers carry the token.
 */
export class TransportError extends Error {
  override readonly name = 'TransportError' as const;

  constructor(
    message: string,
    readonly reason: 'network' | 'timeout' | 'aborted',
    /** The code of the system or of the HTTP client, for instance `ECONNRESET`. */
    readonly code: string,
    /** Whether a byte of the request may have reached the server. */
    readonly requestWritten: boolean,
  ) {
    super(message);
  }

  static of(error: unknown, requestWritten: boolean): TransportError {
    if (error instanceof TransportError) return error;
    const { code, message } = rootOf(error);
    return new TransportError(message, 'network', code, requestWritten);
  }
}

/** Unwraps a connection failure: an `AggregateError` per address, or a `cause` under the error of a client library. */
function rootOf(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: 'UNKNOWN', message: 'the connection failed' };
  if (error instanceof AggregateError && error.errors.length > 0) return rootOfAll(error.errors);
  const code = codeOf(error);
  const { cause } = error;
  if (cause instanceof Error && codeOf(cause) !== undefined && (code === undefined || error.message === ''))
    return rootOf(cause);
  return { code: code ?? 'UNKNOWN', message: error.message };
}

/** A host with several addresses fails with one error each; a refusal says most. */
function rootOfAll(errors: readonly unknown[]): { code: string; message: string } {
  const roots = errors.map((error) => rootOf(error));
  const { code } = roots.find((root) => root.code === 'ECONNREFUSED') ?? roots[0] ?? rootOf(undefined);
  return { code, message: [...new Set(roots.map(({ message }) => message))].join('; ') };
}

function codeOf(error: Error): string | undefined {
  const code: unknown = 'code' in error ? error.code : undefined;
  if (typeof code === 'string') return code;
  // The parser of undici has no code for some of what it cannot parse.
  return error.name === 'HTTPParserError' ? 'HPE_UNKNOWN' : undefined;
}
