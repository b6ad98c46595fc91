/**
 * An exchange that ended without a whole answer. It holds only what the classification needs and nothing of the
 * request, whose headers carry the token.
 */
export class Interruption extends Error {
  override readonly name = 'Interruption' as const;

  constructor(
    message: string,
    readonly reason: 'network' | 'timeout' | 'aborted',
    /** The system's or the HTTP client's code, for instance `ECONNRESET`. */
    readonly code: string,
    /** Whether a byte of the request may have reached the server. */
    readonly written: boolean,
  ) {
    super(message);
  }

  static of(error: unknown, written: boolean): Interruption {
    if (error instanceof Interruption) return error;
    const { code, message } = rootOf(error);
    return new Interruption(message, 'network', code, written);
  }
}

/** Connection failures come wrapped: an `AggregateError` per address tried, or a `cause` under a client's own error. */
function rootOf(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: 'UNKNOWN', message: 'the connection failed' };
  const code: unknown = 'code' in error ? error.code : undefined;
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  if (inner instanceof Error && 'code' in inner && (code === undefined || error.message === ''))
    return rootOf(inner);
  return { code: typeof code === 'string' ? code : 'UNKNOWN', message: error.message };
}
