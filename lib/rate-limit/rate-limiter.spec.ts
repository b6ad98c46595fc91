import { describe, expect, it, vi } from 'vitest';
import { useVirtualTime } from '../../test/support/virtual-time.js';
import { EasemobError } from '../errors/index.js';
import type { RateLimitOptions } from '../options/rate-limit.options.js';
import { rateLimitOptions } from '../options/schema.js';
import { WINDOW_MARGIN_MS } from './lease-window.js';
import type { RateLimitGrant, RateLimitStore } from './rate-limit-store.js';
import { RateLimiter, type RateLimiterContext } from './rate-limiter.js';

/** The time from the release of a lease to the moment when its room is free. */
const WINDOW = 1000 + WINDOW_MARGIN_MS;

useVirtualTime();

function limiterOf(options: RateLimitOptions = {}, context: Partial<RateLimiterContext> = {}): RateLimiter {
  return new RateLimiter(rateLimitOptions.resolve(options, 'legacy'), { keyPrefix: 'org#app', ...context });
}

/** Two calls a second and five messages a second: small enough to fill by hand. */
const SMALL: RateLimitOptions = { users: { callsPerSecond: 2, messages: { count: 5, windowMs: 1000 } } };

/** Sends a call that ends at once, and returns when it was sent. */
async function send(limiter: RateLimiter, messages: number): Promise<number> {
  (await limiter.acquire('users', messages)).release();
  return performance.now();
}

/** Starts calls that end at once; returns their names and times in the order in which they were sent. */
function start(limiter: RateLimiter, calls: Record<string, number>): string[] {
  const order: string[] = [];
  const begin = performance.now();
  for (const [name, messages] of Object.entries(calls)) {
    void send(limiter, messages).then((at) => order.push(`${name}@${Math.round(at - begin)}`));
  }
  return order;
}

async function failure(promise: Promise<unknown>): Promise<EasemobError> {
  return promise.then(
    () => expect.fail('the call was granted'),
    (error: unknown) => error as EasemobError,
  );
}

describe('RateLimiter', () => {
  it('grants a call that fits at once, with no timer and no listener', async () => {
    const { signal } = new AbortController();
    const listen = vi.spyOn(signal, 'addEventListener');
    (await limiterOf().acquire('users', 600, signal)).release();
    expect(vi.getTimerCount()).toBe(0);
    expect(listen).not.toHaveBeenCalled();
  });

  it('grants the call that did not fit one window after the response to the first', async () => {
    const limiter = limiterOf(SMALL);
    const first = await limiter.acquire('users', 1);
    await limiter.acquire('users', 1);
    const order = start(limiter, { third: 1 });
    await vi.advanceTimersByTimeAsync(700);
    first.release();
    await vi.advanceTimersByTimeAsync(WINDOW);
    expect(order).toEqual([`third@${700 + WINDOW}`]);
  });

  it('does not let a small call overtake a big one', async () => {
    const order = start(limiterOf(SMALL), { first: 3, big: 5, small: 1 });
    await vi.advanceTimersByTimeAsync(4 * WINDOW);
    expect(order).toEqual(['first@0', `big@${WINDOW}`, `small@${2 * WINDOW}`]);
  });

  it('grants a call above the limit when the window is empty, and no other with it', async () => {
    const order = start(limiterOf(SMALL), { first: 1, huge: 600, next: 1 });
    await vi.advanceTimersByTimeAsync(4 * WINDOW);
    expect(order).toEqual(['first@0', `huge@${WINDOW}`, `next@${2 * WINDOW}`]);
  });

  it('counts each route separately', async () => {
    const limiter = limiterOf({ ...SMALL, maxWaitMs: 0 });
    await limiter.acquire('users', 5);
    await expect(limiter.acquire('users', 1)).rejects.toMatchObject({ kind: 'rate-limit' });
    await expect(limiter.acquire('chatrooms', 10)).resolves.toBeDefined();
    await expect(limiter.acquire('files', 0)).resolves.toBeDefined();
  });

  it('rejects a call after maxWaitMs, and names the option and the time to retry', async () => {
    const limiter = limiterOf({ ...SMALL, maxWaitMs: 400 });
    (await limiter.acquire('users', 5)).release();
    const late = failure(limiter.acquire('users', 1));
    await vi.advanceTimersByTimeAsync(400);
    expect(await late).toMatchObject({
      kind: 'rate-limit',
      retryable: true,
      sent: 'no',
      attempts: 0,
      retryAfterMs: WINDOW - 400,
      message:
        'Timed out after 400 ms ("rateLimit.maxWaitMs") waiting for the users rate limit. Nothing was sent.',
    });
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each<[string, (limiter: RateLimiter, controller: AbortController) => void]>([
    ['times out', () => undefined],
    ['is aborted', (_, controller) => controller.abort()],
    ['is closed', (limiter) => limiter.close()],
  ])('says what the earlier attempts of a call did when its wait %s', async (_, end) => {
    const limiter = limiterOf({ ...SMALL, maxWaitMs: 400 });
    const controller = new AbortController();
    await limiter.acquire('users', 5);
    const progress = { attempts: 2, sent: 'maybe' } as const;
    const waiting = failure(limiter.acquire('users', 1, controller.signal, progress));
    end(limiter, controller);
    await vi.advanceTimersByTimeAsync(400);
    const error = await waiting;
    expect(error).toMatchObject(progress);
    expect(error.message).toContain('Easemob may have accepted an earlier attempt.');
    await expect(limiter.acquire('users', 1, AbortSignal.abort(), progress)).rejects.toMatchObject(progress);
  });

  it('grants a call that fits once the call before it has timed out', async () => {
    const limiter = limiterOf({ ...SMALL, maxWaitMs: 400 });
    await limiter.acquire('users', 4);
    const big = failure(limiter.acquire('users', 3));
    await vi.advanceTimersByTimeAsync(300);
    const small = limiter.acquire('users', 1);
    await vi.advanceTimersByTimeAsync(100);
    expect((await big).kind).toBe('rate-limit');
    await expect(small).resolves.toBeDefined();
  });

  it('removes an aborted call from the queue and keeps the order of the others', async () => {
    const limiter = limiterOf(SMALL);
    (await limiter.acquire('users', 5)).release();
    const abort = new AbortController();
    const remove = vi.spyOn(abort.signal, 'removeEventListener');
    const order = start(limiter, { before: 1 });
    const aborted = failure(limiter.acquire('users', 5, abort.signal));
    const after = limiter.acquire('users', 1);
    abort.abort();
    expect(await aborted).toMatchObject({
      kind: 'aborted',
      sent: 'no',
      retryable: false,
      message: 'The call was aborted while it waited for the users rate limit. Nothing was sent.',
    });
    expect(remove).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(WINDOW);
    expect(order).toEqual([`before@${WINDOW}`]);
    await expect(after).resolves.toBeDefined();
  });

  it('grants a call that fits once the call before it is aborted', async () => {
    const limiter = limiterOf(SMALL);
    await limiter.acquire('users', 4);
    const abort = new AbortController();
    const big = failure(limiter.acquire('users', 5, abort.signal));
    const small = limiter.acquire('users', 1);
    abort.abort();
    await expect(small).resolves.toBeDefined();
    expect((await big).kind).toBe('aborted');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('adds one listener to a signal that many calls share, and rejects them all', async () => {
    const limiter = limiterOf(SMALL);
    await limiter.acquire('users', 5);
    const abort = new AbortController();
    const listen = vi.spyOn(abort.signal, 'addEventListener');
    const waiting = Array.from({ length: 20 }, () => failure(limiter.acquire('users', 1, abort.signal)));
    abort.abort();
    expect(new Set((await Promise.all(waiting)).map(({ kind }) => kind))).toEqual(new Set(['aborted']));
    expect(listen).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('rejects a call whose signal is aborted already', async () => {
    await expect(limiterOf().acquire('users', 1, AbortSignal.abort())).rejects.toMatchObject({
      kind: 'aborted',
    });
  });

  it('rejects every waiting call when it closes, and every later call', async () => {
    const limiter = limiterOf(SMALL);
    const permit = await limiter.acquire('users', 5);
    const waiting = failure(limiter.acquire('users', 1));
    limiter.close();
    expect((await waiting).kind).toBe('aborted');
    await expect(limiter.acquire('users', 1)).rejects.toMatchObject({ kind: 'aborted' });
    expect(vi.getTimerCount()).toBe(0);
    permit.release();
  });

  it('releases a permit that nobody releases after its time to live', async () => {
    const limiter = limiterOf(SMALL, {
      leaseTtlMs: { users: 10_000, chatgroups: 10_000, chatrooms: 10_000, files: 10_000 },
    });
    await limiter.acquire('users', 5);
    const order = start(limiter, { next: 1 });
    await vi.advanceTimersByTimeAsync(10_900);
    expect(order).toEqual([]);
    await vi.advanceTimersByTimeAsync(1100 + WINDOW);
    expect(order).toHaveLength(1);
  });

  it('counts a permit that is released twice once', async () => {
    const limiter = limiterOf({ ...SMALL, maxWaitMs: 0 });
    const permit = await limiter.acquire('users', 3);
    permit.release();
    permit.release();
    await vi.advanceTimersByTimeAsync(WINDOW);
    await limiter.acquire('users', 3);
    await expect(limiter.acquire('users', 3)).rejects.toMatchObject({ kind: 'rate-limit' });
  });
});

/** How long a call that fits has to wait, in milliseconds. */
async function paused(limiter: RateLimiter): Promise<number> {
  const begin = performance.now();
  const permit = limiter.acquire('users', 1);
  await vi.advanceTimersToNextTimerAsync();
  await permit;
  return Math.round(performance.now() - begin);
}

describe('a route after a refusal', () => {
  it('pauses for as long as the service asks', async () => {
    const limiter = limiterOf();
    (await limiter.acquire('users', 1)).release({ scope: 'calls', retryAfterMs: 5000 });
    expect(await paused(limiter)).toBe(5000);
  });

  it('pauses longer with each refusal in a row, at most one window', async () => {
    const limiter = limiterOf({ maxWaitMs: 120_000 });
    (await limiter.acquire('users', 1)).release({ scope: 'messages' });
    const pauses: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      const begin = performance.now();
      // oxlint-disable-next-line no-await-in-loop -- each refusal needs the permit that the last pause delayed
      const [permit] = await Promise.all([limiter.acquire('users', 1), vi.advanceTimersToNextTimerAsync()]);
      pauses.push(Math.round(performance.now() - begin));
      permit.release({ scope: 'messages' });
    }
    expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  });

  it('does not pause again for calls that were under way when the pause began', async () => {
    const limiter = limiterOf();
    const [first, second, third] = await Promise.all(
      [1, 1, 1].map((messages) => limiter.acquire('users', messages)),
    );
    first?.release({ scope: 'messages' });
    await vi.advanceTimersByTimeAsync(600);
    second?.release({ scope: 'messages' });
    expect(await paused(limiter)).toBe(400);
    third?.release({ scope: 'messages' });
    await expect(limiter.acquire('users', 1)).resolves.toBeDefined();
  });

  it('starts with the shortest pause again after a call succeeded', async () => {
    const limiter = limiterOf();
    for (let round = 0; round < 2; round += 1) {
      // oxlint-disable-next-line no-await-in-loop -- the second refusal comes after the first pause
      const [permit] = await Promise.all([limiter.acquire('users', 1), vi.advanceTimersToNextTimerAsync()]);
      permit.release({ scope: 'messages' });
    }
    const [good] = await Promise.all([limiter.acquire('users', 1), vi.advanceTimersToNextTimerAsync()]);
    good.release();
    (await limiter.acquire('users', 1)).release({ scope: 'messages' });
    expect(await paused(limiter)).toBe(1000);
  });
});

describe('a store that grants asynchronously', () => {
  interface BucketRequest {
    readonly calls: readonly (readonly number[])[];
    grant(granted: number, waitMs?: number): void;
    reject(error: unknown): void;
  }

  /** A store whose responses the test gives. */
  function handStore(): { store: RateLimitStore; requests: BucketRequest[]; cancelled: () => number } {
    const requests: BucketRequest[] = [];
    let cancelled = 0;
    const lease = { release: () => undefined, cancel: () => (cancelled += 1) };
    const acquire = (calls: readonly (readonly number[])[]): Promise<RateLimitGrant> =>
      new Promise((resolve, reject) => {
        const grant = (granted: number, waitMs = 50): void =>
          resolve({ leases: Array.from({ length: granted }, () => lease), waitMs });
        requests.push({ calls, grant, reject });
      });
    return {
      store: { bucket: () => ({ acquire, pause: () => undefined }) },
      requests,
      cancelled: () => cancelled,
    };
  }

  it('gets one request for all calls that came during the request before', async () => {
    const { store, requests } = handStore();
    const limiter = limiterOf({ store });
    const permits = [1, 2, 3].map((messages) => limiter.acquire('users', messages));
    requests[0]?.grant(1);
    await permits[0];
    await vi.advanceTimersByTimeAsync(0);
    expect(requests.map(({ calls }) => calls.map(([, messages]) => messages))).toEqual([[1], [2, 3]]);
    requests[1]?.grant(2);
    await expect(Promise.all(permits)).resolves.toHaveLength(3);
  });

  it('gets back the lease of a call that was aborted during the request', async () => {
    const { store, requests, cancelled } = handStore();
    const limiter = limiterOf({ store });
    const abort = new AbortController();
    const aborted = failure(limiter.acquire('users', 1, abort.signal));
    abort.abort();
    requests[0]?.grant(1);
    expect((await aborted).kind).toBe('aborted');
    await vi.advanceTimersByTimeAsync(0);
    expect(cancelled()).toBe(1);
  });

  it('may still grant a call whose maxWaitMs passed during the request', async () => {
    const { store, requests } = handStore();
    const limiter = limiterOf({ store, maxWaitMs: 0 });
    const granted = limiter.acquire('users', 1);
    await vi.advanceTimersByTimeAsync(20);
    requests[0]?.grant(1);
    await expect(granted).resolves.toBeDefined();
    const refused = failure(limiter.acquire('users', 1));
    requests[1]?.grant(0);
    expect((await refused).kind).toBe('rate-limit');
  });

  it('rejects the calls of a request that fails, reports the reason once, and gets the next request', async () => {
    const { store, requests } = handStore();
    const broken = new Error('broken');
    const onStoreError = vi.fn<(error: unknown) => void>();
    const limiter = limiterOf({ store }, { onStoreError });
    const lost = failure(limiter.acquire('users', 1));
    const next = limiter.acquire('users', 1);
    requests[0]?.reject(broken);
    expect(await lost).toMatchObject({ kind: 'rate-limit', sent: 'no', retryable: true });
    expect(onStoreError).toHaveBeenCalledExactlyOnceWith(broken);
    await vi.advanceTimersByTimeAsync(0);
    requests[1]?.grant(1);
    await expect(next).resolves.toBeDefined();
  });

  it('rejects each call with an error of its own if the store throws an EasemobError', async () => {
    const { store, requests } = handStore();
    const details = { kind: 'rate-limit', retryable: true, sent: 'no', retryAfterMs: 1000 } as const;
    const unavailable = new EasemobError('The store is unavailable.', details);
    const onStoreError = vi.fn<(error: unknown) => void>();
    const limiter = limiterOf({ store }, { onStoreError });
    const first = limiter.acquire('users', 1);
    const calls = [1, 2].map((messages) => failure(limiter.acquire('users', messages)));
    requests[0]?.grant(1);
    await first;
    await vi.advanceTimersByTimeAsync(0);
    requests[1]?.reject(unavailable);
    const [one, other] = await Promise.all(calls);
    expect(one).toMatchObject({ ...details, message: 'The store is unavailable.' });
    expect(other).toMatchObject({ ...details, message: 'The store is unavailable.' });
    expect(other).not.toBe(one);
    expect(onStoreError).not.toHaveBeenCalled();
  });
});
