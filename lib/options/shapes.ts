import { isJsonObject } from '../http/json.js';
import { kindOf, shown, shownUnlessText } from './shown.js';

/** What is wrong with the value of an option: sentences that begin with its name. An option left out is `undefined`. */
export type Check = (name: string, value: unknown) => readonly string[];

/** One check for every member that an options type has; the compiler tells of the one that is missing. */
export type Rows<Options> = Readonly<Record<keyof Options & string, Check>>;

/** The check that a value, where there is one, obeys a rule; `must` ends the sentence "name must …". */
export function rule(must: string, holds: (value: unknown) => boolean, got = shownUnlessText): Check {
  return (name, value) =>
    value === undefined || holds(value) ? [] : [`${name} must ${must}, got ${got(value)}.`];
}

export function oneOf(...allowed: readonly (string | boolean)[]): Check {
  return rule(
    `be ${allowed.map((each) => shown(each)).join(' or ')}`,
    (value) => allowed.some((each) => each === value),
    shown,
  );
}

export const flag: Check = oneOf(true, false);

export const text: Check = rule(
  'be a non-empty string',
  (value) => typeof value === 'string' && value.trim() !== '',
);

/** A text that must be there; it is never shown, for it may be a secret in the wrong place. */
export const credential: Check = (name, value) =>
  typeof value === 'string' && value.trim() !== ''
    ? []
    : [`${name} must be a non-empty string, got ${kindOf(value)}; copy it from the Easemob console.`];

export const callable: Check = rule('be a function', (value) => typeof value === 'function');

/** An object of the application that is called by these methods. */
export function methods(...names: readonly string[]): Check {
  return rule(
    `be an object with the function${names.length > 1 ? 's' : ''} ${names.join(' and ')}`,
    (value) => isJsonObject(value) && names.every((name) => typeof value[name] === 'function'),
  );
}

/** An object of options: each as its row says, and none that has no row. */
export function members<Options>(rows: Rows<Options>): Check {
  const known = Object.keys(rows);
  const isObject = rule(`be an object with ${known.join(', ')}`, isJsonObject);
  return (name, value) => {
    if (!isJsonObject(value)) return isObject(name, value);
    const unknown = Object.keys(value).filter((key) => value[key] !== undefined && !known.includes(key));
    return [
      ...unknown.map(
        (key) =>
          `${name === '' ? 'The options know' : `${name} knows`} ${known.join(', ')}, got ${shown(key)}.`,
      ),
      ...Object.entries<Check>(rows).flatMap(([key, check]) =>
        check(name === '' ? key : `${name}.${key}`, value[key]),
      ),
    ];
  };
}

/** {@link members} that say nothing without each other. */
export function together<Options>(rows: Rows<Options>): Check {
  const names = Object.keys(rows);
  const each = members(rows);
  return (name, value) => {
    const missing = isJsonObject(value) ? names.filter((key) => value[key] === undefined) : [];
    const problem = `${name} must have ${names.join(' and ')} together, got no ${missing.join(' and no ')}.`;
    return missing.length > 0 ? [...each(name, value), problem] : each(name, value);
  };
}

/** {@link members}, or `false` to turn off what they are about. */
export function switchable<Options>(rows: Rows<Options>): Check {
  const isOff = rule(
    `be false or an object with ${Object.keys(rows).join(', ')}`,
    (value) => value === false,
  );
  return either(isOff, members(rows));
}

/** One value, or an object of several. */
export function either(single: Check, group: Check): Check {
  return (name, value) => (isJsonObject(value) ? group : single)(name, value);
}
