import { EasemobError, isEasemobError, type EasemobErrorDetails } from './easemob.error.js';

/** What the service said, section 1.4 of the protocol: every field but the status may be missing. */
export interface EasemobApiFailure {
  /** The HTTP status. */
  readonly status: number;
  /** The machine word, for instance `illegal_argument`; empty when the body was not the documented JSON. */
  readonly error: string;
  /** The numeric code 140xx of newer send APIs. */
  readonly errorCode?: number | undefined;
  /** The Java class or short name on the server; informative only. */
  readonly exception?: string | undefined;
  /** The human text, or an excerpt of a body that was not the documented JSON. */
  readonly description: string;
  /** The server's time of the answer, Unix milliseconds. */
  readonly timestamp?: number | undefined;
  /** The server's time spent, milliseconds. */
  readonly duration?: number | undefined;
}

/** The service answered, and the answer is a refusal, a failure or not what the protocol promises. */
export class EasemobApiError extends EasemobError implements EasemobApiFailure {
  override readonly name = 'EasemobApiError' as const;
  readonly status: number;
  readonly error: string;
  // `declare`: a field the service did not send is absent, not undefined.
  declare readonly errorCode?: number;
  declare readonly exception?: string;
  readonly description: string;
  declare readonly timestamp?: number;
  declare readonly duration?: number;

  constructor(message: string, failure: EasemobApiFailure, details: EasemobErrorDetails) {
    super(message, details);
    this.status = failure.status;
    this.error = failure.error;
    this.description = failure.description;
    if (failure.errorCode !== undefined) this.errorCode = failure.errorCode;
    if (failure.exception !== undefined) this.exception = failure.exception;
    if (failure.timestamp !== undefined) this.timestamp = failure.timestamp;
    if (failure.duration !== undefined) this.duration = failure.duration;
  }
}

/** Whether a value is an `EasemobApiError`, also when it was made by another copy of the package. */
export function isEasemobApiError(value: unknown): value is EasemobApiError {
  return isEasemobError(value) && value.name === 'EasemobApiError';
}
