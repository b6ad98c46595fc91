import { EasemobError, type SentState } from './easemob.error.js';

/** The connection or the answer did not come in time (`http.timeoutMs`). */
export class EasemobTimeoutError extends EasemobError {
  override readonly name = 'EasemobTimeoutError' as const;

  constructor(message: string, details: { sent: SentState; cause?: unknown }) {
    super(message, { kind: 'timeout', retryable: true, ...details });
  }
}
