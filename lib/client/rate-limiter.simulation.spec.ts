import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Route, RouteLimit } from '../options/rate-limit.options.js';
import { rateLimit } from '../options/schema.js';
import { RateLimiter } from './rate-limiter.js';

/** When the server counted a call, on the virtual clock, and as how much. */
interface Count {
  readonly at: number;
  readonly calls: number;
  readonly messages: number;
}

type EveryLimit = { readonly [Name in keyof RouteLimit]-?: NonNullable<RouteLimit[Name]> };

interface Load {
  readonly route: Route;
  readonly limit: EveryLimit;
  readonly messages: () => number;
  /** From the turn to the server, and from the server to the answer, in milliseconds. */
  readonly there: () => number;
  readonly back: () => number;
  readonly runMs: number;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** Sends as much as the limiter allows, for a while, and returns what the server counted. */
async function run({ route, limit, messages, there, back, runMs }: Load): Promise<Count[]> {
  const options = rateLimit.resolve({ [route]: limit, maxWaitMs: Infinity }, 'legacy');
  const limits = new RateLimiter(options, { keyPrefix: 'org#app' });
  const counts: Count[] = [];
  const end = performance.now() + runMs;
  const send = async (): Promise<void> => {
    const size = messages();
    const turn = await limits.take(route, size);
    setTimeout(() => {
      counts.push({ at: performance.now(), calls: 1, messages: size });
      setTimeout(() => turn.done(), back());
    }, there());
  };
  const caller = async (): Promise<void> => {
    // oxlint-disable-next-line no-await-in-loop -- a caller sends one call after the other
    while (performance.now() < end) await send();
  };
  const callers = Array.from({ length: 8 }, () => caller().catch(() => undefined));
  await vi.advanceTimersByTimeAsync(runMs);
  limits.close();
  await Promise.all(callers);
  return counts.toSorted((one, other) => one.at - other.at);
}

/** The most that a sliding window counted, as a server that keeps the times of its calls does. */
function sliding(counts: readonly Count[], what: 'calls' | 'messages', windowMs: number): number {
  let first = 0;
  let sum = 0;
  let most = 0;
  for (const count of counts) {
    sum += count[what];
    for (let old = counts[first]; old && old.at <= count.at - windowMs; old = counts[first]) {
      sum -= old[what];
      first += 1;
    }
    most = Math.max(most, sum);
  }
  return most;
}

/** The most that a fixed window counted, as a server that resets a counter does; its windows begin at `offset`. */
function fixed(
  counts: readonly Count[],
  what: 'calls' | 'messages',
  windowMs: number,
  offset: number,
): number {
  const sums = new Map<number, number>();
  for (const count of counts) {
    const window = Math.floor((count.at - offset) / windowMs);
    sums.set(window, (sums.get(window) ?? 0) + count[what]);
  }
  return Math.max(0, ...sums.values());
}

/**
 * The rate that lasts, per window: the time from the first call to the one that begins the last full window's worth. The
 * plain quotient of count and time would hide a loss of up to one window, for the first window's worth is free.
 */
function sustained(
  counts: readonly Count[],
  what: 'calls' | 'messages',
  limit: number,
  windowMs: number,
): number {
  const begin = counts[0]?.at ?? 0;
  let sum = 0;
  let rate = 0;
  for (const count of counts) {
    const isNextWorth = Math.floor((sum + count[what] - 1) / limit) > Math.floor((sum - 1) / limit);
    if (sum > 0 && isNextWorth) rate = (sum / limit) * (windowMs / (count.at - begin));
    sum += count[what];
  }
  return rate;
}

const DOCUMENTED: Record<'users' | 'chatgroups' | 'chatrooms', EveryLimit> = {
  users: { callsPerSecond: 100, messages: { count: 6000, windowMs: 60_000 } },
  chatgroups: { callsPerSecond: 20, messages: { count: 20, windowMs: 1000 } },
  chatrooms: { callsPerSecond: 100, messages: { count: 100, windowMs: 1000 } },
};

describe('RateLimiter against a server', () => {
  it('is never refused, whatever the latencies, the sizes and the place of the windows', async () => {
    const load = fc.record({
      route: fc.constantFrom(...(Object.keys(DOCUMENTED) as (keyof typeof DOCUMENTED)[])),
      latencyMs: fc.integer({ min: 1, max: 3000 }),
      most: fc.integer({ min: 1, max: 12 }),
      offset: fc.integer({ min: 0, max: 60_000 }),
      random: fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })),
    });
    await fc.assert(
      fc.asyncProperty(load, async ({ route, latencyMs, most, offset, random }) => {
        const next = (): number => random.next().value ?? 0;
        const limit = DOCUMENTED[route];
        const counts = await run({
          route,
          limit,
          messages: () => 1 + Math.floor(next() * most),
          there: () => next() * latencyMs,
          back: () => next() * latencyMs,
          runMs: 5000,
        });
        const { count, windowMs } = limit.messages;
        expect(counts.length).toBeGreaterThan(0);
        expect(sliding(counts, 'calls', 1000)).toBeLessThanOrEqual(limit.callsPerSecond);
        expect(fixed(counts, 'calls', 1000, offset)).toBeLessThanOrEqual(limit.callsPerSecond);
        expect(sliding(counts, 'messages', windowMs)).toBeLessThanOrEqual(count);
        expect(fixed(counts, 'messages', windowMs, offset)).toBeLessThanOrEqual(count);
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    { route: 'users' as const, size: 1, what: 'calls' as const, windowMs: 1000 },
    { route: 'users' as const, size: 600, what: 'messages' as const, windowMs: 60_000 },
    { route: 'chatgroups' as const, size: 2, what: 'messages' as const, windowMs: 1000 },
    { route: 'chatrooms' as const, size: 10, what: 'messages' as const, windowMs: 1000 },
  ])(
    'keeps up 95 % of the $what that $route allows, with $size per call and a server nearby',
    async ({ route, size, what, windowMs }) => {
      const limit = DOCUMENTED[route];
      const counts = await run({
        route,
        limit,
        messages: () => size,
        there: () => 1 + Math.random() * 4,
        back: () => 1 + Math.random() * 4,
        runMs: 20 * windowMs,
      });
      const allowed = what === 'calls' ? limit.callsPerSecond : limit.messages.count;
      expect(sliding(counts, 'calls', 1000)).toBeLessThanOrEqual(limit.callsPerSecond);
      expect(sliding(counts, 'messages', limit.messages.windowMs)).toBeLessThanOrEqual(limit.messages.count);
      expect(sustained(counts, what, allowed, windowMs)).toBeGreaterThanOrEqual(0.95);
      expect(sustained(counts, what, allowed, windowMs)).toBeLessThanOrEqual(1);
    },
  );
});
