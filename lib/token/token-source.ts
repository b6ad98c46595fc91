import { Logger } from '@nestjs/common';
import { EasemobError } from '../errors/index.js';
import type { Secret } from '../http/secret.js';
import type { Transport } from '../http/transport.js';
import { BoundedTokenStore } from './bounded-token-store.js';
import { type TokenFailure, tokenBackoffMs } from './token-backoff.js';
import { type ExpiresInUnit, lifetimeOf } from './token-lifetime.js';
import { requestToken } from './token-request.js';
import type { StoredToken, TokenStore } from './token-store.js';

/** @internal What tokens are had with, of the module's options. */
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

export const SYSTEM_CLOCK: TokenClock = {
  now: () => performance.now(),
  wallClock: () => Date.now(),
  random: () => Math.random(),
};

/** A token on the monotonic clock of this process; `Infinity` where the service set no end. */
export interface HeldToken {
  readonly value: string;
  readonly expiresAt: number;
  readonly refreshAt: number;
  /** Whether it came out of the shared store, where it may have died unseen. */
  readonly isAdopted: boolean;
  /** Whether the service accepted it at least once. */
  accepted: boolean;
}

/** A token, or a maker of the error, so that each of many waiting callers throws its own. */
export type Obtained = HeldToken | { readonly failure: () => EasemobError };

/** Where tokens come from: the shared store if there is one, else the service; and when it is better not to ask. */
export class TokenSource {
  readonly #logger = new Logger('TokenService');
  readonly #transport: Transport;
  readonly #settings: TokenSettings;
  readonly #clock: TokenClock;
  readonly #store: BoundedTokenStore | undefined;
  #storeIsDown = false;
  #unusable = 0;
  #failures = 0;
  #pausedUntil = 0;
  #failure: (() => EasemobError) | undefined;

  constructor(transport: Transport, settings: TokenSettings, clock: TokenClock) {
    this.#transport = transport;
    this.#settings = settings;
    this.#clock = clock;
    this.#store = settings.store && new BoundedTokenStore(settings.store, settings.timeoutMs);
  }

  /** Whether a fetch would be answered with the last failure, without a request. */
  get isPaused(): boolean {
    return this.#clock.now() < this.#pausedUntil;
  }

  /** A token of the store that is not used up, else a new one. Never rejects. */
  async obtain(isUsedUp: (token: string) => boolean): Promise<Obtained> {
    const store = this.#store;
    if (!store) return this.#fetch();
    let obtained: Obtained | undefined;
    try {
      obtained = await this.#adopt(store, isUsedUp);
      if (!obtained) {
        const { storeKey } = this.#settings;
        await store.lock(storeKey, async () => {
          obtained = await this.#adopt(store, isUsedUp);
          if (obtained) return;
          obtained = await this.#fetch();
          if ('value' in obtained) await store.set(storeKey, this.#toStored(obtained));
        });
      }
      this.#storeIsDown = false;
    } catch (error) {
      this.#warnOfStore(error);
    }
    return obtained ?? this.#fetch();
  }

  /** The service took a token of this source. */
  accepted(): void {
    this.#unusable = 0;
    this.#failures = 0;
  }

  /** The service refused a token that it never took. */
  refused({ isAdopted }: HeldToken): void {
    if (isAdopted) return;
    // One may have been revoked before it was used. A second token that never worked means that fetching is not the cure,
    // and asking often gets the account banned.
    this.#unusable += 1;
    if (this.#unusable > 1) this.#pause('unusable', unusable);
  }

  async #adopt(store: TokenStore, isUsedUp: (token: string) => boolean): Promise<HeldToken | undefined> {
    const stored = await store.get(this.#settings.storeKey);
    if (!stored || isUsedUp(stored.value)) return undefined;
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
      isAdopted: true,
      accepted: false,
    };
  }

  async #fetch(): Promise<Obtained> {
    if (this.isPaused && this.#failure) return { failure: this.#failure };
    const startedAt = this.#clock.now();
    const answer = await requestToken(this.#transport, this.#settings);
    if ('failure' in answer) {
      const { failure } = answer;
      return { failure: this.#pause(failure().retryable ? 'passing' : 'refused', failure) };
    }
    const { expiresInUnit } = this.#settings;
    const { expiresInMs, refreshInMs } = lifetimeOf(answer.expiresIn, expiresInUnit, () =>
      this.#clock.random(),
    );
    if (this.#unusable === 0) this.#failures = 0;
    this.#resume();
    return {
      value: answer.token,
      expiresAt: startedAt + expiresInMs,
      refreshAt: startedAt + refreshInMs,
      isAdopted: false,
      accepted: false,
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

  /** From now on callers get this failure without a request, until the backoff is over. */
  #pause(kind: TokenFailure, failure: () => EasemobError): () => EasemobError {
    this.#failures += 1;
    this.#pausedUntil = this.#clock.now() + tokenBackoffMs(kind, this.#failures, failure().retryAfterMs);
    this.#failure = () => {
      const error = failure();
      error.retryAfterMs = Math.max(0, Math.ceil(this.#pausedUntil - this.#clock.now()));
      return error;
    };
    return this.#failure;
  }

  /** Once per outage. A store's own message may quote what it was given; its class name cannot. */
  #warnOfStore(error: unknown): void {
    if (this.#storeIsDown) return;
    this.#storeIsDown = true;
    const kind = error instanceof Error ? error.name : typeof error;
    this.#logger.warn(`The token store cannot be reached; this process fetches its own token (${kind}).`);
  }
}

function unusable(): EasemobError {
  return new EasemobError(
    'Easemob issues tokens and then refuses them; check that appKey, clientId and host belong together.',
    { kind: 'auth', retryable: false, sent: 'no' },
  );
}
