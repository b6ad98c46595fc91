import { Logger } from '@nestjs/common';
import { describeError } from '../errors/describe-error.js';
import { EasemobError } from '../errors/index.js';
import type { Secret } from '../http/secret.js';
import type { Transport } from '../http/transport.js';
import type { RetryPolicy } from '../options/retry.options.js';
import { BoundedTokenStore } from './bounded-token-store.js';
import { type TokenFailure, tokenBackoffMs } from './token-backoff.js';
import { SYSTEM_CLOCK, type TokenClock } from './token-clock.js';
import { type ExpiresInUnit, lifetimeOf } from './token-lifetime.js';
import { requestToken, type TokenErrorFactory } from './token-request.js';
import { isBearerToken } from './stored-token.js';
import type { StoredToken, TokenStore } from './token-store.js';

/** @internal The module options that the token source needs. */
export interface TokenSettings {
  readonly url: string;
  /** Names the host, the app and its client ID in a shared store. */
  readonly storeKey: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly timeoutMs: number;
  readonly ttl?: number | undefined;
  readonly expiresInUnit: ExpiresInUnit;
  readonly store?: TokenStore | undefined;
  /** How failed fetches back off. */
  readonly backoff: Pick<RetryPolicy, 'minDelayMs' | 'maxDelayMs'>;
}

/** A token on the monotonic clock of this process; `Infinity` where Easemob set no end. */
export interface HeldToken {
  readonly value: string;
  readonly expiresAt: number;
  readonly refreshAt: number;
  /** Whether it came out of the shared store, where it may have been revoked unnoticed. */
  readonly fromSharedStore: boolean;
}

/** A failed fetch; `isRemembered` if it failed before and was not repeated now. */
export interface FailedFetch {
  readonly failure: TokenErrorFactory;
  readonly isRemembered: boolean;
}

/** A token, or the failure. */
export type TokenResult = HeldToken | FailedFetch;

/** Obtains tokens: from the shared store if there is one, else from Easemob, unless it is too early to ask again. */
export class TokenSource {
  readonly #logger = new Logger('TokenService');
  readonly #transport: Transport;
  readonly #settings: TokenSettings;
  readonly #clock: TokenClock;
  readonly #store: BoundedTokenStore | undefined;
  #isStoreDown = false;
  #hasUnusableToken = false;
  #unusable = 0;
  #failures = 0;
  #pausedUntil = 0;
  #failure: TokenErrorFactory | undefined;

  constructor(transport: Transport, settings: TokenSettings, clock: TokenClock = SYSTEM_CLOCK) {
    this.#transport = transport;
    this.#settings = settings;
    this.#clock = clock;
    this.#store =
      settings.store &&
      new BoundedTokenStore(settings.store, settings.timeoutMs, () => this.#warnOfUnusableToken());
  }

  /** Whether a fetch would return the last failure without a request. */
  get isPaused(): boolean {
    return this.#clock.now() < this.#pausedUntil;
  }

  /** Returns the token of the store unless it is rejected, else a new one. Never rejects. */
  async obtain(isRejected: (token: string) => boolean): Promise<TokenResult> {
    const store = this.#store;
    if (!store) return this.#fetch();
    let result: TokenResult | undefined;
    try {
      result = await this.#readStore(store, isRejected);
      if (!result) {
        const { storeKey } = this.#settings;
        await store.lock(storeKey, async () => {
          result = await this.#readStore(store, isRejected);
          if (result) return;
          result = await this.#fetch();
          if ('value' in result) await store.set(storeKey, this.#toStored(result));
        });
      }
      this.#isStoreDown = false;
    } catch (error) {
      this.#warnOfStore(error);
    }
    return result ?? this.#fetch();
  }

  /** Easemob accepted a token of this source. */
  markAccepted(): void {
    this.#unusable = 0;
    this.#failures = 0;
  }

  /** Easemob rejected a token that it never accepted before. */
  markRejected({ fromSharedStore }: HeldToken): void {
    if (fromSharedStore) return;
    // One may have been revoked before it was used. A second token that never worked means that fetching is not the cure,
    // and fetching often gets the account banned.
    this.#unusable += 1;
    if (this.#unusable > 1) this.#pause('unusable', unusableError);
  }

  async #readStore(
    store: TokenStore,
    isRejected: (token: string) => boolean,
  ): Promise<HeldToken | undefined> {
    const stored = await store.get(this.#settings.storeKey);
    if (!stored) return undefined;
    this.#hasUnusableToken = false;
    if (isRejected(stored.value)) return undefined;
    const now = this.#clock.now();
    const offset = now - this.#clock.wallClock();
    const monotonic = (at: number | null): number => (at === null ? Number.POSITIVE_INFINITY : at + offset);
    const expiresAt = monotonic(stored.expiresAt);
    if (expiresAt <= now) return undefined;
    this.#resume();
    return {
      value: stored.value,
      expiresAt,
      refreshAt: monotonic(stored.refreshAt),
      fromSharedStore: true,
    };
  }

  async #fetch(): Promise<TokenResult> {
    if (this.isPaused && this.#failure) return { failure: this.#failure, isRemembered: true };
    const startedAt = this.#clock.now();
    const response = await requestToken(this.#transport, this.#settings);
    if ('failure' in response) {
      const { retryable, retryAfterMs } = response.failure({ attempts: 0, sent: 'no' });
      const failure = this.#pause(retryable ? 'temporary' : 'refused', response.failure, retryAfterMs);
      return { failure, isRemembered: false };
    }
    // It would fail at every call, and be kept in the store for the other processes.
    if (!isBearerToken(response.token)) {
      return { failure: this.#pause('unusable', uncarriableError), isRemembered: false };
    }
    const { expiresInUnit } = this.#settings;
    const random = (): number => this.#clock.random();
    const { expiresInMs, refreshInMs } = lifetimeOf(response.expiresIn, expiresInUnit, random);
    if (this.#unusable === 0) this.#failures = 0;
    this.#resume();
    return {
      value: response.token,
      expiresAt: startedAt + expiresInMs,
      refreshAt: startedAt + refreshInMs,
      fromSharedStore: false,
    };
  }

  #toStored({ value, expiresAt, refreshAt }: HeldToken): StoredToken {
    const offset = this.#clock.wallClock() - this.#clock.now();
    const wallClock = (at: number): number | null => (Number.isFinite(at) ? Math.round(at + offset) : null);
    return { value, expiresAt: wallClock(expiresAt), refreshAt: wallClock(refreshAt) };
  }

  #resume(): void {
    this.#failure = undefined;
    this.#pausedUntil = 0;
  }

  /** Until the backoff is over, callers get this failure without a request. */
  #pause(kind: TokenFailure, failure: TokenErrorFactory, retryAfterMs?: number): TokenErrorFactory {
    this.#failures += 1;
    const random = this.#clock.random();
    const backoffMs = tokenBackoffMs(kind, this.#failures, this.#settings.backoff, { retryAfterMs, random });
    this.#pausedUntil = this.#clock.now() + backoffMs;
    this.#failure = (progress) =>
      failure(progress, Math.max(0, Math.ceil(this.#pausedUntil - this.#clock.now())));
    return this.#failure;
  }

  /** Once, until the store returns a usable token. */
  #warnOfUnusableToken(): void {
    if (this.#hasUnusableToken) return;
    this.#hasUnusableToken = true;
    this.#logger.warn('The token store returned a token that cannot be used. A new one replaces it.');
  }

  /** Once per outage. */
  #warnOfStore(error: unknown): void {
    if (this.#isStoreDown) return;
    this.#isStoreDown = true;
    const failure = describeError(error);
    this.#logger.warn(`The token store cannot be reached; this process fetches its own token (${failure}).`);
  }
}

const unusableError: TokenErrorFactory = ({ attempts, sent }, retryAfterMs) =>
  new EasemobError(
    'Easemob issues tokens and then rejects them; check that appKey, clientId and host belong together.',
    { kind: 'auth', retryable: false, sent, attempts, retryAfterMs },
  );

const uncarriableError: TokenErrorFactory = ({ attempts, sent }, retryAfterMs) =>
  new EasemobError(
    'Easemob issued a token that no HTTP header can carry; check that host is a host of Easemob.',
    { kind: 'server', retryable: false, sent, attempts, retryAfterMs },
  );
