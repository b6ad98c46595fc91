import { fault, type Fault, type FieldRule } from './field-rule.js';
import { isJsonObject } from '../../http/json.js';
import { builtInClassOf, kindOf } from './received-value.js';

/** How deep a value may nest. Common JSON parsers on the receiving side stop at the same depth. */
const MAX_DEPTH = 1000;

/** Objects that JSON writes as `{}` although they hold something: what they hold would be lost in silence. */
const CURES: ReadonlyMap<string, string> = new Map([
  ['Map', 'make it a plain object with Object.fromEntries()'],
  ['Set', 'make it an array'],
  ['WeakMap', 'leave it out'],
  ['WeakSet', 'leave it out'],
  ['WeakRef', 'leave it out'],
  ['Promise', 'await it first'],
  ['Error', 'send its message'],
  ['RegExp', 'send its source'],
  ['ArrayBuffer', 'encode it as a base64 string'],
]);

/** An object whose contents JSON can carry, whatever they are. */
export function jsonObject(cure: string): FieldRule {
  return {
    name: 'jsonObject',
    check: (value) => {
      const written = asWritten(value);
      return isJsonObject(written)
        ? faultIn(written, { path: [], states: new Map() })
        : fault('an object', kindOf(value), cure);
    },
  };
}

interface Walk {
  readonly path: string[];
  /** Objects met: still open above the current one, or checked and fine, so that sharing costs nothing. */
  readonly states: Map<object, 'open' | 'fine'>;
}

/** The first part that JSON cannot carry; `value` is already what JSON would write of it. */
function faultIn(value: unknown, walk: Walk): Fault | undefined {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value)
        ? undefined
        : illegal(kindOf(value), 'JSON would turn it into null', walk);
    case 'bigint':
      return illegal(kindOf(value), 'send it as a string', walk);
    case 'symbol':
    case 'function':
      return illegal(kindOf(value), 'JSON would drop it: leave it out', walk);
    case 'object':
      return value === null ? undefined : faultInObject(value, walk);
    case 'string':
    case 'boolean':
    case 'undefined':
    default:
      return undefined;
  }
}

function faultInObject(value: object, walk: Walk): Fault | undefined {
  const { path, states } = walk;
  const state = states.get(value);
  if (state === 'fine') return undefined;
  if (state === 'open') return illegal('an object that contains itself', 'send its ID in its place', walk);
  if (path.length > MAX_DEPTH) {
    return fault(`nested at most ${MAX_DEPTH} levels deep`, 'more', 'flatten it or send it as a string');
  }
  const cure = CURES.get(builtInClassOf(value));
  if (cure !== undefined) return illegal(kindOf(value), cure, walk);

  states.set(value, 'open');
  for (const key of Object.keys(value)) {
    path.push(key);
    const found = faultIn(asWritten(Reflect.get(value, key)), walk);
    if (found !== undefined) return found;
    path.pop();
  }
  states.set(value, 'fine');
  return undefined;
}

/** What JSON writes of a value: the answer of its `toJSON()` where it has one, as a Date does, or a patched bigint. */
function asWritten(value: unknown): unknown {
  if (value === null || (typeof value !== 'object' && typeof value !== 'bigint')) return value;
  const holder: object = typeof value === 'object' ? value : BigInt.prototype;
  return 'toJSON' in holder && typeof holder.toJSON === 'function'
    ? (holder.toJSON.call(value) as unknown)
    : value;
}

function illegal(got: string, cure: string, { path }: Walk): Fault {
  return fault('a value that JSON can carry', got, cure, path.map((key) => `.${key}`).join(''));
}
