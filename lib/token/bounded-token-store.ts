import type { StoredToken, TokenStore } from './token-store.js';

/** How long work may wait for its lock: longer than any sensible lock lives, whose holder may have died. */
const LOCK_WAIT_MS = 60_000;

/** Adds a timeout to the application's store. If the store hangs, this rejects and the token is fetched without it. */
export class BoundedTokenStore implements TokenStore {
  readonly #store: TokenStore;
  readonly #timeoutMs: number;

  constructor(store: TokenStore, timeoutMs: number) {
    this.#store = store;
    this.#timeoutMs = timeoutMs;
  }

  get(key: string): Promise<StoredToken | undefined> {
    return withTimeout(this.#timeoutMs, this.#store.get(key));
  }

  set(key: string, token: StoredToken): Promise<void> {
    return withTimeout(this.#timeoutMs, this.#store.set(key, token));
  }

  /** Bounds the wait for the lock, not the work. Nobody waits for what the store does after the work. */
  lock<T>(key: string, work: () => Promise<T>): Promise<T> {
    const store = this.#store;
    if (!store.lock) return work();
    const { promise: begun, open } = latch();
    let running: Promise<T> | undefined;
    let isGivenUp = false;
    const locked = store.lock(key, async () => {
      if (isGivenUp) return;
      running = work();
      open();
      await running.catch(() => undefined);
    });
    return withTimeout(LOCK_WAIT_MS, Promise.race([begun, locked])).then(
      () => running ?? work(),
      (error: unknown) => {
        isGivenUp = true;
        throw error;
      },
    );
  }
}

/** A promise and the function that resolves it. */
function latch(): { readonly promise: Promise<void>; readonly open: () => void } {
  const resolvers: (() => void)[] = [];
  const promise = new Promise<void>((resolve) => resolvers.push(resolve));
  return { promise, open: () => resolvers.forEach((resolve) => resolve()) };
}

async function withTimeout<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TokenStoreTimeout()), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

class TokenStoreTimeout extends Error {
  override readonly name = 'TokenStoreTimeout' as const;
}
