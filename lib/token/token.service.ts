import { Logger } from '@nestjs/common';
import { describeError } from '../errors/describe-error.js';
import { isEasemobError } from '../errors/index.js';
import { abortable } from '../http/abortable.js';
import { endOfCalls } from '../http/sliced-work.js';
import type { Transport } from '../http/transport.js';
import { assertSignal } from '../checks/abort-signal.js';
import type { AttemptState } from '../retry/attempt-state.js';
import type { Retrier } from '../retry/retrier.js';
import { SYSTEM_CLOCK, type TokenClock } from './token-clock.js';
import { type HeldToken, type TokenResult, type TokenSettings, TokenSource } from './token-source.js';

/** The state of the token, without the token. */
export interface TokenStatus {
  /** Whether a usable token is held. */
  readonly cached: boolean;
  /** Milliseconds until it expires; absent for a token that never expires. */
  readonly expiresInMs?: number;
}

const FETCH = { method: 'POST', path: '/token', idempotent: true } as const;

/**
 * Keeps the app token: one fetch for any number of callers, a refresh in the background at half of its life while the old
 * one still serves, and one replacement after a 401.
 *
 * @see https://doc.easemob.com/document/server-side/easemob_app_token.html
 */
export class TokenService {
  readonly #logger = new Logger('TokenService');
  readonly #source: TokenSource;
  readonly #retrier: Retrier;
  readonly #clock: TokenClock;
  #held: HeldToken | undefined;
  #isAccepted = false;
  #isRefreshing = false;
  #isRefreshFailing = false;
  #obtaining: Promise<TokenResult> | undefined;
  #rejected: string | undefined;

  /** @internal Made by `EasemobModule`. */
  constructor(
    transport: Transport,
    settings: TokenSettings,
    retrier: Retrier,
    clock: TokenClock = SYSTEM_CLOCK,
  ) {
    this.#source = new TokenSource(transport, settings, clock);
    this.#retrier = retrier;
    this.#clock = clock;
  }

  /**
   * Returns a token that Easemob is believed to accept. A failed fetch is retried by the `retry` options.
   *
   * @param signal - ends the wait of this caller, not the fetch that others wait for
   * @throws EasemobApiError kind `auth` when Easemob refuses the credentials. The refusal is remembered for 10 s, doubling
   * to 5 min; meanwhile no request is made
   * @throws EasemobNetworkError, EasemobTimeoutError when Easemob cannot be reached
   * @throws EasemobValidationError for a signal that is none
   * @throws EasemobError kind `aborted` by the signal, and once the module is closed
   */
  async getToken(signal?: AbortSignal): Promise<string> {
    assertSignal(signal);
    this.#retrier.closing.assertOpen();
    const held = this.#usable();
    if (held) return held.value;
    const { value } = await this.#retrier.run({ ...FETCH, signal }, async (state) =>
      this.tokenFor(state, signal),
    );
    return value;
  }

  /**
   * Replaces the token now; concurrent calls share one fetch. The old token serves until the new one is there.
   *
   * @throws as {@link getToken}
   */
  async refresh(): Promise<string> {
    const { value } = await this.#retrier.run(FETCH, (state) => this.#obtainFor(state, undefined));
    return value;
  }

  /** Drops a token that Easemob rejected with a 401. Only that value: a late 401 for an older token changes nothing. */
  invalidate(rejectedToken: string): void {
    const held = this.#held;
    if (held?.value !== rejectedToken) return;
    this.#held = undefined;
    this.#rejected = rejectedToken;
    if (!this.#isAccepted) this.#source.markRejected(held);
  }

  /** @internal The token for one attempt of a call, without a retry; at once while one is held. */
  tokenFor(state: AttemptState, signal: AbortSignal | undefined): HeldToken | Promise<HeldToken> {
    return this.#usable() ?? this.#obtainFor(state, signal);
  }

  /** @internal Easemob responded to a call with this token by another status than 401. */
  markAccepted(token: string): void {
    if (this.#isAccepted || this.#held?.value !== token) return;
    this.#isAccepted = true;
    this.#source.markAccepted();
  }

  /** @internal Whether the token is held, and Easemob accepted it at least once. */
  isAccepted(token: string): boolean {
    return this.#isAccepted && this.#held?.value === token;
  }

  /** Returns the state of the token, which may be shown. */
  status(): TokenStatus {
    const held = this.#held;
    const now = this.#clock.now();
    if (!held || held.expiresAt <= now) return { cached: false };
    const left = held.expiresAt - now;
    return { cached: true, ...(Number.isFinite(left) && { expiresInMs: Math.round(left) }) };
  }

  /** The held token while it is valid; past half of its life it is refreshed in the background. */
  #usable(): HeldToken | undefined {
    const held = this.#held;
    const now = this.#clock.now();
    if (!held || now >= held.expiresAt) return undefined;
    if (now >= held.refreshAt && !this.#isRefreshing && !this.#source.isPaused)
      void this.#refreshInBackground();
    return held;
  }

  async #obtainFor(state: AttemptState, signal: AbortSignal | undefined): Promise<HeldToken> {
    const result = await abortable(this.#obtain(), signal, state.progress);
    if ('value' in result) return result;
    // Ending thousands of calls that wait for one token takes long: not all of them in one turn of the event loop.
    await endOfCalls.turn();
    if (result.isRemembered) state.defer();
    else state.count();
    throw result.failure(state.progress);
  }

  #obtain(): Promise<TokenResult> {
    this.#obtaining ??= this.#replace().finally(() => {
      this.#obtaining = undefined;
    });
    return this.#obtaining;
  }

  async #replace(): Promise<TokenResult> {
    const result = await this.#source.obtain(
      (token) => token === this.#rejected || token === this.#held?.value,
    );
    if ('value' in result) {
      this.#held = result;
      this.#isAccepted = false;
    }
    return result;
  }

  async #refreshInBackground(): Promise<void> {
    this.#isRefreshing = true;
    try {
      await this.#retrier.run({ ...FETCH, isBackground: true }, (state) => this.#obtainFor(state, undefined));
      if (this.#isRefreshFailing) this.#logger.log('The token is refreshed again.');
      this.#isRefreshFailing = false;
    } catch (error) {
      if (isEasemobError(error) && error.kind === 'aborted') return;
      // Nobody waits for a refresh in the background: an error that is not handled here would end the process.
      const reason = isEasemobError(error) ? error.message : describeError(error);
      if (!this.#isRefreshFailing)
        this.#logger.warn(`The token could not be refreshed; the old one still serves: ${reason}`);
      this.#isRefreshFailing = true;
    } finally {
      this.#isRefreshing = false;
    }
  }
}
