import { IS_OBJECT, ValidateBy } from 'class-validator';

import { builtInClassOf, describeType } from '../../../errors/describe-type.js';
import { isJsonObject } from '../../../http/json.js';
import { explain } from './explain.js';
import { type FindIssue, hintForObject, type Issue, unexpected } from './issue.js';

/** How deep a value may nest. Common JSON parsers on the receiving side stop at the same depth. */
const MAX_DEPTH = 1000;

/** JSON writes objects of these classes as `{}`, although they hold something: their contents would be lost in silence. */
const HINTS: ReadonlyMap<string, string> = new Map([
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

/**
 * An object that JSON can carry without losing any of its contents. It has the name of class-validator's `IsObject`, so
 * that tools read an object.
 */
export function IsJsonObject(hint: string): PropertyDecorator {
  const findIssue = findJsonObjectIssue(hint);
  return ValidateBy(
    { name: IS_OBJECT, validator: { validate: (value) => findIssue(value) === undefined } },
    explain(findIssue),
  );
}

/** The check of `IsJsonObject`. */
export function findJsonObjectIssue(hint: string): FindIssue {
  return (value) => {
    const written = asWritten(value);
    return isJsonObject(written)
      ? findIssueIn(written, { path: [], states: new Map() })
      : unexpected('an object', describeType(value), hintForObject(value, hint));
  };
}

interface Walk {
  readonly path: string[];
  /** The objects met so far: `open` above the current one, or `fine` when checked, so that sharing costs nothing. */
  readonly states: Map<object, 'open' | 'fine'>;
}

/** Finds the first part that JSON cannot carry; `value` has been through `asWritten`. */
function findIssueIn(value: unknown, walk: Walk): Issue | undefined {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value)
        ? undefined
        : notJson(describeType(value), 'JSON would turn it into null', walk);
    case 'bigint':
      return notJson(describeType(value), 'send it as a string', walk);
    case 'symbol':
    case 'function':
      return notJson(describeType(value), 'JSON would drop it: leave it out', walk);
    case 'object':
      return value === null ? undefined : findIssueInObject(value, walk);
    case 'string':
    case 'boolean':
    case 'undefined':
    default:
      return undefined;
  }
}

function findIssueInObject(value: object, walk: Walk): Issue | undefined {
  const { path, states } = walk;
  const state = states.get(value);
  if (state === 'fine') return undefined;
  if (state === 'open') return notJson('an object that contains itself', 'send its ID in its place', walk);
  if (path.length > MAX_DEPTH) {
    return unexpected(`nested at most ${MAX_DEPTH} levels deep`, 'more', 'flatten it or send it as a string');
  }
  const hint = HINTS.get(builtInClassOf(value));
  if (hint !== undefined) return notJson(describeType(value), hint, walk);

  states.set(value, 'open');
  for (const key of Object.keys(value)) {
    path.push(key);
    const issue = findIssueIn(asWritten(Reflect.get(value, key)), walk);
    if (issue !== undefined) return issue;
    path.pop();
  }
  states.set(value, 'fine');
  return undefined;
}

/** The value that JSON writes: the result of `toJSON()` where there is one, as on a Date or a patched bigint. */
function asWritten(value: unknown): unknown {
  if (value === null || (typeof value !== 'object' && typeof value !== 'bigint')) return value;
  const holder: object = typeof value === 'object' ? value : BigInt.prototype;
  return 'toJSON' in holder && typeof holder.toJSON === 'function'
    ? (holder.toJSON.call(value) as unknown)
    : value;
}

function notJson(received: string, hint: string, { path }: Walk): Issue {
  return unexpected('a value that JSON can carry', received, hint, path.map((key) => `.${key}`).join(''));
}
