import { EasemobError, type EasemobErrorDetails } from './easemob.error.js';

/** The connection failed (refused, reset, DNS, TLS, proxy), so there is no response. */
export class EasemobNetworkError extends EasemobError {
  /** The name of the class; it tells the classes apart also across copies of the package. */
  override readonly name = 'EasemobNetworkError' as const;
  /** The code of the system or of the HTTP client, for instance `ECONNREFUSED`. */
  readonly code: string;

  constructor(message: string, details: Omit<EasemobErrorDetails, 'kind'> & { readonly code: string }) {
    super(message, { ...details, kind: 'network' });
    this.code = details.code;
  }
}
