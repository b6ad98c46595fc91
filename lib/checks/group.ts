import { isJsonObject } from '../http/json.js';
import type { EasemobApi } from '../options/module.options.js';
import { type Option, option } from './option.js';
import { formatUnlessText } from './format-value.js';
import { unknownOption } from './unknown-option.js';

/** The rows of an options interface: one for every field, which the compiler demands, and none besides. */
export type RowsOf<Options> = { readonly [Name in keyof Options]-?: Option<Options[Name]> };

/** Rows by the names of their options. */
export type Rows = Readonly<Record<string, Option<unknown>>>;

/** The values of a group of options, every default applied. */
export type ResolvedRows<Group extends Rows> = {
  readonly [Name in keyof Group]: Group[Name] extends Option<infer Value> ? Value : never;
};

/** A group of options: itself an option, whose value is an object. */
export interface OptionGroup<Group extends Rows, Value = ResolvedRows<Group>> extends Option<Value> {
  readonly rows: Group;
}

/** An object of options. Each is checked by its row, and one without a row is refused. */
export function object<Group extends Rows>(rows: Group): OptionGroup<Group> {
  const names = Object.keys(rows);
  const entries = Object.entries<Option<unknown>>(rows);
  return {
    rows,
    type: `{ ${entries.map(([name, { type }]) => `${name}: ${type}`).join(', ')} }`,
    problemsOf(group, value) {
      if (value === undefined) return [];
      if (!isJsonObject(value)) {
        return [`${group} must be an object with ${names.join(', ')}, got ${formatUnlessText(value)}.`];
      }
      const unknown = Object.keys(value).filter((name) => value[name] !== undefined && !names.includes(name));
      return [
        ...unknown.map((name) => unknownOption(group, name, names)),
        ...entries.flatMap(([name, row]) =>
          row.problemsOf(group === '' ? name : `${group}.${name}`, value[name]),
        ),
      ];
    },
    resolve(value, api) {
      const given = isJsonObject(value) ? value : {};
      const resolved = entries.map(([name, row]) => [name, row.resolve(memberOf(given, name), api)]);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one value per row, each of the row's type
      return Object.fromEntries(resolved) as ResolvedRows<Group>;
    },
  };
}

/** An object of options that mean nothing without each other. */
export function requireAll<Group extends Rows>(
  rows: Group,
  fallback?: EveryRow<Group>,
): Option<EveryRow<Group> | undefined> {
  const { type, problemsOf, resolve } = object(rows);
  const names = Object.keys(rows);
  return {
    type,
    default: fallback,
    problemsOf(name, value) {
      const problems = problemsOf(name, value);
      const missing = isJsonObject(value) ? names.filter((key) => value[key] === undefined) : [];
      if (missing.length === 0) return problems;
      return [
        ...problems,
        `${name} must have ${names.join(' and ')} together, got no ${missing.join(' and no ')}.`,
      ];
    },
    resolve(value, api) {
      if (value === undefined) return fallback;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an object with a missing row has a problem
      return resolve(value, api) as EveryRow<Group>;
    },
  };
}

type EveryRow<Group extends Rows> = {
  readonly [Name in keyof Group]: Exclude<ResolvedRows<Group>[Name], undefined>;
};

/**
 * A group in which one number must not exceed another. The upper one has its default where it is left out; the lower one
 * counts only where it is given.
 */
export function ascending<Group extends Rows>(
  group: OptionGroup<Group>,
  lower: keyof Group & string,
  upper: keyof Group & string,
): OptionGroup<Group> {
  return {
    ...group,
    problemsOf(name, value) {
      const problems = group.problemsOf(name, value);
      if (problems.length > 0 || !isJsonObject(value) || value[lower] === undefined) return problems;
      const least = Number(value[lower]);
      const most = Number(group.rows[upper]?.resolve(value[upper], 'legacy'));
      if (least <= most) return [];
      return [`${name}.${lower} must not exceed ${name}.${upper}, got ${least} and ${most}.`];
    },
  };
}

/** A group of options, or `false` to turn off what they configure. */
export function falseOrObject<Group extends Rows>(
  group: OptionGroup<Group>,
): OptionGroup<Group, false | ResolvedRows<Group>> {
  const off = option<false>(
    {
      type: 'false',
      must: `be false or an object with ${Object.keys(group.rows).join(', ')}`,
      describe: formatUnlessText,
      accepts: (value) => value === false,
    },
    { default: false },
  );
  return { ...union(off, group), rows: group.rows, type: 'false | object', defaultText: 'on' };
}

/** One value, or an object of several. */
export function union<One, Many>(single: Option<One>, group: Option<Many>): Option<One | Many> {
  const rowFor = (value: unknown): Option<One | Many> =>
    value === undefined || isJsonObject(value) ? group : single;
  return {
    type: `${single.type} | ${group.type}`,
    problemsOf: (name, value) => rowFor(value).problemsOf(name, value),
    resolve: (value: unknown, api: EasemobApi) => rowFor(value).resolve(value, api),
  };
}

/** Reads one option. A function keeps the object that it is a method of as its `this`. */
function memberOf(given: Readonly<Record<string, unknown>>, name: string): unknown {
  const value = given[name];
  return typeof value === 'function' ? value.bind(given) : value;
}
