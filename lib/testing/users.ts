import { randomUUID } from 'node:crypto';

import type { EmulatorClock } from './clock.js';
import { duplicateUser, illegalArgument, resourceNotFound } from './refusal.js';

/**
 * A registered user.
 *
 * @see {@link https://doc.easemob.com/document/server-side/easemob_user_token.html}
 */
export interface EmulatedUser {
  readonly uuid: string;
  readonly type: 'user';
  readonly created: number;
  readonly modified: number;
  readonly username: string;
  readonly activated: boolean;
}

/** The registered users, their names in lower case. A send does not look here: Easemob does not check that its targets exist. */
export class UserRegistry {
  readonly #clock: EmulatorClock;
  readonly #users = new Map<string, { readonly user: EmulatedUser; readonly password: string | undefined }>();

  constructor(clock: EmulatorClock) {
    this.#clock = clock;
  }

  find(username: string): EmulatedUser | undefined {
    return this.#users.get(username.toLowerCase())?.user;
  }

  hasPassword(username: string, password: unknown): boolean {
    const expected = this.#users.get(username.toLowerCase())?.password;
    return expected !== undefined && expected === password;
  }

  register(name: string, password?: string): EmulatedUser {
    const username = name.toLowerCase();
    if (this.#users.has(username)) throw duplicateUser(username);
    if (Buffer.byteLength(username) > 64) throw illegalArgument('USERNAME_TOO_LONG');
    if (!/^[\w.-]+$/.test(username)) throw illegalArgument(`username [${username}] is not legal`);
    const now = Math.floor(this.#clock.now());
    const uuid = randomUUID();
    const user = { uuid, type: 'user', created: now, modified: now, username, activated: true } as const;
    this.#users.set(username, { user, password });
    return user;
  }

  /** @throws Refusal 404 when the user does not exist */
  get(username: string): EmulatedUser {
    const user = this.find(username);
    if (user === undefined) throw resourceNotFound();
    return user;
  }

  /** @throws Refusal 404 when the user does not exist */
  remove(username: string): EmulatedUser {
    const user = this.get(username);
    this.#users.delete(user.username);
    return user;
  }
}
