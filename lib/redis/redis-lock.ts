import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { RedisCommands } from './redis-commands.js';
import { RedisScript } from './redis-script.js';
import { withTimeout } from './with-timeout.js';

/** Deletes the lock only if it is still ours: it may have expired, and another process may hold it now. */
const RELEASE = new RedisScript(
  "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0",
);

/** How often a process that waits for the lock looks again, in milliseconds, on average. */
const POLL_INTERVAL_MS = 50;

/** The parts that a lock works with. */
export interface RedisLockOptions {
  /** How long a lock lives, and how long a process waits for it, in milliseconds. */
  readonly ttlMs: number;
  readonly commandTimeoutMs: number;
  /** Called when a lock was not released. It expires by itself. */
  onReleaseFailure(error: unknown): void;
}

/** A lock that one process at a time holds, and that expires by itself. */
export class RedisLock {
  readonly #client: RedisCommands;
  readonly #options: RedisLockOptions;

  constructor(client: RedisCommands, options: RedisLockOptions) {
    this.#client = client;
    this.#options = options;
  }

  /**
   * Runs `work` with the lock, or without it once its time to live has passed.
   *
   * @param isDone - whether another process has done the work in the meantime; then nobody need wait for its lock
   */
  async run<T>(key: string, work: () => Promise<T>, isDone: () => Promise<boolean>): Promise<T> {
    const owner = randomUUID();
    const deadline = performance.now() + this.#options.ttlMs;
    let isHeld = await this.#acquire(key, owner);
    while (!isHeld && performance.now() < deadline) {
      // oxlint-disable-next-line no-await-in-loop -- the wait comes before the next attempt
      await delay(POLL_INTERVAL_MS * (0.5 + Math.random()));
      // oxlint-disable-next-line no-await-in-loop -- each attempt follows the wait before it
      if (await isDone()) break;
      // oxlint-disable-next-line no-await-in-loop -- as above
      isHeld = await this.#acquire(key, owner);
    }
    try {
      return await work();
    } finally {
      if (isHeld) await this.#release(key, owner);
    }
  }

  async #acquire(key: string, owner: string): Promise<boolean> {
    const reply = (): Promise<unknown> =>
      this.#client.set(key, owner, 'PX', Math.ceil(this.#options.ttlMs), 'NX');
    // A client that was offline may acquire the lock when nobody waits for it any more.
    const onLate = (late: unknown): void => {
      if (late === 'OK') void this.#release(key, owner);
    };
    return (await withTimeout('SET', reply, this.#options.commandTimeoutMs, onLate)) === 'OK';
  }

  /** Never rejects: a lock that cannot be released expires, and must not change the result of the work. */
  async #release(key: string, owner: string): Promise<void> {
    const reply = (): Promise<unknown> => RELEASE.run(this.#client, [key], [owner]);
    await withTimeout('EVALSHA', reply, this.#options.commandTimeoutMs).catch((error: unknown) =>
      this.#options.onReleaseFailure(error),
    );
  }
}
