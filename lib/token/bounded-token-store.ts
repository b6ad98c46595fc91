import type { StoredToken, TokenStore } from './token-store.js';

/** How long work may wait for its lock: above the life of any sensible lock, whose holder may have died. */
const LOCK_WAIT_MS = 60_000;

/** A store that answers in time: where the application's own hangs, this one rejects, and tokens are had without it. */
export class BoundedTokenStore implements TokenStore {
  readonly #store: TokenStore;
  readonly #timeoutMs: number;

  constructor(store: TokenStore, timeoutMs: number) {
    this.#store = store;
    this.#timeoutMs = timeoutMs;
  }

  get(key: string): Promise<StoredToken | undefined> {
    return within(this.#timeoutMs, this.#store.get(key));
  }

  set(key: string, token: StoredToken): Promise<void> {
    return within(this.#timeoutMs, this.#store.set(key, token));
  }

  /** Bounds the wait for the lock, not the work. What the store does after the work, nobody waits for. */
  lock<T>(key: string, work: () => Promise<T>): Promise<T> {
    const store = this.#store;
    if (!store.lock) return work();
    const { promise: begun, settle } = latch();
    let running: Promise<T> | undefined;
    let isGivenUp = false;
    const locked = store.lock(key, async () => {
      if (isGivenUp) return;
      running = work();
      settle();
      await running.catch(() => undefined);
    });
    return within(LOCK_WAIT_MS, Promise.race([begun, locked])).then(
      () => running ?? work(),
      (error: unknown) => {
        isGivenUp = true;
        throw error;
      },
    );
  }
}

function latch(): { readonly promise: Promise<void>; readonly settle: () => void } {
  const settlers: (() => void)[] = [];
  const promise = new Promise<void>((resolve) => settlers.push(resolve));
  return { promise, settle: () => settlers.forEach((settle) => settle()) };
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
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
