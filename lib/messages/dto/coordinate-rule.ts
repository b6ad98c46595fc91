import { fault, type FieldRule } from './field-rule.js';
import { kindOf } from './received-value.js';

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** Degrees from `-limit` to `limit`, as a number or, as the documents write them, as a string. */
export function degrees(limit: 90 | 180): FieldRule {
  const must = `a number of degrees from -${limit} to ${limit}, or such a number as a string`;
  return {
    name: 'degrees',
    check: (value) => {
      const number = typeof value === 'string' && DECIMAL.test(value) ? Number(value) : value;
      if (typeof number !== 'number' || Number.isNaN(number)) {
        const got =
          typeof value === 'string' && value !== '' ? 'a string that is not a number' : kindOf(value);
        return fault(must, got, 'write decimal degrees, for instance "39.966"');
      }
      if (Math.abs(number) <= limit) return undefined;
      return fault(must, 'a number beyond that', 'check that lat and lng are not swapped');
    },
  };
}
