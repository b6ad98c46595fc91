/** What went wrong, as a closed vocabulary that an application can switch over. */
export type EasemobErrorKind =
  /** The message or the call breaks a documented rule. */
  | 'validation'
  /** Easemob refused the credentials or the token. */
  | 'auth'
  /** Easemob refused the operation: a feature that is not enabled, a user that is banned. */
  | 'forbidden'
  /** The app, user, file or path does not exist. */
  | 'not-found'
  /** The message, the request or the file exceeds a size limit. */
  | 'too-large'
  /** The rate limit was reached; the same call may succeed later. */
  | 'rate-limit'
  /** The quota of the plan or of the day is spent. */
  | 'quota'
  /** Another operation on the same resource is under way. */
  | 'conflict'
  /** The method, path or content type is unknown to the service. */
  | 'unsupported'
  /** Easemob failed, or sent a response that is not the documented JSON. */
  | 'server'
  /** The connection failed. */
  | 'network'
  /** There was no response in time. */
  | 'timeout'
  /** The caller's signal aborted the call, or the module was closed. */
  | 'aborted'
  /** The module's options are wrong. */
  | 'config';

/** Whether Easemob may have accepted the call: certainly not, or possibly. */
export type SentState = 'no' | 'maybe';

/** What is known of the whole call when one of its attempts fails. */
export interface CallProgress {
  /** How many attempts were made. */
  readonly attempts: number;
  /** `'maybe'` as soon as Easemob may have accepted one of them. */
  readonly sent: SentState;
}

/** The fields that every error of this package has. */
export interface EasemobErrorDetails {
  /** What went wrong. */
  readonly kind: EasemobErrorKind;
  /** Whether the same call may succeed later without a change. */
  readonly retryable: boolean;
  /** Whether Easemob may have accepted the call. */
  readonly sent: SentState;
  /**
   * How many attempts were made.
   * @default 0
   */
  readonly attempts?: number | undefined;
  /** How long to wait before the next attempt, in milliseconds, where Easemob or the rate limiter said so. */
  readonly retryAfterMs?: number | undefined;
  /** A redacted cause: never an error that carries a request. */
  readonly cause?: unknown;
}

const MARK: unique symbol = Symbol.for('nestjs-easemob.error');

/**
 * The root of every error that this package throws. It is complete when it is made, and never holds a token, a secret or
 * a request header.
 *
 * @see https://doc.easemob.com/document/server-side/error.html
 */
export class EasemobError extends Error {
  /** The name of the class; it tells the classes apart also across copies of the package. */
  override readonly name: string = 'EasemobError';
  /** What went wrong. */
  readonly kind: EasemobErrorKind;
  /** Whether the same call may succeed later without a change. */
  readonly retryable: boolean;
  /** `'maybe'` as soon as Easemob may have accepted one attempt of the call; then a repeated send may arrive twice. */
  readonly sent: SentState;
  /** How long to wait before the next attempt, in milliseconds; absent where it is not known. */
  declare readonly retryAfterMs?: number;
  /**
   * How many attempts of the call were made, from 0 to `retry.attempts`. An attempt counts once its request was sent or
   * its token could not be fetched; the repetition with a new token after a 401 belongs to its attempt.
   */
  readonly attempts: number;

  constructor(message: string, details: EasemobErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = details.kind;
    this.retryable = details.retryable;
    this.sent = details.sent;
    this.attempts = details.attempts ?? 0;
    if (details.retryAfterMs !== undefined) this.retryAfterMs = details.retryAfterMs;
    Object.defineProperty(this, MARK, { value: true });
  }

  /**
   * Every field of the error and its message, which `JSON.stringify` would leave out of an `Error`; for logs and
   * responses. Like the error it holds no secret.
   */
  toJSON(): object {
    return { name: this.name, message: this.message, ...Object.fromEntries(Object.entries(this)) };
  }
}

/** Whether a value is an error of this package, also when it was made by another copy of the package. */
export function isEasemobError(value: unknown): value is EasemobError {
  return typeof value === 'object' && value !== null && MARK in value;
}
