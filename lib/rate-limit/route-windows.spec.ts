import { describe, expect, it } from 'vitest';
import type { RateLimitOptions, RateLimitRoute } from '../options/rate-limit.options.js';
import { rateLimitOptions } from '../options/schema.js';
import type { RateWindow } from './rate-limit-store.js';
import { costsOf, routeWindows } from './route-windows.js';

const windowsOf = (route: RateLimitRoute, options: RateLimitOptions = {}): readonly RateWindow[] =>
  routeWindows(rateLimitOptions.resolve(options, 'legacy')[route]);

const calls = (limit: number, windowMs = 1000): object => ({ scope: 'calls', limit, windowMs });
const messages = (limit: number, windowMs: number): object => ({ scope: 'messages', limit, windowMs });

describe('routeWindows', () => {
  it.each<{ route: RateLimitRoute; windows: object[] }>([
    { route: 'users', windows: [calls(100), messages(6000, 60_000)] },
    { route: 'chatgroups', windows: [calls(20), messages(20, 1000)] },
    { route: 'chatrooms', windows: [calls(100), messages(100, 1000)] },
    { route: 'files', windows: [calls(100)] },
  ])('gives the route $route its documented windows', ({ route, windows }) => {
    expect(windowsOf(route)).toEqual(windows);
  });

  it.each<{ name: string; options: RateLimitOptions; windows: object[] }>([
    {
      name: 'keeps the default of a limit that is left out',
      options: { users: { callsPerSecond: 500 } },
      windows: [calls(500), messages(6000, 60_000)],
    },
    {
      name: 'has no window for a limit of Infinity',
      options: { users: { callsPerSecond: Infinity } },
      windows: [messages(6000, 60_000)],
    },
    {
      name: 'turns half a call per second into one call in two seconds',
      options: { users: { callsPerSecond: 0.5 } },
      windows: [calls(1, 2000), messages(6000, 60_000)],
    },
    {
      name: 'turns a quarter of a message per window into one message in four windows',
      options: { users: { messages: { count: 0.25, windowMs: 60_000 } } },
      windows: [calls(100), messages(1, 240_000)],
    },
    {
      name: 'keeps the window of the smallest limit a safe integer',
      options: { users: { callsPerSecond: Number.MIN_VALUE } },
      windows: [calls(1, Number.MAX_SAFE_INTEGER), messages(6000, 60_000)],
    },
    {
      name: 'rounds a limit down',
      options: { users: { callsPerSecond: 2.9 } },
      windows: [calls(2), messages(6000, 60_000)],
    },
  ])('$name', ({ options, windows }) => {
    expect(windowsOf('users', options)).toEqual(windows);
  });
});

describe('costsOf', () => {
  it('costs one call and one message per target', () => {
    expect(costsOf(windowsOf('users'), 600)).toEqual([1, 600]);
  });
});
