import type { EasemobError } from '../errors/index.js';

/** Thrown by an attempt after whose error no other attempt is made, whatever the policy says. */
export class NonRetryable {
  readonly error: EasemobError;

  constructor(error: EasemobError) {
    this.error = error;
  }
}

/** Thrown by an attempt whose token was rejected with a 401. */
export class TokenRejected {
  readonly error: EasemobError;
  /** Whether the token came out of the shared store and not of a fetch by this process. */
  readonly fromSharedStore: boolean;

  constructor(error: EasemobError, fromSharedStore: boolean) {
    this.error = error;
    this.fromSharedStore = fromSharedStore;
  }
}
