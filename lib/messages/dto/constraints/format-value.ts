import { describeType } from '../../../errors/describe-type.js';

const MAX_EXCERPT_LENGTH = 40;

/**
 * Shows the start of a string, for instance `the string "user"`, and the type of anything else. Only for words of a
 * vocabulary: a string may be a secret.
 */
export function formatValue(value: unknown): string {
  if (typeof value !== 'string' || value === '') return describeType(value);
  const isLong = value.length > MAX_EXCERPT_LENGTH;
  return `the string ${JSON.stringify(isLong ? `${value.slice(0, MAX_EXCERPT_LENGTH)}…` : value)}`;
}
