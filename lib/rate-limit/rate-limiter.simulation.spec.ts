import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import {
  type CountedCall,
  highestFixedCount,
  highestSlidingCount,
  sustainedShare,
} from '../../test/support/counted-calls.js';
import { useVirtualTime } from '../../test/support/virtual-time.js';
import type { RateLimitRoute, RouteLimit } from '../options/rate-limit.options.js';
import { rateLimitOptions } from '../options/schema.js';
import { RateLimiter } from './rate-limiter.js';

interface Load {
  readonly route: RateLimitRoute;
  readonly limit: RouteLimit;
  readonly messages: () => number;
  /** From the permit to the server, and from the server to the response, in milliseconds. */
  readonly requestMs: () => number;
  readonly responseMs: () => number;
  readonly runMs: number;
}

/** The documented limits of the routes whose messages count. */
const LIMITS = {
  users: { callsPerSecond: 100, messages: { count: 6000, windowMs: 60_000 } },
  chatgroups: { callsPerSecond: 20, messages: { count: 20, windowMs: 1000 } },
  chatrooms: { callsPerSecond: 100, messages: { count: 100, windowMs: 1000 } },
};

/** Numbers from 0 to below 1. If an assertion fails, fast-check prints their seed. */
const RANDOM = fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }));

useVirtualTime();

/** Sends as much as the limiter allows for `runMs`, and returns what the server counted. */
async function run({ route, limit, messages, requestMs, responseMs, runMs }: Load): Promise<CountedCall[]> {
  const options = rateLimitOptions.resolve({ [route]: limit, maxWaitMs: Infinity }, 'legacy');
  const limiter = new RateLimiter(options, { keyPrefix: 'org#app' });
  const counted: CountedCall[] = [];
  const end = performance.now() + runMs;
  const send = async (): Promise<void> => {
    const size = messages();
    const permit = await limiter.acquire(route, size);
    setTimeout(() => {
      counted.push({ at: performance.now(), calls: 1, messages: size });
      setTimeout(() => permit.release(), responseMs());
    }, requestMs());
  };
  const caller = async (): Promise<void> => {
    // oxlint-disable-next-line no-await-in-loop -- a caller sends one call after the other
    while (performance.now() < end) await send();
  };
  const callers = Array.from({ length: 8 }, () => caller().catch(() => undefined));
  await vi.advanceTimersByTimeAsync(runMs);
  limiter.close();
  await Promise.all(callers);
  return counted.toSorted((one, other) => one.at - other.at);
}

describe('RateLimiter against a server', () => {
  it('stays within the limits for all latencies, message sizes and window boundaries', async () => {
    const load = fc.record({
      route: fc.constantFrom(...(Object.keys(LIMITS) as (keyof typeof LIMITS)[])),
      latencyMs: fc.integer({ min: 1, max: 3000 }),
      largest: fc.integer({ min: 1, max: 12 }),
      offset: fc.integer({ min: 0, max: 60_000 }),
      random: RANDOM,
    });
    await fc.assert(
      fc.asyncProperty(load, async ({ route, latencyMs, largest, offset, random }) => {
        const next = (): number => random.next().value ?? 0;
        const limit = LIMITS[route];
        const counted = await run({
          route,
          limit,
          messages: () => 1 + Math.floor(next() * largest),
          requestMs: () => next() * latencyMs,
          responseMs: () => next() * latencyMs,
          runMs: 5000,
        });
        const { count, windowMs } = limit.messages;
        expect(counted.length).toBeGreaterThan(0);
        expect(highestSlidingCount(counted, 'calls', 1000)).toBeLessThanOrEqual(limit.callsPerSecond);
        expect(highestFixedCount(counted, 'calls', 1000, offset)).toBeLessThanOrEqual(limit.callsPerSecond);
        expect(highestSlidingCount(counted, 'messages', windowMs)).toBeLessThanOrEqual(count);
        expect(highestFixedCount(counted, 'messages', windowMs, offset)).toBeLessThanOrEqual(count);
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    { route: 'users', size: 1, unit: 'calls', windowMs: 1000 },
    { route: 'users', size: 600, unit: 'messages', windowMs: 60_000 },
    { route: 'chatgroups', size: 2, unit: 'messages', windowMs: 1000 },
    { route: 'chatrooms', size: 10, unit: 'messages', windowMs: 1000 },
  ] as const)(
    'uses 95 % of the $unit that the route $route allows, with $size per call and a latency below 10 ms',
    async ({ route, size, unit, windowMs }) => {
      const limit = LIMITS[route];
      const allowed = unit === 'calls' ? limit.callsPerSecond : limit.messages.count;
      const sends = fc.asyncProperty(RANDOM, async (random) => {
        const latencyMs = (): number => 1 + (random.next().value ?? 0) * 4;
        const counted = await run({
          route,
          limit,
          messages: () => size,
          requestMs: latencyMs,
          responseMs: latencyMs,
          runMs: 20 * windowMs,
        });
        expect(highestSlidingCount(counted, 'calls', 1000)).toBeLessThanOrEqual(limit.callsPerSecond);
        expect(highestSlidingCount(counted, 'messages', limit.messages.windowMs)).toBeLessThanOrEqual(
          limit.messages.count,
        );
        expect(sustainedShare(counted, unit, allowed, windowMs)).toBeGreaterThanOrEqual(0.95);
        expect(sustainedShare(counted, unit, allowed, windowMs)).toBeLessThanOrEqual(1);
      });
      await fc.assert(sends, { numRuns: 1 });
    },
  );
});
