const EXCERPT_LENGTH = 40;

/** What sort of value was received, in words; never the value itself, which may be a secret. */
export function kindOf(value: unknown): string {
  switch (typeof value) {
    case 'undefined':
      return 'nothing';
    case 'string':
      return value === '' ? 'an empty string' : 'a string';
    case 'number':
      return Number.isNaN(value) ? 'NaN' : Number.isFinite(value) ? 'a number' : 'an infinite number';
    case 'object':
      return kindOfObject(value);
    case 'boolean':
    case 'bigint':
    case 'symbol':
    case 'function':
      return `a ${typeof value}`;
    default:
      return 'something else';
  }
}

/** A short string in quotes, for values that are vocabulary and not secrets; the kind of anything else. */
export function excerptOf(value: unknown): string {
  if (typeof value !== 'string' || value === '') return kindOf(value);
  return JSON.stringify(value.length > EXCERPT_LENGTH ? `${value.slice(0, EXCERPT_LENGTH)}…` : value);
}

/** The built-in class of an object, for instance `Map`; `Object` for plain objects and instances of other classes. */
export function builtInClassOf(value: object): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}

function kindOfObject(value: object | null): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'an array';
  const name = builtInClassOf(value);
  return `${/^[AEIO]/.test(name) ? 'an' : 'a'} ${name === 'Object' ? 'object' : name}`;
}
