/** A token as it is kept: the secret and the two moments that matter. */
export interface StoredToken {
  /** The bearer value; a secret. */
  readonly value: string;
  /** When it stops working, Unix milliseconds; `null` for never. */
  readonly expiresAt: number | null;
  /** When it is worth fetching the next one, Unix milliseconds; `null` for never. */
  readonly refreshAt: number | null;
}

/**
 * Where tokens are kept, so that several processes can share one; `nestjs-easemob/redis` has a shared one. A store that
 * rejects, or does not answer within `http.timeoutMs` (the beginning of `work`: 60 s), is gone on without.
 */
export interface TokenStore {
  /** The token of a key, or `undefined` when there is none that still works. */
  get(key: string): Promise<StoredToken | undefined>;
  set(key: string, token: StoredToken): Promise<void>;
  /**
   * Runs `work` while no other process runs work of the same key. It settles as `work` does; it rejects with anything
   * else only before `work` began. Without it every process fetches for itself.
   */
  lock?<T>(key: string, work: () => Promise<T>): Promise<T>;
}
