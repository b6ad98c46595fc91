import { createHash } from 'node:crypto';
import { promiseOf } from './promise-of.js';
import type { RedisCommands } from './redis-commands.js';

/** A Lua script that is run by its hash, and sent in full only if Redis does not know it yet. */
export class RedisScript {
  readonly #source: string;
  readonly #sha1: string;

  constructor(source: string) {
    this.#source = source;
    this.#sha1 = createHash('sha1').update(source).digest('hex');
  }

  async run(
    client: RedisCommands,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<unknown> {
    try {
      return await promiseOf('EVALSHA', client.evalsha(this.#sha1, keys.length, ...keys, ...args));
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return promiseOf('EVAL', client.eval(this.#source, keys.length, ...keys, ...args));
    }
  }
}
