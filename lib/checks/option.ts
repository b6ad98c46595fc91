import type { Check } from './checks.js';
import type { EasemobApi } from '../options/module.options.js';

/** One row of the schema: the check of an option and its default. */
export interface Option<Value> {
  /** The accepted type, as the documentation writes it. */
  readonly type: string;
  /** The value of an option that is left out. */
  readonly default?: Value | PerApi<Value> | undefined;
  /** The default as the documentation writes it, where it is not a value that can be printed. */
  readonly defaultText?: string | undefined;
  /** Lists the problems of a value as sentences that begin with the name of the option. */
  readonly problemsOf: (name: string, value: unknown) => readonly string[];
  /** Applies the default to a value without problems. */
  readonly resolve: (value: unknown, api: EasemobApi) => Value;
}

/** A default that differs between the two send APIs. */
export class PerApi<Value> {
  readonly legacy: Value;
  readonly current: Value;

  constructor(values: Readonly<Record<EasemobApi, Value>>) {
    this.legacy = values.legacy;
    this.current = values.current;
  }
}

/** The default of an option, or the words for it when there is no value that stands in. */
interface Default<Value> {
  readonly default: NoInfer<Value | PerApi<Value>>;
  readonly defaultText?: string;
}

/** An option that may be left out. Without a default its value is then `undefined`. */
export function option<Value>(check: Check<Value>, fallback: Default<Value>): Option<Value>;
export function option<Value>(
  check: Check<Value>,
  fallback?: { readonly defaultText: string },
): Option<Value | undefined>;
export function option<Value>(
  check: Check<Value>,
  fallback: Partial<Default<Value>> = {},
): Option<Value | undefined> {
  return {
    ...fallback,
    type: check.type,
    problemsOf: (name, value) => (value === undefined ? [] : problemsOf(check, name, value)),
    resolve(value, api) {
      if (check.accepts(value)) return value;
      return fallback.default instanceof PerApi ? fallback.default[api] : fallback.default;
    },
  };
}

/** An option that must be given. */
export function required(check: Check<string>): Option<string> {
  return {
    // This default stands in for nothing: an option that is left out is a problem.
    ...option(check, { default: '' }),
    default: undefined,
    defaultText: 'required',
    problemsOf: (name, value) => problemsOf(check, name, value),
  };
}

/** An option whose check depends on other options. `app-key.ts` and `host.ts` check the value, whatever it is. */
export function validatedSeparately<Value>(row: Option<Value>): Option<Value> {
  return {
    ...row,
    problemsOf: () => [],
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the separate check refuses every other type
    resolve: (value, api) => (value === undefined ? row.resolve(value, api) : (value as Value)),
  };
}

function problemsOf(check: Check<unknown>, name: string, value: unknown): readonly string[] {
  if (check.accepts(value)) return [];
  const hint = check.hint === undefined ? '' : `; ${check.hint}`;
  return [`${name} must ${check.must}, got ${check.describe(value)}${hint}.`];
}
