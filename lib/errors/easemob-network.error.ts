import { EasemobError, type SentState } from './easemob.error.js';

/** The connection failed: refused, reset, DNS, TLS, proxy. There is no answer. */
export class EasemobNetworkError extends EasemobError {
  override readonly name = 'EasemobNetworkError' as const;
  /** The system's or the HTTP client's code, for instance `ECONNREFUSED`. */
  readonly code: string;

  constructor(
    message: string,
    details: { code: string; sent: SentState; retryable: boolean; cause?: unknown },
  ) {
    super(message, { kind: 'network', ...details });
    this.code = details.code;
  }
}
