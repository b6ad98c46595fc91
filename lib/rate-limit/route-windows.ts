import type { RateLimitScope } from '../errors/response-table.js';
import type { ResolvedRouteLimit } from '../options/schema.js';
import type { RateWindow } from './rate-limit-store.js';

/** The windows of one route. A limit of `Infinity` has no window. */
export function routeWindows({ callsPerSecond, messages }: ResolvedRouteLimit): readonly RateWindow[] {
  const windows = [
    window('calls', callsPerSecond, 1000),
    ...(messages === undefined ? [] : [window('messages', messages.count, messages.windowMs)]),
  ];
  return windows.filter(({ limit }) => limit !== Infinity);
}

/** What one call costs in each window. */
export function costsOf(windows: readonly RateWindow[], messages: number): readonly number[] {
  return windows.map(({ scope }) => (scope === 'calls' ? 1 : messages));
}

/** Both numbers are above zero: the options were checked at start-up. */
function window(scope: RateLimitScope, count: number, windowMs: number): RateWindow {
  if (count >= 1) return { scope, limit: Math.floor(count), windowMs };
  // A lease cannot be divided: half a call per second is one call in two seconds. No store can keep an endless window.
  return { scope, limit: 1, windowMs: Math.min(windowMs / count, Number.MAX_SAFE_INTEGER) };
}
