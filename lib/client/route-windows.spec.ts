import { describe, expect, it } from 'vitest';
import type { RateLimitOptions, Route } from '../options/rate-limit.options.js';
import { rateLimit } from '../options/schema.js';
import { pauseAfter } from './refusals.js';
import { costsOf, routeWindows, type RouteWindow } from './route-windows.js';

const windowsOf = (route: Route, options: RateLimitOptions = {}): readonly RouteWindow[] =>
  routeWindows(rateLimit.resolve(options, 'legacy')[route]);

const calls = (limit: number, windowMs = 1000): object => ({ scope: 'calls', limit, windowMs });
const messages = (limit: number, windowMs: number): object => ({ scope: 'messages', limit, windowMs });

describe('routeWindows', () => {
  it.each<{ route: Route; windows: object[] }>([
    { route: 'users', windows: [calls(100), messages(6000, 60_000)] },
    { route: 'chatgroups', windows: [calls(20), messages(20, 1000)] },
    { route: 'chatrooms', windows: [calls(100), messages(100, 1000)] },
    { route: 'files', windows: [calls(100)] },
  ])('gives $route its documented windows', ({ route, windows }) => {
    expect(windowsOf(route)).toEqual(windows);
  });

  it.each<{ name: string; options: RateLimitOptions; windows: object[] }>([
    {
      name: 'keeps the default of a figure left out',
      options: { users: { callsPerSecond: 500 } },
      windows: [calls(500), messages(6000, 60_000)],
    },
    {
      name: 'has no window for Infinity',
      options: { users: { callsPerSecond: Infinity } },
      windows: [messages(6000, 60_000)],
    },
    {
      name: 'makes half a call a second one call in two seconds',
      options: { users: { callsPerSecond: 0.5 } },
      windows: [calls(1, 2000), messages(6000, 60_000)],
    },
    {
      name: 'makes a quarter of a message in a window one message in four windows',
      options: { users: { messages: { count: 0.25, windowMs: 60_000 } } },
      windows: [calls(100), messages(1, 240_000)],
    },
    {
      name: 'keeps the window of the smallest figure within what can be counted',
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

  it('counts a call once and its messages each', () => {
    expect(costsOf(windowsOf('users'), 600)).toEqual([1, 600]);
  });
});

describe('pauseAfter', () => {
  const windows = windowsOf('users');

  it.each([
    { scope: 'calls' as const, consecutive: 1, ms: 1000 },
    { scope: 'calls' as const, consecutive: 5, ms: 1000 },
    { scope: 'messages' as const, consecutive: 1, ms: 1000 },
    { scope: 'messages' as const, consecutive: 2, ms: 2000 },
    { scope: 'messages' as const, consecutive: 6, ms: 32_000 },
    { scope: 'messages' as const, consecutive: 9, ms: 60_000 },
  ])('is $ms ms after refusal $consecutive in a row for $scope', ({ scope, consecutive, ms }) => {
    expect(pauseAfter({ scope }, consecutive, windows)).toBe(ms);
  });

  it('is what the service asked for', () => {
    expect(pauseAfter({ scope: 'calls', retryAfterMs: 7000 }, 3, windows)).toBe(7000);
  });
});
