import { type Check, rule } from './shapes.js';
import { shown } from './shown.js';

/** A longer timer would fire at once; no count here is anywhere near it. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A figure between two bounds, both allowed. */
export function between(least: number, most = LONGEST_TIMER_MS): Check {
  return figure(`from ${least} to ${most}`, (value) => value >= least && value <= most);
}

/** A figure that `Infinity` lifts. */
export function atLeast(least: number): Check {
  return figure(`of at least ${least} or Infinity`, (value) => value >= least);
}

/** A figure that `Infinity` lifts and that may be a fraction, however small. */
export function above(bound: number): Check {
  return figure(`above ${bound} or Infinity`, (value) => value > bound);
}

function figure(bounds: string, holds: (value: number) => boolean): Check {
  return rule(`be a number ${bounds}`, (value) => typeof value === 'number' && holds(value), shown);
}
