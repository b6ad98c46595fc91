import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BoundedTokenStore } from './bounded-token-store.js';
import type { TokenStore } from './token-store.js';

const never = (): Promise<never> => new Promise(() => undefined);
const STORE: TokenStore = { get: () => Promise.resolve(undefined), set: () => Promise.resolve() };
const TOKEN = { value: 'YWMt-1', expiresAt: null, refreshAt: null };

const bounded = (store: Partial<TokenStore>): BoundedTokenStore =>
  new BoundedTokenStore({ ...STORE, ...store }, 1000, () => undefined);

describe('a store that is bounded', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('returns what the store returns', async () => {
    const store = bounded({ get: () => Promise.resolve(TOKEN) });
    await expect(store.get('key')).resolves.toEqual(TOKEN);
    await expect(store.set('key', TOKEN)).resolves.toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    ['get', (store: BoundedTokenStore) => store.get('key')],
    ['set', (store: BoundedTokenStore) => store.set('key', TOKEN)],
  ])('rejects a %s that takes too long', async (_, ask) => {
    const rejected = expect(ask(bounded({ get: never, set: never }))).rejects.toMatchObject({
      name: 'TokenStoreTimeout',
    });
    await vi.advanceTimersByTimeAsync(1000);
    await rejected;
  });

  it('runs the work alone where the store has no lock', async () => {
    await expect(bounded({}).lock('key', () => Promise.resolve('done'))).resolves.toBe('done');
  });

  it('runs the work under the lock, for as long as it takes', async () => {
    const events: string[] = [];
    const store = bounded({
      lock: async (_key, work) => {
        events.push('locked');
        const result = await work();
        events.push('released');
        return result;
      },
    });
    const work = async (): Promise<string> => {
      await new Promise((resolve) => setTimeout(resolve, 600_000));
      events.push('worked');
      return 'done';
    };
    const done = expect(store.lock('key', work)).resolves.toBe('done');
    await vi.advanceTimersByTimeAsync(600_000);
    await done;
    await vi.runAllTimersAsync();
    expect(events).toEqual(['locked', 'worked', 'released']);
  });

  it('hands on the failure of the work', async () => {
    const store = bounded({ lock: (_key, work) => work() });
    await expect(store.lock('key', () => Promise.reject(new Error('the work')))).rejects.toThrow('the work');
  });

  it('does not wait for a release that hangs', async () => {
    const store = bounded({
      lock: async (_key, work) => {
        await work();
        return never();
      },
    });
    await expect(store.lock('key', () => Promise.resolve('done'))).resolves.toBe('done');
  });

  it('rejects when the lock does, without the work', async () => {
    const work = vi.fn(() => Promise.resolve());
    const store = bounded({ lock: () => Promise.reject(new Error('connection is closed')) });
    await expect(store.lock('key', work)).rejects.toThrow('connection is closed');
    expect(work).not.toHaveBeenCalled();
  });

  it('gives up a lock after a minute, and then does not work when it comes after all', async () => {
    const work = vi.fn(() => Promise.resolve());
    const store = bounded({
      lock: async (_key, whenLocked) => {
        await new Promise((resolve) => setTimeout(resolve, 90_000));
        return whenLocked();
      },
    });
    const given = expect(store.lock('key', work)).rejects.toMatchObject({ name: 'TokenStoreTimeout' });
    await vi.advanceTimersByTimeAsync(100_000);
    await given;
    expect(work).not.toHaveBeenCalled();
  });
});
