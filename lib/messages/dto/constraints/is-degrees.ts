import { ValidateBy } from 'class-validator';

import { describeType } from '../../../errors/describe-type.js';
import { explain } from './explain.js';
import { type FindIssue, unexpected } from './issue.js';

/** Linear: no two repetitions can match the same digits. */
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** No number of degrees is longer. */
const MAX_LENGTH = 64;

/** Decimal degrees from `-limit` to `limit`, as a number or, as Easemob documents them, as a string. */
export function IsDegrees(limit: 90 | 180): PropertyDecorator {
  const findIssue = findDegreesIssue(limit);
  const validateBy = ValidateBy(
    {
      name: 'isDegrees',
      constraints: [limit],
      validator: { validate: (value) => findIssue(value) === undefined },
    },
    explain(findIssue),
  );
  return (target, property) => {
    validateBy(target, property);
    // Tools that read the type get the documented one: TypeScript has none for a string or a number.
    Reflect.defineMetadata('design:type', String, target, property);
  };
}

function findDegreesIssue(limit: number): FindIssue {
  const expected = `a number of degrees from -${limit} to ${limit}, or such a number as a string`;
  return (value) => {
    const degrees = isDecimal(value) ? Number(value) : value;
    if (typeof degrees !== 'number' || Number.isNaN(degrees)) {
      return unexpected(expected, describeNonNumber(value), 'write decimal degrees, for instance "39.966"');
    }
    if (Math.abs(degrees) <= limit) return undefined;
    return unexpected(expected, 'a number beyond that', 'check that lat and lng are not swapped');
  };
}

function isDecimal(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_LENGTH && DECIMAL.test(value);
}

function describeNonNumber(value: unknown): string {
  return typeof value === 'string' && value !== '' ? 'a string that is not a number' : describeType(value);
}
