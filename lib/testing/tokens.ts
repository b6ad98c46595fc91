import { randomBytes } from 'node:crypto';

import type { EmulatorClock } from './clock.js';
import { corruptToken, foreignToken, unauthorized } from './refusal.js';

interface IssuedToken {
  /** Absent on an app token. */
  readonly username?: string;
  readonly expiresAt: number;
}

const WELL_FORMED = /^YWMt[\w-]{8,}$/;
const MAX_LENGTH = 4096;

/** The tokens that were issued and not revoked. A new token leaves the older ones valid. */
export class TokenRegistry {
  issued = 0;
  readonly #clock: EmulatorClock;
  readonly #tokens = new Map<string, IssuedToken>();
  readonly #revoked = new Set<string>();

  constructor(clock: EmulatorClock) {
    this.#clock = clock;
  }

  /** A token with a `ttlSeconds` of 0 never expires. */
  issue(ttlSeconds: number, username?: string): string {
    const token = `YWMt${randomBytes(48).toString('base64url')}`;
    const expiresAt = ttlSeconds === 0 ? Infinity : this.#clock.now() + ttlSeconds * 1000;
    this.#tokens.set(token, { expiresAt, ...(username === undefined ? {} : { username }) });
    this.issued++;
    return token;
  }

  /** @throws Refusal 401 unless the header carries a valid token, of the app or of a user */
  requireAny(authorization: string | undefined): IssuedToken {
    if (authorization === undefined || !authorization.startsWith('Bearer ')) throw expired();
    const token = authorization.slice('Bearer '.length);
    const found = this.#tokens.get(token);
    if (found === undefined) throw this.#refusalOf(token);
    if (found.expiresAt <= this.#clock.now()) throw expired();
    return found;
  }

  /** @throws Refusal 401 unless the header carries a valid app token */
  requireApp(authorization: string | undefined): void {
    if (this.requireAny(authorization).username !== undefined) throw corruptToken();
  }

  revokeAll(): void {
    for (const token of this.#tokens.keys()) this.#revoked.add(token);
    this.#tokens.clear();
  }

  #refusalOf(token: string): Error {
    if (this.#revoked.has(token)) return unauthorized('Unable to authenticate (OAuth)');
    return token.length <= MAX_LENGTH && WELL_FORMED.test(token) ? foreignToken() : corruptToken();
  }
}

function expired(): Error {
  return unauthorized('Unable to authenticate due to expired access token');
}
