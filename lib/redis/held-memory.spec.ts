import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Logger } from '@nestjs/common';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { useVirtualTime } from '../../test/support/virtual-time.js';
import { MemoryRateLimitStore } from '../rate-limit/memory-rate-limit-store.js';
import type { RateLimitLease, RateLimitStore, RateWindow } from '../rate-limit/rate-limit-store.js';
import { RedisRateLimitStore } from './index.js';

const BATCH = 500;
const CALLS_PER_SECOND = 100;

/** What the calls of a minute and a half need, twice over. A leak of 80 bytes for each call would be more. */
const MOST_BYTES = 8 * 1024 * 1024;

const WINDOWS: readonly RateWindow[] = [
  { scope: 'calls', limit: 1e9, windowMs: 1000 },
  { scope: 'messages', limit: 1e9, windowMs: 60_000 },
];

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapUsed(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** Grants everything. */
function grantAll(_sha1: string, keyCount: number, ...args: (string | number)[]): Promise<unknown> {
  const windows = keyCount - 2;
  const reportsAt = keyCount + 4 + 3 * windows;
  const requested = args[reportsAt + 1 + Number(args[reportsAt]) * (2 + windows)];
  return Promise.resolve([requested, 1, 'generation']);
}

const fail = (): Promise<never> => Promise.reject(new Error('no connection'));

const STORES: readonly { store: string; calls: number; outages: number; create: () => RateLimitStore }[] = [
  {
    store: 'MemoryRateLimitStore',
    calls: 500_000,
    outages: 0,
    create: () => new MemoryRateLimitStore(),
  },
  {
    store: 'RedisRateLimitStore',
    calls: 500_000,
    outages: 0,
    create: () =>
      new RedisRateLimitStore({ client: { get: fail, set: fail, eval: fail, evalsha: grantAll } }),
  },
  {
    store: 'RedisRateLimitStore without Redis',
    calls: 100_000,
    outages: 1,
    create: () => new RedisRateLimitStore({ client: { get: fail, set: fail, eval: fail, evalsha: fail } }),
  },
];

const ENDS: readonly { end: string; finish: (lease: RateLimitLease) => void }[] = [
  { end: 'released', finish: (lease) => lease.release() },
  { end: 'cancelled', finish: (lease) => lease.cancel() },
  { end: 'never ended', finish: () => undefined },
];

describe.each(STORES)('$store', ({ calls, outages, create }) => {
  const warn = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  useVirtualTime();
  beforeEach(() => void warn.mockClear());

  it.each(ENDS)(
    `holds no more after ${calls} calls that are $end than after a minute of them`,
    async ({ finish }) => {
      const bucket = create().bucket('host:org#app:users', WINDOWS, 25_000);
      const batch = Array.from({ length: BATCH }, () => [1, 1]);
      const send = async (count: number): Promise<void> => {
        for (let sent = 0; sent < count; sent += BATCH) {
          // oxlint-disable-next-line no-await-in-loop -- one batch after the other
          const { leases } = await bucket.acquire(batch);
          expect(leases).toHaveLength(BATCH);
          for (const lease of leases) finish(lease);
          // oxlint-disable-next-line no-await-in-loop -- as above
          await vi.advanceTimersByTimeAsync((BATCH / CALLS_PER_SECOND) * 1000);
        }
      };
      await send(90 * CALLS_PER_SECOND);
      const before = heapUsed();
      await send(calls);
      const held = heapUsed() - before;
      // Used after the measurement: else the bucket would be garbage already.
      bucket.close?.();
      expect(held).toBeLessThan(MOST_BYTES);
      expect(warn).toHaveBeenCalledTimes(outages);
    },
    30_000,
  );
});
