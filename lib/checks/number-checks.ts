import type { Check } from './checks.js';
import { formatValue } from './format-value.js';

/** A longer timer fires at once. No count among the options comes near it. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A number between two bounds, both included. */
export function between(least: number, most = LONGEST_TIMER_MS): Check<number> {
  return number(`number from ${least} to ${most}`, (value) => value >= least && value <= most);
}

/** A count: a whole number from a lower bound up. */
export function count(least: number): Check<number> {
  return number(
    `whole number from ${least} to ${LONGEST_TIMER_MS}`,
    (value) => Number.isInteger(value) && value >= least && value <= LONGEST_TIMER_MS,
  );
}

/** A number with a lower bound, included; `Infinity` lifts the limit that it sets. */
export function atLeast(least: number): Check<number> {
  return number(`number of at least ${least} or Infinity`, (value) => value >= least);
}

/** A number, fractions included, above a bound; `Infinity` lifts the limit that it sets. */
export function above(bound: number): Check<number> {
  return number(`number above ${bound} or Infinity`, (value) => value > bound);
}

function number(what: string, isWithin: (value: number) => boolean): Check<number> {
  return {
    type: 'number',
    must: `be a ${what}`,
    describe: formatValue,
    accepts: (value): value is number => typeof value === 'number' && isWithin(value),
  };
}
