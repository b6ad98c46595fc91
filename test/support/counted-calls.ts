/** A call as a server counted it, at `at` milliseconds. */
export interface CountedCall {
  readonly at: number;
  readonly calls: number;
  readonly messages: number;
}

type Unit = 'calls' | 'messages';

/** The highest count of a server that keeps the time of each call. */
export function highestSlidingCount(counted: readonly CountedCall[], unit: Unit, windowMs: number): number {
  let first = 0;
  let sum = 0;
  let highest = 0;
  for (const call of counted) {
    sum += call[unit];
    for (let old = counted[first]; old && old.at <= call.at - windowMs; old = counted[first]) {
      sum -= old[unit];
      first += 1;
    }
    highest = Math.max(highest, sum);
  }
  return highest;
}

/** The highest count of a server that resets a counter at the start of each window; a window starts at `offset`. */
export function highestFixedCount(
  counted: readonly CountedCall[],
  unit: Unit,
  windowMs: number,
  offset: number,
): number {
  const sums = new Map<number, number>();
  for (const call of counted) {
    const window = Math.floor((call.at - offset) / windowMs);
    sums.set(window, (sums.get(window) ?? 0) + call[unit]);
  }
  return Math.max(0, ...sums.values());
}

/**
 * The sustained rate as a share of the limit: measured from the first call to the one that begins the last full window.
 * The plain quotient of count and time would hide a loss of up to one window, because the first window is filled at once.
 */
export function sustainedShare(
  counted: readonly CountedCall[],
  unit: Unit,
  limit: number,
  windowMs: number,
): number {
  const begin = counted[0]?.at ?? 0;
  let sum = 0;
  let share = 0;
  for (const call of counted) {
    const beginsWindow = Math.floor((sum + call[unit] - 1) / limit) > Math.floor((sum - 1) / limit);
    if (sum > 0 && beginsWindow) share = (sum / limit) * (windowMs / (call.at - begin));
    sum += call[unit];
  }
  return share;
}
