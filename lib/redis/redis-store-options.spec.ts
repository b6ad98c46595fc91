import { Redis } from 'ioredis';
import { describe, expect, it, vi } from 'vitest';
import { EasemobConfigError } from '../errors/index.js';
import { RedisRateLimitStore, RedisTokenStore } from './index.js';

const command = (): Promise<null> => Promise.resolve(null);
const client = { get: command, set: command, eval: command, evalsha: command };
/** What a client of node-redis has. */
const nodeRedis = { get: command, set: command, eval: command, evalSha: command, sendCommand: command };

const CLIENT =
  'must be an object with the functions get and set and eval and evalsha, got an object; pass a client of ioredis, for instance new Redis(url).';

const STORES: Record<string, new (options: never) => unknown> = { RedisRateLimitStore, RedisTokenStore };

function problemsOf(store: string, options: unknown): readonly string[] {
  try {
    Reflect.construct(STORES[store] ?? Object, [options]);
  } catch (error) {
    expect(error).toBeInstanceOf(EasemobConfigError);
    return (error as EasemobConfigError).problems;
  }
  return [];
}

describe.each([
  { store: 'RedisRateLimitStore', names: 'client, prefix, commandTimeoutMs, onUnavailable, processes' },
  { store: 'RedisTokenStore', names: 'client, prefix, commandTimeoutMs, lockTtlMs' },
])('$store', ({ store, names }) => {
  it('takes a client alone, and undefined for every other option', () => {
    const unset = Object.fromEntries(names.split(', ').map((name) => [name, undefined]));
    expect(problemsOf(store, { client })).toEqual([]);
    expect(problemsOf(store, { ...unset, client })).toEqual([]);
    const redis = new Redis({ lazyConnect: true });
    expect(problemsOf(store, { client: redis })).toEqual([]);
  });

  it.each([
    { options: undefined, got: 'undefined' },
    { options: null, got: 'null' },
    { options: 'redis://user:secret@localhost', got: 'a string' },
    { options: new Redis({ lazyConnect: true }), got: 'a Redis client; write { client }' },
    { options: nodeRedis, got: 'a Redis client; write { client }' },
  ])('refuses $got in place of the options', ({ options, got }) => {
    expect(problemsOf(store, options)).toEqual([`${store} must be an object with ${names}, got ${got}.`]);
  });

  it.each([
    { options: {}, problem: `client ${CLIENT.replace('an object;', 'undefined;')}` },
    { options: { client: nodeRedis }, problem: `client ${CLIENT}` },
    { options: { client: { host: 'localhost' } }, problem: `client ${CLIENT}` },
    {
      options: { client: 'redis://user:secret@localhost' },
      problem: `client ${CLIENT.replace('an object;', 'a string;')}`,
    },
    {
      options: { client, prefix: '' },
      problem: 'prefix must be a non-empty string without { and }, got an empty string.',
    },
    {
      options: { client, prefix: '{app}' },
      problem: 'prefix must be a non-empty string without { and }, got "{app}".',
    },
    { options: { client, prefix: 7 }, problem: 'prefix must be a non-empty string without { and }, got 7.' },
    ...[0, -1, Number.NaN, Infinity, 10_001].map((commandTimeoutMs) => ({
      options: { client, commandTimeoutMs },
      problem: `commandTimeoutMs must be a number from 1 to 10000, got ${commandTimeoutMs}.`,
    })),
  ])('$problem', ({ options, problem }) => {
    expect(problemsOf(store, options)).toEqual([`${store}.${problem}`]);
  });

  it('refuses an option that it does not know, and suggests the one that was meant', () => {
    expect(problemsOf(store, { client, commandTimeout: 5 })).toEqual([
      `Unknown option "${store}.commandTimeout". Expected one of: ${names}. Did you mean "commandTimeoutMs"?`,
    ]);
  });

  it('names every problem at once', () => {
    expect(problemsOf(store, { prefix: '', commandTimeoutMs: '1' })).toHaveLength(3);
  });
});

describe('RedisRateLimitStore', () => {
  it.each([0, 0.5, -1, Number.NaN, Infinity, '4', null])('refuses %s processes', (processes) => {
    const got = typeof processes === 'string' ? '"4"' : String(processes);
    expect(problemsOf('RedisRateLimitStore', { client, processes })).toEqual([
      `RedisRateLimitStore.processes must be a number from 1 to 2147483647, got ${got}.`,
    ]);
  });

  it('refuses an unknown way to go on without Redis', () => {
    expect(problemsOf('RedisRateLimitStore', { client, onUnavailable: 'wait' })).toEqual([
      'RedisRateLimitStore.onUnavailable must be "local" or "fail", got "wait".',
    ]);
  });
});

describe('RedisTokenStore', () => {
  it.each([0, Number.NaN, '15s'])('refuses a lockTtlMs of %s', (lockTtlMs) => {
    const got = typeof lockTtlMs === 'string' ? '"15s"' : String(lockTtlMs);
    expect(problemsOf('RedisTokenStore', { client, lockTtlMs })).toEqual([
      `RedisTokenStore.lockTtlMs must be a number from 1 to 2147483647, got ${got}.`,
    ]);
  });

  it('does not read its options again', async () => {
    const get = vi.fn<(key: string) => Promise<null>>(command);
    const options = { client: { ...client, get }, prefix: 'mine' };
    const store = new RedisTokenStore(options);
    Object.assign(options, { client: undefined, prefix: '{' });
    await store.get('org#app');
    expect(get).toHaveBeenCalledExactlyOnceWith('{mine:org#app}:token');
  });
});
