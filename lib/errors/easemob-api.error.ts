import { EasemobError, isEasemobError, type EasemobErrorDetails } from './easemob.error.js';

/**
 * The fields of Easemob's error JSON; all but the status may be missing.
 *
 * @see https://doc.easemob.com/document/server-side/error.html
 */
export interface EasemobApiFailure {
  /** The HTTP status. */
  readonly status: number;
  /** The error code as a word, for instance `illegal_argument`; empty when the body was not the documented JSON. */
  readonly error: string;
  /** The numeric code 140xx of newer send APIs. */
  readonly errorCode?: number | undefined;
  /** The Java class or short name on the server; informative only. */
  readonly exception?: string | undefined;
  /** The text for people, or an excerpt of a body that was not the documented JSON. */
  readonly description: string;
  /** When the server responded, Unix milliseconds. */
  readonly timestamp?: number | undefined;
  /** How long the server took, in milliseconds. */
  readonly duration?: number | undefined;
}

/** Easemob responded with a refusal, with a failure, or with something that is not the documented JSON. */
export class EasemobApiError extends EasemobError implements EasemobApiFailure {
  /** The name of the class; it tells the classes apart also across copies of the package. */
  override readonly name = 'EasemobApiError' as const;
  /** The HTTP status. */
  readonly status: number;
  /** The error code as a word, for instance `illegal_argument`; empty when the body was not the documented JSON. */
  readonly error: string;
  // `declare`: a field that Easemob did not send is absent, not undefined.
  /** The numeric code 140xx of newer send APIs; absent where Easemob sent none. */
  declare readonly errorCode?: number;
  /** The Java class or short name on the server; informative only. */
  declare readonly exception?: string;
  /** The text for people, or an excerpt of a body that was not the documented JSON. */
  readonly description: string;
  /** When the server responded, Unix milliseconds. */
  declare readonly timestamp?: number;
  /** How long the server took, in milliseconds. */
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
