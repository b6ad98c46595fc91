import { beforeEach, describe, expect, it, vi } from 'vitest';
import { useVirtualTime } from '../../test/support/virtual-time.js';
import { EasemobConfigError, EasemobError } from '../errors/index.js';
import { rateLimitOptions } from '../options/schema.js';
import type { RateLimitStore } from './rate-limit-store.js';
import { RateLimiter } from './rate-limiter.js';

const LATE_MS = 15_000;

/** What a lease was asked to do. */
const ended: string[] = [];
const lease = { release: () => void ended.push('release'), cancel: () => void ended.push('cancel') };
const grant = { leases: [lease], waitMs: 0 };
const onStoreError = vi.fn<(error: unknown) => void>();

useVirtualTime();
beforeEach(() => {
  ended.length = 0;
  onStoreError.mockClear();
});

const broken = new TypeError('secret');
const fails = (): never => {
  throw broken;
};

/** The limiter over a store whose buckets have these methods, and grant one call at a time by default. */
function limiterOver(bucket: object, maxWaitMs = 60_000): RateLimiter {
  const made: unknown = { acquire: () => grant, pause: () => undefined, ...bucket };
  const store: RateLimitStore = { bucket: () => made as ReturnType<RateLimitStore['bucket']> };
  return new RateLimiter(rateLimitOptions.resolve({ maxWaitMs, store }, 'legacy'), {
    keyPrefix: 'org#app',
    onStoreError,
  });
}

async function failure(promise: Promise<unknown>): Promise<EasemobError> {
  return promise.then(
    () => expect.fail('the call was granted'),
    (error: unknown) => error as EasemobError,
  );
}

describe('a custom store whose acquire', () => {
  const hostileLeases = {
    get leases(): never {
      return fails();
    },
  };
  const hostileThen = {
    // oxlint-disable-next-line unicorn/no-thenable -- a promise of another library
    get then(): never {
      return fails();
    },
  };

  it.each<[string, () => unknown]>([
    ['returns undefined', () => undefined],
    ['returns null', () => null],
    ['returns a number', () => 1],
    ['returns an array', () => [lease]],
    ['returns no leases', () => ({ waitMs: 0 })],
    ['returns leases that are no array', () => ({ leases: 'all', waitMs: 0 })],
    ['returns a lease that is none', () => ({ leases: [undefined], waitMs: 0 })],
    ['returns a lease without its functions', () => ({ leases: [{ release: 1 }], waitMs: 0 })],
    ['returns no wait', () => ({ leases: [] })],
    ['returns a wait that is not a number', () => ({ leases: [], waitMs: Number.NaN })],
    ['returns a wait in the past', () => ({ leases: [], waitMs: -1 })],
    ['returns an object that throws', () => hostileLeases],
    ['returns a promise that throws', () => hostileThen],
    ['throws', fails],
    ['throws nothing', () => Promise.reject()],
  ])('%s once fails the calls of that request only', async (_, respond) => {
    const acquire = vi.fn<() => unknown>(() => grant);
    const limiter = limiterOver({ acquire });
    for (const inPromise of [false, true]) {
      acquire.mockImplementationOnce(inPromise ? async () => respond() : respond);
      // oxlint-disable-next-line no-await-in-loop -- the store must have recovered before it fails again
      expect(await failure(limiter.acquire('users', 1))).toMatchObject({
        kind: 'rate-limit',
        retryable: true,
        sent: 'no',
        message: 'The rate limit store failed for the users route. Nothing was sent.',
      });
      // oxlint-disable-next-line no-await-in-loop -- as above
      await expect(limiter.acquire('users', 1)).resolves.toBeDefined();
    }
    expect(onStoreError).toHaveBeenCalledTimes(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('returns a thenable of another kind is waited for', async () => {
    // oxlint-disable-next-line unicorn/no-thenable -- as above
    const thenable = { then: (resolve: (value: unknown) => void) => resolve(grant) };
    await expect(limiterOver({ acquire: () => thenable }).acquire('users', 1)).resolves.toBeDefined();
  });

  it('never settles fails its calls after a time, and cancels what it grants later', async () => {
    const settled: ((value: unknown) => void)[] = [];
    const acquire = vi.fn<() => unknown>(() => grant);
    acquire.mockImplementationOnce(() => new Promise((resolve) => settled.push(resolve)));
    const limiter = limiterOver({ acquire });
    const hung = failure(limiter.acquire('users', 1));
    const next = limiter.acquire('users', 1);
    await vi.advanceTimersByTimeAsync(LATE_MS);
    expect(await hung).toMatchObject({ kind: 'rate-limit', sent: 'no' });
    await expect(next).resolves.toBeDefined();
    expect(onStoreError).toHaveBeenCalledOnce();
    expect(ended).toEqual([]);
    settled[0]?.({ leases: [lease, undefined, lease], waitMs: 0 });
    await vi.advanceTimersByTimeAsync(0);
    expect(ended).toEqual(['cancel', 'cancel']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('never settles keeps no call longer than its time', async () => {
    const limiter = limiterOver({ acquire: () => new Promise(() => undefined) }, 3000);
    const calls = [failure(limiter.acquire('users', 1)), failure(limiter.acquire('users', 1))];
    await vi.advanceTimersByTimeAsync(3000);
    const message = 'Timed out after 3000 ms ("rateLimit.maxWaitMs") waiting for the users rate limit.';
    expect((await Promise.all(calls)).map((error) => error.message)).toEqual([
      `${message} Nothing was sent.`,
      `${message} Nothing was sent.`,
    ]);
    await vi.advanceTimersByTimeAsync(LATE_MS);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('rejects after the time of its request harms nobody', async () => {
    const reject: ((error: unknown) => void)[] = [];
    const limiter = limiterOver({ acquire: () => new Promise((_, fail) => reject.push(fail)) });
    const hung = failure(limiter.acquire('users', 1));
    await vi.advanceTimersByTimeAsync(LATE_MS);
    await hung;
    reject[0]?.(broken);
    await vi.advanceTimersByTimeAsync(0);
    expect(onStoreError).toHaveBeenCalledOnce();
  });

  it('fails again and again is reported once', async () => {
    const limiter = limiterOver({ acquire: fails });
    for (let call = 0; call < 3; call += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one request after the other
      expect((await failure(limiter.acquire('users', 1))).kind).toBe('rate-limit');
    }
    expect(onStoreError).toHaveBeenCalledExactlyOnceWith(broken);
  });

  it('throws an EasemobError gives each call an error of its own, which says what became of that call', async () => {
    const details = { kind: 'rate-limit', retryable: true, sent: 'maybe', retryAfterMs: 1000 } as const;
    const limiter = limiterOver({
      acquire: () => Promise.reject(new EasemobError('The store is unavailable.', details)),
    });
    const progress = { attempts: 1, sent: 'maybe' } as const;
    const errors = await Promise.all([
      failure(limiter.acquire('users', 1)),
      failure(limiter.acquire('users', 1)),
      failure(limiter.acquire('users', 1, undefined, progress)),
    ]);
    expect(new Set(errors).size).toBe(3);
    expect(errors.map(({ sent, attempts, message }) => [sent, attempts, message])).toEqual([
      ['no', 0, 'The store is unavailable. Nothing was sent.'],
      ['no', 0, 'The store is unavailable. Nothing was sent.'],
      ['maybe', 1, 'The store is unavailable. Easemob may have accepted an earlier attempt.'],
    ]);
  });
});

describe('a custom store', () => {
  const failures = { throws: fails, rejects: () => Promise.reject(broken) };

  it.each(Object.entries(failures))(
    'whose release %s loses neither the permit nor the refusal',
    async (_, fail) => {
      const pause = vi.fn<(ms: number) => void>();
      const limiter = limiterOver({
        acquire: () => ({ leases: [{ ...lease, release: fail }], waitMs: 0 }),
        pause,
      });
      for (let call = 0; call < 3; call += 1) {
        // oxlint-disable-next-line no-await-in-loop -- one call after the other
        const permit = await limiter.acquire('users', 1);
        expect(() => permit.release({ scope: 'calls' })).not.toThrow();
      }
      await vi.advanceTimersByTimeAsync(0);
      expect(pause).toHaveBeenCalledTimes(3);
      expect(onStoreError).toHaveBeenCalledExactlyOnceWith(broken);
    },
  );

  it.each(Object.entries(failures))('whose cancel %s still grants the other calls', async (_, fail) => {
    const wait: ((value: unknown) => void)[] = [];
    const acquire = vi.fn<() => unknown>(() => grant);
    acquire.mockImplementationOnce(() => new Promise((resolve) => wait.push(resolve)));
    const limiter = limiterOver({ acquire });
    const abort = new AbortController();
    const aborted = failure(limiter.acquire('users', 1, abort.signal));
    const next = limiter.acquire('users', 1);
    abort.abort();
    wait[0]?.({ leases: [{ ...lease, cancel: fail }], waitMs: 0 });
    expect((await aborted).kind).toBe('aborted');
    await expect(next).resolves.toBeDefined();
    await vi.advanceTimersByTimeAsync(0);
    expect(onStoreError).toHaveBeenCalledExactlyOnceWith(broken);
  });

  it.each(Object.entries(failures))('whose pause %s goes on', async (_, fail) => {
    const limiter = limiterOver({ pause: fail });
    (await limiter.acquire('users', 1)).release({ scope: 'calls' });
    expect(ended).toEqual(['release']);
    await expect(limiter.acquire('users', 1)).resolves.toBeDefined();
    expect(onStoreError).toHaveBeenCalledExactlyOnceWith(broken);
  });

  it.each(Object.entries(failures))('whose close %s still lets every route be closed', async (_, fail) => {
    const limiter = limiterOver({ acquire: () => ({ leases: [], waitMs: 1000 }), close: fail });
    const waiting = [failure(limiter.acquire('users', 1)), failure(limiter.acquire('files', 0))];
    expect(() => limiter.close()).not.toThrow();
    expect((await Promise.all(waiting)).map(({ kind }) => kind)).toEqual(['aborted', 'aborted']);
    expect(onStoreError).toHaveBeenCalledTimes(4);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    { made: undefined, got: 'undefined' },
    { made: Promise.resolve({}), got: 'a Promise' },
    { made: { acquire: () => grant }, got: 'an object' },
    { made: 'bucket', got: 'a string' },
  ])('whose bucket is $got stops the start-up', ({ made, got }) => {
    const store = { bucket: () => made } as unknown as RateLimitStore;
    const create = (): RateLimiter =>
      new RateLimiter(rateLimitOptions.resolve({ store }, 'legacy'), { keyPrefix: 'org#app' });
    expect(create).toThrow(EasemobConfigError);
    expect(create).toThrow(
      `rateLimit.store.bucket() must return an object with the functions acquire and pause, got ${got}.`,
    );
  });
});
