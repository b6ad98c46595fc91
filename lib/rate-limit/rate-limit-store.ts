/** No more than `limit` within any `windowMs` milliseconds, however the server places its windows. */
export interface RateWindow {
  readonly limit: number;
  readonly windowMs: number;
}

/** What one granted call holds of every window of its budget; ended by exactly one of the two methods. */
export interface RateLimitSlot {
  /** The call is over, so the server has counted it: the slot is free again one window from now. */
  settle(): void;
  /** The call was never sent: the slot is free again at once. */
  giveBack(): void;
}

/** The answer to a budget's `take`. */
export interface RateLimitGrant {
  /** One slot for each granted call, in the order they were asked for. */
  readonly slots: readonly RateLimitSlot[];
  /** When it is worth asking again for the first call that was not granted, milliseconds; 0 when all were. */
  readonly waitMs: number;
}

/** The budget of one route: what may still be sent in its windows. */
export interface RateLimitBudget {
  /**
   * Grants from the front as many calls as fit now, and none behind the first that does not fit. A call is its cost per
   * window, in the order of the windows; one that costs more than a whole window fits when that window is empty. The
   * answer may be a promise, and must come: nothing else bounds the wait for it.
   */
  take(calls: readonly (readonly number[])[]): RateLimitGrant | Promise<RateLimitGrant>;
  /** Grants nothing for the given time, and never shortens a pause that lasts longer. */
  pause(ms: number): void;
  /** Nothing more will be taken; slots may still be settled. */
  close?(): void;
}

/** Where budgets live: in this process by default, in Redis with `nestjs-easemob/redis`. */
export interface RateLimitStore {
  /**
   * The budget of a key. A slot that is neither settled nor given back counts as settled after `maxHoldMs`.
   *
   * @param key - names the app and the route, for instance `org#app:users`
   */
  budget(key: string, windows: readonly RateWindow[], maxHoldMs: number): RateLimitBudget;
}
