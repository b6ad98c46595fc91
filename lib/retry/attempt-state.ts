import type { CallProgress, SentState } from '../errors/easemob.error.js';

/** What one call knows over all its attempts. */
export class AttemptState {
  #attempt = 1;
  #isCounted = false;
  #isDeferred = false;
  #attempts = 0;
  #sent: SentState = 'no';
  #canReplaceToken = true;
  #canReplaceSharedToken = true;

  /** Whether the call was repeated with a new token, not counting the replacement of one of the shared store. */
  get hasReplacedToken(): boolean {
    return !this.#canReplaceToken;
  }

  /** The attempt under way, from 1. */
  get attempt(): number {
    return this.#attempt;
  }

  /** What an error that ends the call now says of it. */
  get progress(): CallProgress {
    return { attempts: this.#attempts, sent: this.#sent };
  }

  /** Whether the attempt sent its request, or fetched a token in vain. */
  get isCounted(): boolean {
    return this.#isCounted;
  }

  /** The attempt sends its request now, or its token could not be fetched; until then it is not counted. */
  count(): void {
    if (this.#isCounted) return;
    this.#isCounted = true;
    this.#attempts += 1;
  }

  /** An attempt failed: Easemob may have accepted it or not, and that is never unlearned. */
  learn(sent: SentState): void {
    if (sent === 'maybe') this.#sent = 'maybe';
  }

  /** It is too early to fetch a token: the attempt was not made, and is made after the wait. */
  defer(): void {
    this.#isDeferred = true;
  }

  /** Begins the next attempt, or the deferred one. */
  next(): void {
    if (!this.#isDeferred) this.#attempt += 1;
    this.#isDeferred = false;
    this.#isCounted = false;
  }

  /**
   * Whether the call may be repeated with a new token after a 401: once in a call. A token of the shared store may be
   * revoked like the one that it replaces, so its replacement is not counted, once.
   */
  mayReplaceToken(isFromSharedStore: boolean): boolean {
    if (isFromSharedStore && this.#canReplaceSharedToken) {
      this.#canReplaceSharedToken = false;
      return true;
    }
    const mayReplace = this.#canReplaceToken;
    this.#canReplaceToken = false;
    return mayReplace;
  }
}
