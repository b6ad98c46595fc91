import type { ValidationOptions } from 'class-validator';

import { describeType } from '../../../errors/describe-type.js';
import { explain } from './explain.js';
import { formatValue } from './format-value.js';
import { unexpected } from './issue.js';

/**
 * The options of a class-validator constraint, with an error text such as
 * `from must be a non-empty string, got null; leave it out to send as admin`.
 *
 * @param describe describes the received value; the default names its type only, because it may be a secret
 */
export function mustBe(
  expected: string,
  hint: string,
  describe: (value: unknown) => string = describeType,
): ValidationOptions {
  return explain((value) => unexpected(expected, describe(value), hint));
}

/** `mustBe` for a word of a closed vocabulary. */
export function mustBeOneOf(words: readonly string[], hint: string): ValidationOptions {
  const expected = words.length === 1 ? JSON.stringify(words[0]) : `one of ${words.join(', ')}`;
  return mustBe(expected, hint, formatValue);
}

/** `mustBe` for the `type` of a body whose class knows it. */
export function mustBeType(type: string): ValidationOptions {
  return mustBeOneOf(
    [type],
    'use the DTO and the method of the other type, or MessageDto and send() for any type',
  );
}
