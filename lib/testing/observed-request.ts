import { isJsonObject } from './json.js';

/**
 * Turns the content of a send request that only `strictness: 'observed'` takes into the documented form: null, and an
 * empty `routetype`, stand for a field that is absent, and `text` is the old name of the type `txt`.
 */
export function asDocumented(request: unknown): unknown {
  if (!isJsonObject(request)) return request;
  const fields = Object.entries(request).filter(([name, value]) => !isAbsent(name, value));
  return Object.fromEntries(fields.map(([name, value]) => [name, documentedValue(name, value)]));
}

function isAbsent(name: string, value: unknown): boolean {
  return value === null || (name === 'routetype' && value === '');
}

function documentedValue(name: string, value: unknown): unknown {
  if (name === 'msg' || name === 'body') return asDocumented(value);
  return name === 'type' && value === 'text' ? 'txt' : value;
}
