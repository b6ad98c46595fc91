import { nearestName } from './nearest-name.js';

/** Lists what is wrong with the value of an option, a sentence each; nothing when the option takes it. */
export type Check = (name: string, value: unknown) => readonly string[];

/** The checks of an options interface: one for every field. */
export type ChecksOf<Options> = { readonly [Name in keyof Required<Options>]: Check };

/** A value that `accepts` takes. The rule is the end of the sentence "name must …". */
export function rule(must: string, accepts: (value: unknown) => boolean, describe = formatValue): Check {
  return (name, value) => (accepts(value) ? [] : [`${name} must ${must}, got ${describe(value)}.`]);
}

/** What the check says, unless the option is left out. */
export function optional(check: Check): Check {
  return (name, value) => (value === undefined ? [] : check(name, value));
}

export function oneOf(...allowed: readonly (string | boolean)[]): Check {
  const words = allowed.map((each) => JSON.stringify(each)).join(' or ');
  return optional(rule(`be ${words}`, (value) => allowed.some((each) => each === value)));
}

/** An object of options. One without a check is refused, and the known name that is most like it is suggested. */
export function object(checks: Readonly<Record<string, Check>>): Check {
  const names = Object.keys(checks);
  const isObject = optional(rule(`be an object with ${names.join(', ')}`, isPlainObject));
  return (group, value) => {
    if (!isPlainObject(value)) return isObject(group || 'The options', value);
    const prefix = group === '' ? '' : `${group}.`;
    const unknown = Object.keys(value).filter((name) => value[name] !== undefined && !names.includes(name));
    return [
      ...unknown.map((name) => unknownOption(prefix, name, names)),
      ...Object.entries(checks).flatMap(([name, check]) => check(prefix + name, value[name])),
    ];
  };
}

/** A value that is no object, or an object of options. */
export function union(single: Check, group: Check): Check {
  return (name, value) => (isPlainObject(value) ? group(name, value) : single(name, value));
}

/** The type of a refused value that may be a credential. */
export function typeOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (value === '') return 'an empty string';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unknownOption(prefix: string, name: string, names: readonly string[]): string {
  const nearest = nearestName(name, names);
  const suggestion = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
  return `Unknown option ${quote(prefix + name)}. Expected one of: ${names.join(', ')}.${suggestion}`;
}

/** A refused value for an error text. A text that may be a credential is not quoted. */
function formatValue(value: unknown): string {
  if (typeof value === 'string' && value !== '' && !value.includes('YXA6')) return quote(value);
  const isQuotable = typeof value === 'number' || typeof value === 'boolean';
  return isQuotable ? String(value) : typeOf(value);
}

const MAX_LENGTH = 60;

function quote(text: string): string {
  return JSON.stringify(text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text);
}
