import { MIN_LENGTH, ValidateBy } from 'class-validator';

import { describeType } from '../../../errors/describe-type.js';
import { explain } from './explain.js';
import { type FindIssue, unexpected } from './issue.js';

/**
 * A list whose entries are IDs, which are non-empty strings; the error names the index of the first other entry. It has
 * the name of class-validator's `MinLength` of each entry, which also judges a value that is no list: `ArrayMinSize` or
 * `IsArray` refuses that, and the fault would be reported twice.
 */
export function IsIdList(): PropertyDecorator {
  return ValidateBy(
    {
      name: MIN_LENGTH,
      constraints: [1],
      validator: { validate: (entry, args) => !Array.isArray(args?.value) || isId(entry) },
    },
    { ...explain(findEntryIssue), each: true },
  );
}

const findEntryIssue: FindIssue = (value) => {
  if (!Array.isArray(value)) return undefined;
  const index = value.findIndex((entry) => !isId(entry));
  if (index === -1) return undefined;
  const entry: unknown = value[index];
  const hint = typeof entry === 'number' ? 'put the number into quotes' : 'remove this entry';
  return unexpected('a non-empty string', describeType(entry), hint, `.${index}`);
};

function isId(entry: unknown): boolean {
  return typeof entry === 'string' && entry !== '';
}
