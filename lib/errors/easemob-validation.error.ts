import { EasemobError, isEasemobError } from './easemob.error.js';

/** One broken rule: where (`msg.url`, `target.3`) and what to do about it. */
export interface Violation {
  readonly path: string;
  readonly message: string;
}

/** The message breaks a documented rule and was refused before anything was sent. */
export class EasemobValidationError extends EasemobError {
  override readonly name = 'EasemobValidationError' as const;
  readonly violations: readonly Violation[];

  constructor(violations: readonly Violation[], kind: 'validation' | 'too-large' = 'validation') {
    super(violations.map(({ message }) => message).join('\n'), { kind, retryable: false, sent: 'no' });
    this.violations = violations;
  }
}

/** Whether a value is an `EasemobValidationError`, also when it was made by another copy of the package. */
export function isEasemobValidationError(value: unknown): value is EasemobValidationError {
  return isEasemobError(value) && value.name === 'EasemobValidationError';
}
