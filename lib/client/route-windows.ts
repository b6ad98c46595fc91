import type { ResolvedRouteLimit } from '../options/schema.js';
import type { RateWindow } from './rate-limit-store.js';

/** What a limit counts: requests, or messages (one per target). */
export type LimitScope = 'calls' | 'messages';

/** A limit of a route as a window, and what it counts. */
export interface RouteWindow extends RateWindow {
  readonly scope: LimitScope;
}

/** The windows of one route; none for a limit that is `Infinity`. */
export function routeWindows({ callsPerSecond, messages }: ResolvedRouteLimit): readonly RouteWindow[] {
  const windows = [
    window('calls', callsPerSecond, 1000),
    ...(messages === undefined ? [] : [window('messages', messages.count, messages.windowMs)]),
  ];
  return windows.filter(({ limit }) => limit !== Infinity);
}

/** Both figures are above zero: the options were checked when the module started. */
function window(scope: LimitScope, count: number, windowMs: number): RouteWindow {
  if (count >= 1) return { scope, limit: Math.floor(count), windowMs };
  // Half a call in a second is one call in two seconds: a slot cannot be cut. No store can keep a window without an end.
  return { scope, limit: 1, windowMs: Math.min(windowMs / count, Number.MAX_SAFE_INTEGER) };
}

/** What one call takes from each window. */
export function costsOf(windows: readonly RouteWindow[], messages: number): readonly number[] {
  return windows.map(({ scope }) => (scope === 'calls' ? 1 : messages));
}
