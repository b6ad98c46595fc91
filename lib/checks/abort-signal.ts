import { EasemobValidationError } from '../errors/index.js';
import { isJsonObject } from '../http/json.js';
import type { Check } from './checks.js';
import { formatUnlessText } from './format-value.js';
import { option } from './option.js';

/** An `AbortSignal`, also one of another realm or of a polyfill. */
export const abortSignal: Check<AbortSignal> = {
  type: 'AbortSignal',
  must: 'be an AbortSignal',
  describe: formatUnlessText,
  hint: 'pass the signal property of an AbortController',
  accepts: (value): value is AbortSignal =>
    isJsonObject(value) &&
    typeof value['aborted'] === 'boolean' &&
    typeof value['addEventListener'] === 'function' &&
    typeof value['removeEventListener'] === 'function',
};

/**
 * Checks the signal of a call that takes no other option.
 *
 * @throws EasemobValidationError for anything but an `AbortSignal`
 */
export function assertSignal(signal: unknown): void {
  const violations = option(abortSignal)
    .problemsOf('signal', signal)
    .map((message) => ({ path: 'signal', message }));
  if (violations.length > 0) throw new EasemobValidationError(violations);
}
