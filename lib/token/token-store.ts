/** A token as a store keeps it. */
export interface StoredToken {
  /** The bearer value; a secret. */
  readonly value: string;
  /** When it stops working, Unix milliseconds; `null` for never. */
  readonly expiresAt: number | null;
  /** When it is worth fetching the next one, Unix milliseconds; `null` for never. */
  readonly refreshAt: number | null;
}

/**
 * Keeps tokens where several processes can share them; `nestjs-easemob/redis` has such a store. If a method throws,
 * rejects or takes longer than `http.timeoutMs` (for `lock`, if `work` does not begin within 60 s), the process fetches
 * its own token. A returned token that no header can carry is not used, and the next one replaces it.
 */
export interface TokenStore {
  /** Returns the token of a key, or `undefined` when there is none that still works. */
  get(key: string): Promise<StoredToken | undefined>;
  /** Keeps the token of a key until it expires. */
  set(key: string, token: StoredToken): Promise<void>;
  /**
   * Runs `work` while no other process runs work of the same key. It settles as `work` does; it rejects with anything
   * else only before `work` began. Without it every process fetches for itself.
   */
  lock?<T>(key: string, work: () => Promise<T>): Promise<T>;
}
