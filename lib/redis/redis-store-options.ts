import { EasemobConfigError } from '../errors/index.js';
import { isJsonObject } from '../http/json.js';
import { type Check, methods, oneOf } from '../checks/checks.js';
import { formatUnlessText, formatValue } from '../checks/format-value.js';
import { object, type OptionGroup, type RowsOf } from '../checks/group.js';
import { between } from '../checks/number-checks.js';
import { type Option, option } from '../checks/option.js';
import type { RedisCommands } from './redis-commands.js';
import type { RedisRateLimitStoreOptions } from './redis-rate-limit-store.js';
import type { RedisTokenStoreOptions } from './redis-token-store.js';

/** The limiter waits no longer than 15 s for its store. */
const LONGEST_COMMAND_MS = 10_000;

const commands: Check<RedisCommands> = {
  ...methods<RedisCommands>('Redis | Cluster', 'get', 'set', 'eval', 'evalsha'),
  hint: 'pass a client of ioredis, for instance new Redis(url)',
};

const client: Option<RedisCommands> = {
  type: commands.type,
  problemsOf: (name, value) =>
    commands.accepts(value)
      ? []
      : [`${name} must ${commands.must}, got ${commands.describe(value)}; ${commands.hint}.`],
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every other value is a problem
  resolve: (value) => value as RedisCommands,
};

/** The prefix is within the hash tag of every key, which begins and ends with a brace. */
const prefix: Check<string> = {
  type: 'string',
  must: 'be a non-empty string without { and }',
  describe: (value) => (value === '' ? 'an empty string' : formatValue(value)),
  accepts: (value): value is string => typeof value === 'string' && /^[^{}]+$/.test(value),
};

const sharedRows = {
  client,
  prefix: option(prefix, { default: 'easemob' }),
  commandTimeoutMs: option(between(1, LONGEST_COMMAND_MS), { default: 1000 }),
};

const rateLimitStoreOptions = object({
  ...sharedRows,
  onUnavailable: option(oneOf('local', 'fail'), { default: 'local' }),
  processes: option(between(1), { default: 1 }),
} satisfies RowsOf<RedisRateLimitStoreOptions>);

const tokenStoreOptions = object({
  ...sharedRows,
  lockTtlMs: option(between(1), { default: 15_000 }),
} satisfies RowsOf<RedisTokenStoreOptions>);

/** Options of `RedisRateLimitStore` with every default applied. */
export type ResolvedRateLimitStoreOptions = ReturnType<typeof rateLimitStoreOptions.resolve>;

/** Options of `RedisTokenStore` with every default applied. */
export type ResolvedTokenStoreOptions = ReturnType<typeof tokenStoreOptions.resolve>;

/** @throws EasemobConfigError with every problem of the options */
export function resolveRateLimitStoreOptions(options: unknown): ResolvedRateLimitStoreOptions {
  return resolve('RedisRateLimitStore', rateLimitStoreOptions, options);
}

/** @throws EasemobConfigError with every problem of the options */
export function resolveTokenStoreOptions(options: unknown): ResolvedTokenStoreOptions {
  return resolve('RedisTokenStore', tokenStoreOptions, options);
}

function resolve<Value>(
  store: string,
  group: Pick<OptionGroup<Record<string, Option<unknown>>, Value>, 'rows' | 'problemsOf' | 'resolve'>,
  options: unknown,
): Value {
  const problems = isOptions(options)
    ? group.problemsOf(store, options)
    : [`${store} must be an object with ${Object.keys(group.rows).join(', ')}, got ${describe(options)}.`];
  if (problems.length > 0) throw new EasemobConfigError(problems);
  return group.resolve(options, 'legacy');
}

/** The client in place of the options has a hundred members, none of which is an option. */
function isOptions(options: unknown): boolean {
  return isJsonObject(options) && !isClient(options);
}

function isClient(value: Readonly<Record<string, unknown>>): boolean {
  return ['evalsha', 'evalSha', 'EVALSHA'].some((name) => typeof value[name] === 'function');
}

function describe(options: unknown): string {
  return isJsonObject(options) ? 'a Redis client; write { client }' : formatUnlessText(options);
}
