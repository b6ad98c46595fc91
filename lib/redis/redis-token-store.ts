import { Logger } from '@nestjs/common';
import { readStoredToken } from '../token/stored-token.js';
import type { StoredToken, TokenStore } from '../token/token-store.js';
import type { RedisCommands } from './redis-commands.js';
import { RedisLock } from './redis-lock.js';
import { resolveTokenStoreOptions } from './redis-store-options.js';
import { withTimeout } from './with-timeout.js';

/** Where the shared token is kept, and how long a process waits for it. */
export interface RedisTokenStoreOptions {
  /** An ioredis `Redis` or `Cluster`. The store never disconnects it. */
  readonly client: RedisCommands;
  /**
   * Begins every key, without braces. It must be the same in every process that shares the token.
   *
   * @default 'easemob'
   */
  readonly prefix?: string | undefined;
  /**
   * How long one process may keep the others from fetching a token, in milliseconds, 1 or more. It must be longer than one token
   * fetch takes.
   *
   * @default 15_000
   */
  readonly lockTtlMs?: number | undefined;
  /**
   * How long Redis may take to respond to one command, in milliseconds, 1 to 10000. After that the token is fetched without the store.
   *
   * @default 1000
   */
  readonly commandTimeoutMs?: number | undefined;
}

/**
 * Shares one app token among all processes. Redis stores the token in clear text: anyone who can read that Redis can send
 * messages in the name of the app.
 *
 * @throws {@link EasemobError} from every method if Redis fails or does not respond in time; the error never contains the
 * token
 */
export class RedisTokenStore implements TokenStore {
  readonly #logger = new Logger(RedisTokenStore.name);
  readonly #client: RedisCommands;
  readonly #prefix: string;
  readonly #commandTimeoutMs: number;
  readonly #lock: RedisLock;

  /** @throws {@link EasemobConfigError} with every problem of the options */
  constructor(options: RedisTokenStoreOptions) {
    const { client, prefix, lockTtlMs, commandTimeoutMs } = resolveTokenStoreOptions(options);
    this.#client = client;
    this.#prefix = prefix;
    this.#commandTimeoutMs = commandTimeoutMs;
    this.#lock = new RedisLock(client, {
      ttlMs: lockTtlMs,
      commandTimeoutMs,
      onReleaseFailure: (error) => {
        const reason = error instanceof Error ? error.message : '';
        const effect = `Another process that needs a token may wait for it for up to ${lockTtlMs} ms.`;
        this.#logger.warn(`The lock of the token was not released: ${reason} ${effect}`);
      },
    });
  }

  /** Returns the token of the key, or `undefined` if there is none that is still valid. */
  async get(key: string): Promise<StoredToken | undefined> {
    return usableToken(await this.#read(key));
  }

  /** Stores the token until it expires. An expired token is not stored. */
  async set(key: string, token: StoredToken): Promise<void> {
    const { value, expiresAt, refreshAt } = token;
    const json = JSON.stringify({ value, expiresAt, refreshAt });
    if (expiresAt === null) {
      await withTimeout('SET', () => this.#client.set(this.#keyOf(key), json), this.#commandTimeoutMs);
      return;
    }
    const lifeMs = Math.floor(expiresAt - Date.now());
    if (lifeMs > 0) {
      await withTimeout(
        'SET',
        () => this.#client.set(this.#keyOf(key), json, 'PX', lifeMs),
        this.#commandTimeoutMs,
      );
    }
  }

  /**
   * Runs `work` while no other process does. It waits at most `lockTtlMs` for the lock, and no longer than until another
   * process has stored a new token; then it runs `work` without the lock. A process that died or hangs delays the others
   * no longer than that.
   *
   * @throws {@link EasemobError} if Redis fails before `work` has run; after that only an error of `work` itself
   */
  async lock<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = await this.#read(key);
    const hasNewToken = async (): Promise<boolean> => {
      const json = await this.#read(key);
      return json !== before && usableToken(json) !== undefined;
    };
    return this.#lock.run(`${this.#keyOf(key)}:lock`, work, hasNewToken);
  }

  #read(key: string): Promise<string | null> {
    return withTimeout('GET', () => this.#client.get(this.#keyOf(key)), this.#commandTimeoutMs);
  }

  #keyOf(key: string): string {
    return `{${this.#prefix}:${key}}:token`;
  }
}

function usableToken(json: string | null): StoredToken | undefined {
  const token = json === null ? undefined : parse(json);
  const isExpired = token !== undefined && token.expiresAt !== null && token.expiresAt <= Date.now();
  return isExpired ? undefined : token;
}

/** Another version of this package, or another program, may have written the key. */
function parse(json: string): StoredToken | undefined {
  let stored: unknown;
  try {
    stored = JSON.parse(json);
  } catch {
    return undefined;
  }
  return readStoredToken(stored);
}
