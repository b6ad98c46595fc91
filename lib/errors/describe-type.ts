/**
 * Names the kind of a received value for an error text, for instance `an empty string` or `a Map`. Never the value
 * itself, which may be a secret.
 */
export function describeType(value: unknown): string {
  switch (typeof value) {
    case 'undefined':
      return 'nothing';
    case 'string':
      return value === '' ? 'an empty string' : 'a string';
    case 'number':
      return describeNumber(value);
    case 'object':
      return describeObject(value);
    case 'boolean':
    case 'bigint':
    case 'symbol':
    case 'function':
      return `a ${typeof value}`;
    default:
      return 'something else';
  }
}

/** The built-in class of an object, for instance `Map`; `Object` for plain objects and instances of other classes. */
export function builtInClassOf(value: object): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}

function describeNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? 'a number' : 'an infinite number';
}

function describeObject(value: object | null): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'an array';
  const name = builtInClassOf(value);
  return `${/^[AEIO]/.test(name) ? 'an' : 'a'} ${name === 'Object' ? 'object' : name}`;
}
