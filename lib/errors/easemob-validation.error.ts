import { EasemobError, isEasemobError } from './easemob.error.js';

/** One broken rule. */
export interface Violation {
  /** Where it is broken, for instance `msg.url` or `target.3`; empty for the whole request. */
  readonly path: string;
  /** What is wrong and how to put it right. */
  readonly message: string;
}

/** The message breaks a documented rule or limit; it was refused before anything was sent. */
export class EasemobValidationError extends EasemobError {
  /** The name of the class; it tells the classes apart also across copies of the package. */
  override readonly name = 'EasemobValidationError' as const;
  // Not enumerable: the message has every text, and a print of the error would repeat them.
  /** Every broken rule; at least one. */
  declare readonly violations: readonly Violation[];

  constructor(violations: readonly Violation[], kind: 'validation' | 'too-large' = 'validation') {
    super(violations.map(({ message }) => message).join('\n'), { kind, retryable: false, sent: 'no' });
    Object.defineProperty(this, 'violations', { value: violations });
  }

  override toJSON(): object {
    return { ...super.toJSON(), violations: this.violations };
  }
}

/** Whether a value is an `EasemobValidationError`, also when it was made by another copy of the package. */
export function isEasemobValidationError(value: unknown): value is EasemobValidationError {
  return isEasemobError(value) && value.name === 'EasemobValidationError';
}
