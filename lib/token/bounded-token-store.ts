import { readStoredToken } from './stored-token.js';
import type { StoredToken, TokenStore } from './token-store.js';

/** How long work may wait for its lock: longer than any sensible lock lives, whose holder may have died. */
const LOCK_WAIT_MS = 60_000;

/**
 * Bounds what the application's store can do to the calls that need a token. If the store throws or hangs, this rejects
 * and the token is fetched without it; what it returns is checked.
 */
export class BoundedTokenStore implements TokenStore {
  readonly #store: TokenStore;
  readonly #timeoutMs: number;
  readonly #onUnusableToken: () => void;

  /** @param onUnusableToken - called when the store returns something that is no token */
  constructor(store: TokenStore, timeoutMs: number, onUnusableToken: () => void) {
    this.#store = store;
    this.#timeoutMs = timeoutMs;
    this.#onUnusableToken = onUnusableToken;
  }

  async get(key: string): Promise<StoredToken | undefined> {
    const stored: unknown = await withTimeout(this.#timeoutMs, async () => this.#store.get(key));
    if (stored === undefined || stored === null) return undefined;
    const token = readStoredToken(stored);
    if (token === undefined) this.#onUnusableToken();
    return token;
  }

  async set(key: string, token: StoredToken): Promise<void> {
    await withTimeout(this.#timeoutMs, async () => this.#store.set(key, token));
  }

  /** Bounds the wait for the lock, not the work, which runs once. Nobody waits for what the store does after the work. */
  async lock<T>(key: string, work: () => Promise<T>): Promise<T> {
    const store = this.#store;
    if (typeof store.lock !== 'function') return work();
    const { promise: begun, open } = latch();
    let running: Promise<T> | undefined;
    let isGivenUp = false;
    const locked = async (): Promise<void> => {
      await store.lock?.(key, async () => {
        if (isGivenUp) return;
        running ??= work();
        open();
        await running.catch(() => undefined);
      });
    };
    try {
      await withTimeout(LOCK_WAIT_MS, () => Promise.race([begun, locked()]));
    } catch (error) {
      isGivenUp = true;
      throw error;
    }
    // A store that returned without the work does it no more: it is done here, without the lock.
    running ??= work();
    return running;
  }
}

/** A promise and the function that resolves it. */
function latch(): { readonly promise: Promise<void>; readonly open: () => void } {
  const resolvers: (() => void)[] = [];
  const promise = new Promise<void>((resolve) => resolvers.push(resolve));
  return { promise, open: () => resolvers.forEach((resolve) => resolve()) };
}

async function withTimeout<T>(ms: number, run: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TokenStoreTimeout()), ms);
  });
  try {
    return await Promise.race([run(), late]);
  } finally {
    clearTimeout(timer);
  }
}

class TokenStoreTimeout extends Error {
  override readonly name = 'TokenStoreTimeout' as const;
}
