import { Logger } from '@nestjs/common';
import { EasemobError } from '../errors/index.js';
import type { Secret } from '../http/secret.js';
import type { Transport } from '../http/transport.js';
import { abortable } from '../http/abortable.js';
import { BoundedTokenStore } from './bounded-token-store.js';
import { type TokenFailure, tokenBackoffMs } from './token-backoff.js';
import { type ExpiresInUnit, lifetimeOf } from './token-lifetime.js';
import { requestToken } from './token-request.js';
import type { StoredToken, TokenStore } from './token-store.js';

/** @internal What the service needs of the module's options. */
export interface TokenSettings {
  readonly url: string;
  /** Names the app in a shared store. */
  readonly storeKey: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly timeoutMs: number;
  readonly ttl?: number | undefined;
  readonly expiresInUnit: ExpiresInUnit;
  readonly store?: TokenStore | undefined;
}

/** @internal Injectable time and chance, so that tests need no waiting. */
export interface TokenClock {
  /** Monotonic milliseconds: a jump of the wall clock changes no token's life in this process. */
  now(): number;
  /** Unix milliseconds, for the store that other processes read. */
  wallClock(): number;
  random(): number;
}

const SYSTEM_CLOCK: TokenClock = {
  now: () => performance.now(),
  wallClock: () => Date.now(),
  random: () => Math.random(),
};

interface HeldToken {
  readonly value: string;
  readonly expiresAt: number;
  readonly refreshAt: number;
  /** Whether it came out of the shared store, where it may have died unseen. */
  readonly isAdopted: boolean;
  /** Whether the service accepted it at least once. */
  accepted: boolean;
}

type Obtained = { readonly token: string } | { readonly failure: () => EasemobError };

/**
 * Keeps the app token (section 2.1 of the protocol): one fetch for any number of callers, refreshed in the background at
 * half of its life while the old one still serves, replaced once after a 401.
 */
export class TokenService {
  readonly #logger = new Logger(TokenService.name);
  readonly #transport: Transport;
  readonly #settings: TokenSettings;
  readonly #clock: TokenClock;
  readonly #store: BoundedTokenStore | undefined;
  #held: HeldToken | undefined;
  #obtaining: Promise<Obtained> | undefined;
  #rejected: string | undefined;
  #lastAdopted: string | undefined;
  #rejectedUnaccepted = 0;
  #failures = 0;
  #pausedUntil = 0;
  #failure: (() => EasemobError) | undefined;
  #storeIsDown = false;

  /** @internal Made by `EasemobModule`. */
  constructor(transport: Transport, settings: TokenSettings, clock: TokenClock = SYSTEM_CLOCK) {
    this.#transport = transport;
    this.#settings = settings;
    this.#clock = clock;
    this.#store = settings.store && new BoundedTokenStore(settings.store, settings.timeoutMs);
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
    if (held.accepted || held.isAdopted) return;
    // One may have been revoked before it was used. A second token that never worked means that fetching is not the cure,
    // and asking often gets the account banned.
    this.#rejectedUnaccepted += 1;
    if (this.#rejectedUnaccepted > 1) {
      this.#pause('unusable', unusable);
    }
  }

  /** @internal The service answered a call with this token by something else than 401. */
  accept(token: string): void {
    const held = this.#held;
    if (!held || held.accepted || held.value !== token) return;
    held.accepted = true;
    this.#rejectedUnaccepted = 0;
    this.#failures = 0;
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
    this.#obtaining ??= this.#load().finally(() => {
      this.#obtaining = undefined;
    });
    return this.#obtaining;
  }

  #refreshInBackground(): void {
    if (this.#obtaining || this.#clock.now() < this.#pausedUntil) return;
    void this.#refreshOrWarn();
  }

  async #refreshOrWarn(): Promise<void> {
    const obtained = await this.#obtain();
    if ('token' in obtained) return;
    const { message } = obtained.failure();
    this.#logger.warn(`The token could not be refreshed and the old one goes on serving: ${message}`);
  }

  async #load(): Promise<Obtained> {
    const store = this.#store;
    const { storeKey } = this.#settings;
    if (!store) return this.#fetch();
    let obtained: Obtained | undefined;
    try {
      obtained = await this.#adopt(store);
      if (!obtained) {
        await store.lock(storeKey, async () => {
          obtained = await this.#adopt(store);
          if (obtained) return;
          obtained = await this.#fetch();
          const held = this.#held;
          if (held && 'token' in obtained) await store.set(storeKey, this.#toStored(held));
        });
      }
      this.#storeIsDown = false;
    } catch (error) {
      if (!this.#storeIsDown) {
        this.#logger.warn(
          `The token store cannot be reached; this process fetches its own token (${kindOf(error)}).`,
        );
      }
      this.#storeIsDown = true;
    }
    return obtained ?? this.#fetch();
  }

  /** Takes the token of the store if it is one that this process has not used up. */
  async #adopt(store: TokenStore): Promise<Obtained | undefined> {
    const stored = await store.get(this.#settings.storeKey);
    if (!stored || stored.value === this.#rejected || stored.value === this.#held?.value) return undefined;
    const now = this.#clock.now();
    const offset = now - this.#clock.wallClock();
    const expiresAt = stored.expiresAt === null ? Number.POSITIVE_INFINITY : stored.expiresAt + offset;
    const refreshAt = stored.refreshAt === null ? Number.POSITIVE_INFINITY : stored.refreshAt + offset;
    if (expiresAt <= now) return undefined;
    this.#lastAdopted = stored.value;
    this.#hold({ value: stored.value, expiresAt, refreshAt, isAdopted: true, accepted: false });
    return { token: stored.value };
  }

  async #fetch(): Promise<Obtained> {
    const startedAt = this.#clock.now();
    if (startedAt < this.#pausedUntil && this.#failure) return { failure: this.#failure };
    const answer = await requestToken(this.#transport, this.#settings);
    if ('failure' in answer) {
      this.#pause(answer.failure().retryable ? 'passing' : 'refused', answer.failure);
      return { failure: this.#failure ?? answer.failure };
    }
    const { expiresInMs, refreshInMs } = lifetimeOf(answer.expiresIn, this.#settings.expiresInUnit, () =>
      this.#clock.random(),
    );
    this.#failures = this.#rejectedUnaccepted === 0 ? 0 : this.#failures;
    this.#hold({
      value: answer.token,
      expiresAt: startedAt + expiresInMs,
      refreshAt: startedAt + refreshInMs,
      isAdopted: false,
      accepted: false,
    });
    return { token: answer.token };
  }

  #toStored({ value, expiresAt, refreshAt }: HeldToken): StoredToken {
    const offset = this.#clock.wallClock() - this.#clock.now();
    const wallClock = (at: number): number | null => (Number.isFinite(at) ? Math.round(at + offset) : null);
    return { value, expiresAt: wallClock(expiresAt), refreshAt: wallClock(refreshAt) };
  }

  #hold(token: HeldToken): void {
    this.#held = token;
    this.#failure = undefined;
    this.#pausedUntil = 0;
  }

  /** From now on callers get this failure without a request, until the backoff is over. */
  #pause(kind: TokenFailure, failure: () => EasemobError): void {
    this.#failures += 1;
    this.#pausedUntil = this.#clock.now() + tokenBackoffMs(kind, this.#failures, failure().retryAfterMs);
    this.#failure = () => {
      const error = failure();
      error.retryAfterMs = Math.max(0, Math.ceil(this.#pausedUntil - this.#clock.now()));
      return error;
    };
  }
}

/** What is known of the token without showing it. */
export interface TokenStatus {
  /** Whether a usable token is held. */
  readonly cached: boolean;
  /** Milliseconds until it expires; absent for one without an end. */
  readonly expiresInMs?: number;
}

function tokenOf(obtained: Obtained): string {
  if ('token' in obtained) return obtained.token;
  throw obtained.failure();
}

function unusable(): EasemobError {
  return new EasemobError(
    'Easemob issues tokens and then refuses them; check that appKey, clientId and host belong together.',
    { kind: 'auth', retryable: false, sent: 'no' },
  );
}

/** A store's own message may quote what it was given; its class name cannot. */
function kindOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
