import { IS_OBJECT, ValidateBy } from 'class-validator';

import { builtInClassOf, describeType } from '../../../errors/describe-type.js';
import { isJsonObject } from '../../../http/json.js';
import { explain } from './explain.js';
import { type FindIssue, hintForObject, tooMany, unexpected } from './issue.js';

const MAX_ENTRIES = 16;

/**
 * The attributes of a custom message: a plain object of at most 16 strings, finite numbers and booleans. It has the name
 * of class-validator's `IsObject`, so that tools read an object.
 */
export function IsCustomAttributes(): PropertyDecorator {
  return ValidateBy(
    { name: IS_OBJECT, validator: { validate: (value) => findAttributesIssue(value) === undefined } },
    explain(findAttributesIssue),
  );
}

const findAttributesIssue: FindIssue = (value) => {
  if (!isJsonObject(value) || builtInClassOf(value) !== 'Object') {
    const expected = `a plain object of at most ${MAX_ENTRIES} entries`;
    const hint = hintForObject(value, 'leave it out when there are no attributes');
    return unexpected(expected, describeType(value), hint);
  }
  // JSON leaves out an undefined member.
  const entries = Object.entries(value).filter(([, attribute]) => attribute !== undefined);
  if (entries.length > MAX_ENTRIES) return tooMany(MAX_ENTRIES, entries.length, 'put the rest into ext');
  const wrong = entries.find(([, attribute]) => !isAttribute(attribute));
  if (wrong === undefined) return undefined;
  const [name, attribute] = wrong;
  const hint = 'put structured data into ext or send it as a JSON string';
  return unexpected('a string, a finite number or a boolean', describeType(attribute), hint, `.${name}`);
};

function isAttribute(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}
