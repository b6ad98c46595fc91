import { validateHeaderName, validateHeaderValue } from 'node:http';

import type { EmulatorFault, FaultKey } from './faults.js';
import { type Check, object, oneOf, optional, rule } from './option-checks.js';

/** A longer timer fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

const length = optional(
  rule(
    `be a number from 0 to ${LONGEST_TIMER_MS}`,
    (value) => typeof value === 'number' && value >= 0 && value <= LONGEST_TIMER_MS,
  ),
);

const checks: Readonly<Record<FaultKey, Check>> = {
  // These three are checked below, with errors of their own.
  status: () => [],
  headers: () => [],
  redirect: () => [],
  body: optional(rule('be JSON', isJson)),
  delayMs: length,
  reset: oneOf('before', 'after'),
  garbage: oneOf(true),
  truncate: oneOf(true),
  slowBodyMs: length,
  omitTargets: optional(
    rule(
      'be a number or a list of targets',
      (value) =>
        typeof value === 'number' ||
        (Array.isArray(value) && value.every((each) => typeof each === 'string')),
    ),
  ),
  gzip: oneOf(true),
};

const asFault = object(checks);
const asTimes = rule(
  'be a whole number of 1 or more, or Infinity',
  (value) => value === Infinity || (Number.isSafeInteger(value) && Number(value) >= 1),
);

/** Throws for a fault that cannot be applied, so that the error appears in the test and not in the server. */
export function assertApplicable(fault: EmulatorFault, times: number): void {
  const problems = [...asFault('fault', fault ?? null), ...asTimes('times', times)];
  if (problems.length > 0) throw new TypeError(problems.join('\n'));
  if (Object.keys(fault).length === 0) {
    throw new TypeError(`fault must have one of ${Object.keys(checks).join(', ')}, got none.`);
  }
  for (const name of ['body', 'headers']) {
    if (name in fault && !('status' in fault)) {
      throw new TypeError(`fault must have a status for its ${name}.`);
    }
  }
  if ('status' in fault) {
    const { status, headers = {} } = fault;
    if (!Number.isInteger(status) || status < 200 || status > 599) {
      throw new RangeError(`A fault takes a status from 200 to 599, got ${status}.`);
    }
    for (const [name, value] of Object.entries(headers)) {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    }
  }
  if ('redirect' in fault) validateHeaderValue('location', fault.redirect);
}

function isJson(value: unknown): boolean {
  try {
    return JSON.stringify(value) !== undefined;
  } catch {
    return false;
  }
}
