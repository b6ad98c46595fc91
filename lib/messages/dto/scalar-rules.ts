import { fault, type FieldRule } from './field-rule.js';
import { excerptOf, kindOf } from './received-value.js';

/** A string of at least one character. */
export function nonEmptyString(cure: string): FieldRule {
  return {
    name: 'nonEmptyString',
    check: (value) =>
      typeof value === 'string' && value !== ''
        ? undefined
        : fault('a non-empty string', kindOf(value), cure),
  };
}

/** Any string, the empty one included. */
export function anyString(cure: string): FieldRule {
  return {
    name: 'anyString',
    check: (value) => (typeof value === 'string' ? undefined : fault('a string', kindOf(value), cure)),
  };
}

/** A boolean; the words `"true"` and `"false"` are strings. */
export function flag(cure: string): FieldRule {
  return {
    name: 'flag',
    check: (value) => (typeof value === 'boolean' ? undefined : fault('true or false', kindOf(value), cure)),
  };
}

/** A finite number from zero up. */
export function amount(unit: string): FieldRule {
  return {
    name: 'amount',
    check: (value) => {
      if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return undefined;
      const got = typeof value === 'number' && value < 0 ? 'a negative number' : kindOf(value);
      return fault(`a number of ${unit}, 0 or more`, got, 'leave it out when it is not known');
    },
  };
}

/** One word of a closed vocabulary. */
export function oneOf(words: readonly string[], cure: string): FieldRule {
  const legal: ReadonlySet<unknown> = new Set(words);
  const must = words.length === 1 ? JSON.stringify(words[0]) : `one of ${words.join(', ')}`;
  return {
    name: 'oneOf',
    check: (value) => (legal.has(value) ? undefined : fault(must, withKind(value), cure)),
  };
}

/** A string of a documented shape, which `must` puts into words. */
export function matching(pattern: RegExp, must: string, cure: string): FieldRule {
  return {
    name: 'matching',
    check: (value) =>
      typeof value === 'string' && pattern.test(value) ? undefined : fault(must, withKind(value), cure),
  };
}

function withKind(value: unknown): string {
  return typeof value === 'string' && value !== '' ? `the string ${excerptOf(value)}` : kindOf(value);
}
