import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { StoredToken, TokenStore } from '../token/token-store.js';
import type { RedisCommands } from './redis-commands.js';
import { bounded } from './redis-failure.js';
import { RedisScript } from './redis-script.js';

/** Where and how the shared token is kept. */
export interface RedisTokenStoreOptions {
  /** An ioredis `Redis` or `Cluster`; the store never ends it. */
  readonly client: RedisCommands;
  /**
   * What the keys begin with.
   *
   * @defaultValue 'easemob'
   */
  readonly prefix?: string;
  /**
   * How long one process may keep the others from fetching, in milliseconds; above the time of one token fetch.
   *
   * @defaultValue 15_000
   */
  readonly lockTtlMs?: number;
  /**
   * How long Redis may take to answer one command, in milliseconds.
   *
   * @defaultValue 1000
   */
  readonly commandTimeoutMs?: number;
}

/** The lock may have run out and be another's by now. */
const RELEASE = new RedisScript(
  "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0",
);

const POLL_MS = 50;

/**
 * One app token for all processes. Redis holds it in the clear: whoever reads that Redis can send in the app's name.
 * Every method rejects when Redis does not answer in time, with an error that does not carry the token.
 */
export class RedisTokenStore implements TokenStore {
  private readonly client: RedisCommands;
  private readonly prefix: string;
  private readonly lockTtlMs: number;
  private readonly commandTimeoutMs: number;

  constructor({
    client,
    prefix = 'easemob',
    lockTtlMs = 15_000,
    commandTimeoutMs = 1000,
  }: RedisTokenStoreOptions) {
    this.client = client;
    this.prefix = prefix;
    this.lockTtlMs = lockTtlMs;
    this.commandTimeoutMs = commandTimeoutMs;
  }

  async get(key: string): Promise<StoredToken | undefined> {
    const json = await bounded('GET', this.client.get(this.keyOf(key)), this.commandTimeoutMs);
    const token = json === null ? undefined : parse(json);
    const isExpired = token !== undefined && token.expiresAt !== null && token.expiresAt <= Date.now();
    return isExpired ? undefined : token;
  }

  /** Keeps the token until it expires; a token that has expired is not kept. */
  async set(key: string, token: StoredToken): Promise<void> {
    const { value, expiresAt, refreshAt } = token;
    const json = JSON.stringify({ value, expiresAt, refreshAt });
    if (expiresAt === null) {
      await bounded('SET', this.client.set(this.keyOf(key), json), this.commandTimeoutMs);
      return;
    }
    const lifeMs = Math.floor(expiresAt - Date.now());
    if (lifeMs > 0) {
      await bounded('SET', this.client.set(this.keyOf(key), json, 'PX', lifeMs), this.commandTimeoutMs);
    }
  }

  /**
   * Runs `work` while no other process does, waiting at most `lockTtlMs` for that: a process that died or hangs delays
   * the others no longer. Rejects with an error of Redis only when `work` has not run.
   */
  async lock<T>(key: string, work: () => Promise<T>): Promise<T> {
    const lockKey = `${this.keyOf(key)}:lock`;
    const owner = randomUUID();
    const deadline = performance.now() + this.lockTtlMs;
    // oxlint-disable-next-line no-await-in-loop -- each try follows the wait before it
    while (!(await this.acquire(lockKey, owner)) && performance.now() < deadline) {
      // oxlint-disable-next-line no-await-in-loop
      await delay(POLL_MS * (0.5 + Math.random()));
    }
    try {
      return await work();
    } finally {
      await this.release(lockKey, owner);
    }
  }

  private async acquire(lockKey: string, owner: string): Promise<boolean> {
    const reply = this.client.set(lockKey, owner, 'PX', this.lockTtlMs, 'NX');
    // A client that was offline may take the lock after nobody waits for it any more.
    const onLate = (late: unknown): void => {
      if (late === 'OK') void this.release(lockKey, owner);
    };
    return (await bounded('SET', reply, this.commandTimeoutMs, onLate)) === 'OK';
  }

  /** A lock that cannot be released runs out by itself; the outcome of the work must not depend on it. */
  private async release(lockKey: string, owner: string): Promise<void> {
    const reply = RELEASE.run(this.client, [lockKey], [owner]);
    await bounded('EVALSHA', reply, this.commandTimeoutMs).catch(() => undefined);
  }

  private keyOf(key: string): string {
    return `{${this.prefix}:${key}}:token`;
  }
}

/** Another version of this package, or another program, may have written the key: what is not a token is no token. */
function parse(json: string): StoredToken | undefined {
  let stored: unknown;
  try {
    stored = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (typeof stored !== 'object' || stored === null) return undefined;
  if (!('value' in stored && 'expiresAt' in stored && 'refreshAt' in stored)) return undefined;
  const { value, expiresAt, refreshAt } = stored;
  if (typeof value !== 'string' || value === '' || !isMoment(expiresAt) || !isMoment(refreshAt))
    return undefined;
  return { value, expiresAt, refreshAt };
}

function isMoment(value: unknown): value is number | null {
  return value === null || typeof value === 'number';
}
