import { fault, type FieldRule } from './field-rule.js';
import { isJsonObject } from '../../http/json.js';
import { builtInClassOf, kindOf } from './received-value.js';

const MAX_ENTRIES = 16;

/** A plain map of at most 16 entries with primitive values; the custom-message part of the send-message document. */
export function customAttributes(): FieldRule {
  return { name: 'customAttributes', check: faultIn };
}

function faultIn(value: unknown): ReturnType<FieldRule['check']> {
  if (!isJsonObject(value) || builtInClassOf(value) !== 'Object') {
    return fault(
      `a plain object of at most ${MAX_ENTRIES} entries`,
      kindOf(value),
      'leave it out when there are no attributes',
    );
  }
  // An undefined member never gets onto the wire.
  const entries = Object.entries(value).filter(([, attribute]) => attribute !== undefined);
  if (entries.length > MAX_ENTRIES) {
    return {
      path: '',
      says: `must have at most ${MAX_ENTRIES} entries, got ${entries.length}; put the rest into ext`,
    };
  }
  const wrong = entries.find(([, attribute]) => !isPrimitive(attribute));
  if (wrong === undefined) return undefined;
  const [name, attribute] = wrong;
  return fault(
    'a string, a finite number or a boolean',
    kindOf(attribute),
    'put structured data into ext or send it as a JSON string',
    `.${name}`,
  );
}

function isPrimitive(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}
