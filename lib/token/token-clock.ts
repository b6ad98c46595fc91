/** @internal Injectable time and randomness, so that tests need no waiting. */
export interface TokenClock {
  /** Monotonic milliseconds: a jump of the wall clock changes no token's life in this process. */
  now(): number;
  /** Unix milliseconds, for the store that other processes read. */
  wallClock(): number;
  /** From 0 up to 1. */
  random(): number;
}

/** @internal */
export const SYSTEM_CLOCK: TokenClock = {
  now: () => performance.now(),
  wallClock: () => Date.now(),
  random: () => Math.random(),
};
