import type { FieldRule } from './field-rule.js';
import { oneOf } from './scalar-rules.js';

/** The `type` of a body that knows its type. A request may leave it out where the DTO says which type it is. */
export function ownType(type: string): FieldRule {
  return oneOf([type], 'use the DTO and the method of the other type, or MessageDto and send() for any type');
}
