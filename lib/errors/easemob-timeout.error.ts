import { EasemobError, type EasemobErrorDetails } from './easemob.error.js';

/** The connection or the response did not come within `http.timeoutMs`. */
export class EasemobTimeoutError extends EasemobError {
  /** The name of the class; it tells the classes apart also across copies of the package. */
  override readonly name = 'EasemobTimeoutError' as const;

  constructor(message: string, details: Omit<EasemobErrorDetails, 'kind' | 'retryable'>) {
    super(message, { ...details, kind: 'timeout', retryable: true });
  }
}
