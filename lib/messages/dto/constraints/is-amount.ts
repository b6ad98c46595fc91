import { MIN, ValidateBy } from 'class-validator';

import { describeType } from '../../../errors/describe-type.js';
import { explain } from './explain.js';
import { type FindIssue, unexpected } from './issue.js';

/**
 * A finite number from 0 up. It has the name of class-validator's `Min`, which lets Infinity pass, so that tools read a
 * minimum.
 *
 * @param unit what is counted, in the plural
 */
export function IsAmount(unit: string): PropertyDecorator {
  const findIssue = findAmountIssue(unit);
  return ValidateBy(
    { name: MIN, constraints: [0], validator: { validate: (value) => findIssue(value) === undefined } },
    explain(findIssue),
  );
}

/** The check of `IsAmount`. */
export function findAmountIssue(unit: string): FindIssue {
  return (value) => {
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return undefined;
    const received = typeof value === 'number' && value < 0 ? 'a negative number' : describeType(value);
    return unexpected(`a number of ${unit}, 0 or more`, received, 'leave it out when it is not known');
  };
}
