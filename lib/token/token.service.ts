import { Logger } from '@nestjs/common';
import { abortable } from '../http/abortable.js';
import type { Transport } from '../http/transport.js';
import {
  type HeldToken,
  type Obtained,
  SYSTEM_CLOCK,
  type TokenClock,
  type TokenSettings,
  TokenSource,
} from './token-source.js';

/** What is known of the token without showing it. */
export interface TokenStatus {
  /** Whether a usable token is held. */
  readonly cached: boolean;
  /** Milliseconds until it expires; absent for one without an end. */
  readonly expiresInMs?: number;
}

/**
 * Keeps the app token (section 2.1 of the protocol): one fetch for any number of callers, refreshed in the background at
 * half of its life while the old one still serves, replaced once after a 401.
 */
export class TokenService {
  readonly #logger = new Logger(TokenService.name);
  readonly #source: TokenSource;
  readonly #clock: TokenClock;
  #held: HeldToken | undefined;
  #obtaining: Promise<Obtained> | undefined;
  #rejected: string | undefined;
  #lastAdopted: string | undefined;

  /** @internal Made by `EasemobModule`. */
  constructor(transport: Transport, settings: TokenSettings, clock: TokenClock = SYSTEM_CLOCK) {
    this.#source = new TokenSource(transport, settings, clock);
    this.#clock = clock;
  }

  /**
   * A token that the service accepted last, as far as is known. Ending the wait by `signal` does not end the fetch that
   * others wait for.
   *
   * @throws EasemobApiError kind `auth` when the credentials are refused; the refusal is remembered for 10 s doubling to
   * 5 min, during which no request is made
   * @throws EasemobNetworkError, EasemobTimeoutError when the service cannot be reached
   */
  async getToken(signal?: AbortSignal): Promise<string> {
    const held = this.#held;
    const now = this.#clock.now();
    if (held && now < held.expiresAt) {
      if (now >= held.refreshAt) this.#refreshInBackground();
      return held.value;
    }
    return tokenOf(await abortable(this.#obtain(), signal));
  }

  /**
   * Replaces the token now; concurrent calls share one fetch. The old one serves until the new one is there.
   *
   * @throws as {@link getToken}
   */
  async refresh(): Promise<string> {
    return tokenOf(await this.#obtain());
  }

  /**
   * Drops a token that the service refused with a 401. Only that value: a late 401 for an older token changes nothing.
   */
  invalidate(rejectedToken: string): void {
    const held = this.#held;
    if (held?.value !== rejectedToken) return;
    this.#held = undefined;
    this.#rejected = rejectedToken;
    if (!held.accepted) this.#source.refused(held);
  }

  /** @internal The service answered a call with this token by something else than 401. */
  accept(token: string): void {
    const held = this.#held;
    if (!held || held.accepted || held.value !== token) return;
    held.accepted = true;
    this.#source.accepted();
  }

  /** @internal Whether this token came out of the shared store and not of a fetch by this process. */
  wasAdopted(token: string): boolean {
    return this.#lastAdopted === token;
  }

  /** What may be shown of the token: everything but the token. */
  status(): TokenStatus {
    const held = this.#held;
    const now = this.#clock.now();
    if (!held || held.expiresAt <= now) return { cached: false };
    const left = held.expiresAt - now;
    return { cached: true, ...(Number.isFinite(left) && { expiresInMs: Math.round(left) }) };
  }

  #obtain(): Promise<Obtained> {
    this.#obtaining ??= this.#replace().finally(() => {
      this.#obtaining = undefined;
    });
    return this.#obtaining;
  }

  async #replace(): Promise<Obtained> {
    const obtained = await this.#source.obtain(
      (token) => token === this.#rejected || token === this.#held?.value,
    );
    if ('value' in obtained) {
      this.#held = obtained;
      if (obtained.isAdopted) this.#lastAdopted = obtained.value;
    }
    return obtained;
  }

  #refreshInBackground(): void {
    if (this.#obtaining || this.#source.isPaused) return;
    void this.#refreshOrWarn();
  }

  async #refreshOrWarn(): Promise<void> {
    const obtained = await this.#obtain();
    if ('value' in obtained) return;
    const { message } = obtained.failure();
    this.#logger.warn(`The token could not be refreshed and the old one goes on serving: ${message}`);
  }
}

function tokenOf(obtained: Obtained): string {
  if ('value' in obtained) return obtained.value;
  throw obtained.failure();
}
