/** What went wrong, as a closed vocabulary an application can switch over. */
export type EasemobErrorKind =
  | 'validation'
  | 'auth'
  | 'forbidden'
  | 'not-found'
  | 'too-large'
  | 'rate-limit'
  | 'quota'
  | 'conflict'
  | 'unsupported'
  | 'server'
  | 'network'
  | 'timeout'
  | 'aborted'
  | 'config';

/** What is known of the call when it failed: certainly not taken by the service, or possibly taken. */
export type SentState = 'no' | 'maybe';

/** What every error of this package carries. */
export interface EasemobErrorDetails {
  readonly kind: EasemobErrorKind;
  /** Whether the same call may succeed later without a change. */
  readonly retryable: boolean;
  readonly sent: SentState;
  /** How long to wait before another try, in milliseconds, where the service or the limiter said so. */
  readonly retryAfterMs?: number | undefined;
  /** A redacted cause: never an error that carries a request. */
  readonly cause?: unknown;
}

const MARK: unique symbol = Symbol.for('nestjs-easemob.error');

/** The root of every error that this package throws. It never holds a token, a secret or a request header. */
export class EasemobError extends Error {
  override readonly name: string = 'EasemobError';
  readonly kind: EasemobErrorKind;
  readonly retryable: boolean;
  /** `'maybe'` as soon as any try of the call may have been taken. */
  sent: SentState;
  /** How long to wait before another try, in milliseconds, where it is known. */
  declare retryAfterMs?: number;
  /** How many requests were made before this error was final; 0 when none was. */
  attempts = 0;

  constructor(message: string, details: EasemobErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = details.kind;
    this.retryable = details.retryable;
    this.sent = details.sent;
    if (details.retryAfterMs !== undefined) this.retryAfterMs = details.retryAfterMs;
    Object.defineProperty(this, MARK, { value: true });
  }

  /** What happened, for logs and answers; an error's own message would be left out. */
  toJSON(): object {
    return { name: this.name, message: this.message, ...Object.fromEntries(Object.entries(this)) };
  }

  /** @internal What the whole call knows when this error ends it. */
  concludes(attempts: number, sent: SentState): void {
    this.attempts = attempts;
    this.sent = sent;
  }
}

/** Whether a value is an error of this package, also when it was made by another copy of the package. */
export function isEasemobError(value: unknown): value is EasemobError {
  return typeof value === 'object' && value !== null && MARK in value;
}
