import type { LimitScope, RouteWindow } from './route-windows.js';

/** What is known when the service refuses a call for its rate although the budget allowed it. */
export interface Refusal {
  /** `calls` for a 429, `messages` for the 403 that says `message send reach limit`. */
  readonly scope: LimitScope;
  /** What the service asked for, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

/** The first pause after a refusal that does not say how long, in milliseconds; it doubles with each one that follows. */
const FIRST_PAUSE_MS = 1000;

/** Whatever the service asks for, a route tries again after this; the next refusal renews its pause. */
const LONGEST_PAUSE_MS = 300_000;

/** How long a route pauses after its n-th refusal in a row. */
export function pauseAfter(refusal: Refusal, consecutive: number, windows: readonly RouteWindow[]): number {
  const { retryAfterMs } = refusal;
  if (retryAfterMs !== undefined && retryAfterMs > 0) return Math.min(retryAfterMs, LONGEST_PAUSE_MS);
  const windowMs = windows.find(({ scope }) => scope === refusal.scope)?.windowMs ?? FIRST_PAUSE_MS;
  return Math.min(windowMs, FIRST_PAUSE_MS * 2 ** (consecutive - 1));
}
