import { describeType } from '../errors/describe-type.js';
import { isJsonObject } from '../http/json.js';
import { formatUnlessText, formatValue } from './format-value.js';

/** Decides which values an option accepts. */
export interface Check<Value> {
  /** The accepted type, as the documentation writes it. */
  readonly type: string;
  /** The rule, as the end of the sentence "name must …". */
  readonly must: string;
  /** Describes a refused value for the end of that sentence. It never quotes what may be a secret. */
  readonly describe: (value: unknown) => string;
  /** How to correct the value. */
  readonly hint?: string;
  /** Decides whether an option takes a value. */
  readonly accepts: (value: unknown) => value is Value;
}

/** One of a few values. */
export function oneOf<const Value extends string | boolean>(...allowed: readonly Value[]): Check<Value> {
  return {
    type: allowed.map((each) => (typeof each === 'string' ? `'${each}'` : String(each))).join(' | '),
    must: `be ${allowed.map((each) => formatValue(each)).join(' or ')}`,
    describe: formatValue,
    accepts: (value): value is Value => allowed.some((each) => each === value),
  };
}

/** `true` or `false`. */
export const flag: Check<boolean> = { ...oneOf(true, false), type: 'boolean' };

/** A function of the application. */
export function callable<Value extends (...args: never[]) => unknown>(type: string): Check<Value> {
  return {
    type,
    must: 'be a function',
    describe: formatUnlessText,
    accepts: (value): value is Value => typeof value === 'function',
  };
}

/** An object of the application that has these methods. */
export function methods<Value>(type: string, ...names: readonly (keyof Value & string)[]): Check<Value> {
  return {
    type,
    must: `be an object with the function${names.length > 1 ? 's' : ''} ${names.join(' and ')}`,
    describe: formatUnlessText,
    accepts: (value): value is Value =>
      isJsonObject(value) && names.every((name) => typeof value[name] === 'function'),
  };
}

/** A text that is not blank. */
export const text: Check<string> = {
  type: 'string',
  must: 'be a non-empty string',
  describe: (value) => (typeof value === 'string' ? 'an empty string' : formatValue(value)),
  accepts: (value): value is string => typeof value === 'string' && value.trim() !== '',
};

/** A credential of the app. A refused value is never quoted: it may be a secret in the wrong place. */
export const credential: Check<string> = {
  ...text,
  describe: (value) => (typeof value === 'string' ? 'an empty string' : describeType(value)),
  hint: 'copy it from the Easemob console',
};
