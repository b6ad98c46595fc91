import { randomBytes } from 'node:crypto';

import type { EmulatorClock } from './clock.js';
import { corruptToken, unauthorized } from './refusal.js';

interface IssuedToken {
  /** Absent on an app token. */
  readonly username?: string;
  readonly expiresAt: number;
}

const WELL_FORMED = /^YWMt[\w-]{8,}$/;

/** Every token that was issued and not revoked; a new one leaves the older ones valid. */
export class TokenRegistry {
  issued = 0;
  private readonly known = new Map<string, IssuedToken>();

  constructor(private readonly clock: EmulatorClock) {}

  /** A `ttlSeconds` of 0 never ends. */
  issue(ttlSeconds: number, username?: string): string {
    const token = `YWMt${randomBytes(48).toString('base64url')}`;
    const expiresAt = ttlSeconds === 0 ? Infinity : this.clock.now() + ttlSeconds * 1000;
    this.known.set(token, { expiresAt, ...(username === undefined ? {} : { username }) });
    this.issued++;
    return token;
  }

  /** Throws the 401 of section 13.2 of the protocol unless the header carries a token of this app. */
  requireAny(authorization: string | undefined): IssuedToken {
    if (authorization === undefined || !authorization.startsWith('Bearer ')) throw expired();
    const token = authorization.slice('Bearer '.length);
    const found = this.known.get(token);
    if (found === undefined) {
      throw WELL_FORMED.test(token) ? unauthorized('Unable to authenticate (OAuth)') : corruptToken();
    }
    if (found.expiresAt <= this.clock.now()) throw expired();
    return found;
  }

  /** As `requireAny`; a user's token is refused as corrupt. */
  requireApp(authorization: string | undefined): void {
    if (this.requireAny(authorization).username !== undefined) throw corruptToken();
  }

  revokeAll(): void {
    this.known.clear();
  }
}

function expired(): Error {
  return unauthorized('Unable to authenticate due to expired access token');
}
