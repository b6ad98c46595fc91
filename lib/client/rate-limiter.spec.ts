import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EasemobError } from '../errors/index.js';
import type { RateLimitOptions } from '../options/rate-limit.options.js';
import { rateLimit } from '../options/schema.js';
import type { RateLimitGrant, RateLimitStore } from './rate-limit-store.js';
import { RateLimiter, type RateLimiterContext } from './rate-limiter.js';
import { WINDOW_MARGIN_MS } from './slot-window.js';

const WINDOW = 1000 + WINDOW_MARGIN_MS;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

function limiter(options: RateLimitOptions = {}, context: Partial<RateLimiterContext> = {}): RateLimiter {
  return new RateLimiter(rateLimit.resolve(options, 'legacy'), { keyPrefix: 'org#app', ...context });
}

/** Two calls a second and five messages a second: small enough to fill by hand. */
const SMALL: RateLimitOptions = { users: { callsPerSecond: 2, messages: { count: 5, windowMs: 1000 } } };

async function goes(limits: RateLimiter, messages: number): Promise<number> {
  (await limits.take('users', messages)).done();
  return performance.now();
}

/** Notes when each call gets its turn, and ends the turn at once. */
function start(limits: RateLimiter, calls: Record<string, number>): string[] {
  const order: string[] = [];
  const begin = performance.now();
  for (const [name, messages] of Object.entries(calls)) {
    void goes(limits, messages).then((at) => order.push(`${name}@${Math.round(at - begin)}`));
  }
  return order;
}

async function failure(promise: Promise<unknown>): Promise<EasemobError> {
  return promise.then(
    () => expect.fail('it was granted'),
    (error: unknown) => error as EasemobError,
  );
}

describe('RateLimiter', () => {
  it('gives a turn at once, with no timer and no listener', async () => {
    const { signal } = new AbortController();
    const listen = vi.spyOn(signal, 'addEventListener');
    (await limiter().take('users', 600, signal)).done();
    expect(vi.getTimerCount()).toBe(0);
    expect(listen).not.toHaveBeenCalled();
  });

  it('lets the third call go one window after the answer to the first', async () => {
    const limits = limiter(SMALL);
    const first = await limits.take('users', 1);
    await limits.take('users', 1);
    const order = start(limits, { third: 1 });
    await vi.advanceTimersByTimeAsync(700);
    first.done();
    await vi.advanceTimersByTimeAsync(WINDOW);
    expect(order).toEqual([`third@${700 + WINDOW}`]);
  });

  it('does not let a small call overtake a big one', async () => {
    const order = start(limiter(SMALL), { first: 3, big: 5, small: 1 });
    await vi.advanceTimersByTimeAsync(4 * WINDOW);
    expect(order).toEqual(['first@0', `big@${WINDOW}`, `small@${2 * WINDOW}`]);
  });

  it('sends a call above the whole window when the window is empty, and nothing with it', async () => {
    const order = start(limiter(SMALL), { first: 1, huge: 600, next: 1 });
    await vi.advanceTimersByTimeAsync(4 * WINDOW);
    expect(order).toEqual(['first@0', `huge@${WINDOW}`, `next@${2 * WINDOW}`]);
  });

  it('keeps the routes apart', async () => {
    const limits = limiter({ ...SMALL, maxWaitMs: 0 });
    await limits.take('users', 5);
    await expect(limits.take('users', 1)).rejects.toMatchObject({ kind: 'rate-limit' });
    await expect(limits.take('chatrooms', 10)).resolves.toBeDefined();
    await expect(limits.take('files', 0)).resolves.toBeDefined();
  });

  it('fails a call that had no turn in time, says so and when to come back', async () => {
    const limits = limiter({ ...SMALL, maxWaitMs: 400 });
    (await limits.take('users', 5)).done();
    const late = failure(limits.take('users', 1));
    await vi.advanceTimersByTimeAsync(400);
    expect(await late).toMatchObject({
      kind: 'rate-limit',
      retryable: true,
      sent: 'no',
      attempts: 0,
      retryAfterMs: WINDOW - 400,
    });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('grants what fits behind a call that gave up', async () => {
    const limits = limiter({ ...SMALL, maxWaitMs: 400 });
    await limits.take('users', 4);
    const big = failure(limits.take('users', 3));
    await vi.advanceTimersByTimeAsync(300);
    const small = limits.take('users', 1);
    await vi.advanceTimersByTimeAsync(100);
    expect((await big).kind).toBe('rate-limit');
    await expect(small).resolves.toBeDefined();
  });

  it('takes an aborted call out of the line and leaves the others their place', async () => {
    const limits = limiter(SMALL);
    (await limits.take('users', 5)).done();
    const abort = new AbortController();
    const remove = vi.spyOn(abort.signal, 'removeEventListener');
    const order = start(limits, { before: 1 });
    const aborted = failure(limits.take('users', 5, abort.signal));
    const after = limits.take('users', 1);
    abort.abort();
    expect(await aborted).toMatchObject({ kind: 'aborted', sent: 'no', retryable: false });
    expect(remove).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(WINDOW);
    expect(order).toEqual([`before@${WINDOW}`]);
    await expect(after).resolves.toBeDefined();
  });

  it('grants what fits behind an aborted call at once', async () => {
    const limits = limiter(SMALL);
    await limits.take('users', 4);
    const abort = new AbortController();
    const big = failure(limits.take('users', 5, abort.signal));
    const small = limits.take('users', 1);
    abort.abort();
    await expect(small).resolves.toBeDefined();
    expect((await big).kind).toBe('aborted');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('listens once to a signal that many calls share, and rejects them all', async () => {
    const limits = limiter(SMALL);
    await limits.take('users', 5);
    const abort = new AbortController();
    const listen = vi.spyOn(abort.signal, 'addEventListener');
    const waiting = Array.from({ length: 20 }, () => failure(limits.take('users', 1, abort.signal)));
    abort.abort();
    expect(new Set((await Promise.all(waiting)).map(({ kind }) => kind))).toEqual(new Set(['aborted']));
    expect(listen).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('refuses a call whose signal was aborted before', async () => {
    await expect(limiter().take('users', 1, AbortSignal.abort())).rejects.toMatchObject({ kind: 'aborted' });
  });

  it('rejects everything that waits when it closes, and every call after', async () => {
    const limits = limiter(SMALL);
    const turn = await limits.take('users', 5);
    const waiting = failure(limits.take('users', 1));
    limits.close();
    expect((await waiting).kind).toBe('aborted');
    await expect(limits.take('users', 1)).rejects.toMatchObject({ kind: 'aborted' });
    expect(vi.getTimerCount()).toBe(0);
    turn.done();
  });

  it('ends a turn that nobody ended after the longest hold', async () => {
    const limits = limiter(SMALL, {
      maxHoldMs: { users: 10_000, chatgroups: 10_000, chatrooms: 10_000, files: 10_000 },
    });
    await limits.take('users', 5);
    const order = start(limits, { next: 1 });
    await vi.advanceTimersByTimeAsync(10_900);
    expect(order).toEqual([]);
    await vi.advanceTimersByTimeAsync(1100 + WINDOW);
    expect(order).toHaveLength(1);
  });

  it('counts a turn that is ended twice once', async () => {
    const limits = limiter({ ...SMALL, maxWaitMs: 0 });
    const turn = await limits.take('users', 3);
    turn.done();
    turn.done();
    await vi.advanceTimersByTimeAsync(WINDOW);
    await limits.take('users', 3);
    await expect(limits.take('users', 3)).rejects.toMatchObject({ kind: 'rate-limit' });
  });
});

/** How long the route pauses: until when a call that fits has to wait. */
async function paused(limits: RateLimiter): Promise<number> {
  const begin = performance.now();
  const turn = limits.take('users', 1);
  await vi.advanceTimersToNextTimerAsync();
  await turn;
  return Math.round(performance.now() - begin);
}

describe('a route after a refusal', () => {
  it('pauses for what the service asked for', async () => {
    const limits = limiter();
    (await limits.take('users', 1)).refused({ scope: 'calls', retryAfterMs: 5000 });
    expect(await paused(limits)).toBe(5000);
  });

  it('pauses longer with each refusal in a row, at most one window', async () => {
    const limits = limiter({ maxWaitMs: 120_000 });
    (await limits.take('users', 1)).refused({ scope: 'messages' });
    const pauses: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      const begin = performance.now();
      // oxlint-disable-next-line no-await-in-loop -- each refusal needs the turn that the pause before it delayed
      const [turn] = await Promise.all([limits.take('users', 1), vi.advanceTimersToNextTimerAsync()]);
      pauses.push(Math.round(performance.now() - begin));
      turn.refused({ scope: 'messages' });
    }
    expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  });

  it('does not pause again for calls that were on their way when the pause began', async () => {
    const limits = limiter();
    const [first, second, third] = await Promise.all(
      [1, 1, 1].map((messages) => limits.take('users', messages)),
    );
    first?.refused({ scope: 'messages' });
    await vi.advanceTimersByTimeAsync(600);
    second?.refused({ scope: 'messages' });
    expect(await paused(limits)).toBe(400);
    third?.refused({ scope: 'messages' });
    await expect(limits.take('users', 1)).resolves.toBeDefined();
  });

  it('begins with the short pause again once a call went through', async () => {
    const limits = limiter();
    for (let round = 0; round < 2; round += 1) {
      // oxlint-disable-next-line no-await-in-loop -- the second refusal comes after the first pause
      const [turn] = await Promise.all([limits.take('users', 1), vi.advanceTimersToNextTimerAsync()]);
      turn.refused({ scope: 'messages' });
    }
    const [good] = await Promise.all([limits.take('users', 1), vi.advanceTimersToNextTimerAsync()]);
    good.done();
    (await limits.take('users', 1)).refused({ scope: 'messages' });
    expect(await paused(limits)).toBe(1000);
  });
});

describe('a store that answers later', () => {
  interface Question {
    readonly calls: readonly (readonly number[])[];
    answer(granted: number, waitMs?: number): void;
    fail(error: unknown): void;
  }

  /** A store whose answers the test gives by hand. */
  function handStore(): { store: RateLimitStore; asked: Question[]; returned: () => number } {
    const asked: Question[] = [];
    let returned = 0;
    const slot = { settle: () => undefined, giveBack: () => (returned += 1) };
    const take = (calls: readonly (readonly number[])[]): Promise<RateLimitGrant> =>
      new Promise((resolve, reject) => {
        const answer = (granted: number, waitMs = 50): void =>
          resolve({ slots: Array.from({ length: granted }, () => slot), waitMs });
        asked.push({ calls, answer, fail: reject });
      });
    return { store: { budget: () => ({ take, pause: () => undefined }) }, asked, returned: () => returned };
  }

  it('is asked for all that came meanwhile in one question', async () => {
    const { store, asked } = handStore();
    const limits = limiter({ store });
    const turns = [1, 2, 3].map((messages) => limits.take('users', messages));
    asked[0]?.answer(1);
    await turns[0];
    await vi.advanceTimersByTimeAsync(0);
    expect(asked.map(({ calls }) => calls.map(([, messages]) => messages))).toEqual([[1], [2, 3]]);
    asked[1]?.answer(2);
    await expect(Promise.all(turns)).resolves.toHaveLength(3);
  });

  it('gets back what it granted to a call that was aborted meanwhile', async () => {
    const { store, asked, returned } = handStore();
    const limits = limiter({ store });
    const abort = new AbortController();
    const aborted = failure(limits.take('users', 1, abort.signal));
    abort.abort();
    asked[0]?.answer(1);
    expect((await aborted).kind).toBe('aborted');
    await vi.advanceTimersByTimeAsync(0);
    expect(returned()).toBe(1);
  });

  it('may still grant what it was asked for when the wait ran out', async () => {
    const { store, asked } = handStore();
    const limits = limiter({ store, maxWaitMs: 0 });
    const granted = limits.take('users', 1);
    await vi.advanceTimersByTimeAsync(20);
    asked[0]?.answer(1);
    await expect(granted).resolves.toBeDefined();
    const refused = failure(limits.take('users', 1));
    asked[1]?.answer(0);
    expect((await refused).kind).toBe('rate-limit');
  });

  it('fails the calls it was asked for when it breaks, tells why apart, and is asked again', async () => {
    const { store, asked } = handStore();
    const broken = new Error('broken');
    const onStoreError = vi.fn<(error: unknown) => void>();
    const limits = limiter({ store }, { onStoreError });
    const lost = failure(limits.take('users', 1));
    const next = limits.take('users', 1);
    asked[0]?.fail(broken);
    expect(await lost).toMatchObject({ kind: 'rate-limit', sent: 'no', retryable: true });
    expect(onStoreError).toHaveBeenCalledExactlyOnceWith(broken);
    await vi.advanceTimersByTimeAsync(0);
    asked[1]?.answer(1);
    await expect(next).resolves.toBeDefined();
  });
});
