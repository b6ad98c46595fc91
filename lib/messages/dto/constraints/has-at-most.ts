import { ARRAY_MAX_SIZE, ValidateBy } from 'class-validator';

import { explain } from './explain.js';
import { type FindIssue, tooMany } from './issue.js';

/**
 * A list of at most so many entries. It has the name of class-validator's `ArrayMaxSize`, which also refuses a value
 * that is no array: another constraint of the field does, and the fault would be reported twice.
 */
export function HasAtMost(maximum: number, hint: string): PropertyDecorator {
  const findIssue: FindIssue = (value) =>
    Array.isArray(value) && value.length > maximum ? tooMany(maximum, value.length, hint) : undefined;
  return ValidateBy(
    {
      name: ARRAY_MAX_SIZE,
      constraints: [maximum],
      validator: { validate: (value) => findIssue(value) === undefined },
    },
    explain(findIssue),
  );
}
