import { fault, type FieldRule } from './field-rule.js';
import { kindOf } from './received-value.js';

/** An array of non-empty strings; `must` says so for the whole array. */
export function listOfIds(must: string, cure: string, minimum: 0 | 1): FieldRule {
  return {
    name: 'listOfIds',
    check: (value) => {
      if (!Array.isArray(value) || value.length < minimum) return fault(must, kindOf(value), cure);
      // An index loop also sees the holes of a sparse array, and is many times faster than a rule for each item.
      for (let index = 0; index < value.length; index++) {
        const item: unknown = value[index];
        if (typeof item !== 'string' || item === '') {
          const way = typeof item === 'number' ? 'put the number into quotes' : 'remove this entry';
          return fault('a non-empty string', kindOf(item), way, `.${index}`);
        }
      }
      return undefined;
    },
  };
}

/** An upper limit of an array's length; whatever is not an array is another rule's business. */
export function atMost(maximum: number, name: string, cure: string): FieldRule {
  return {
    name,
    check: (value) =>
      Array.isArray(value) && value.length > maximum
        ? { path: '', says: `must have at most ${maximum} entries, got ${value.length}; ${cure}` }
        : undefined,
  };
}

/** Both rules, the second for a value that keeps the first. */
export function both(first: FieldRule, second: FieldRule): FieldRule {
  return { name: first.name, check: (value) => first.check(value) ?? second.check(value) };
}
