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
  const code: unknown = 'code' in error ? error.code : undefined;
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  if (inner instanceof Error && 'code' in inner && (code === undefined || error.message === ''))
    return rootOf(inner);
  return { code: typeof code === 'string' ? code : 'UNKNOWN', message: error.message };
}
