/**
 * The commands that the stores send. An ioredis `Redis` or `Cluster` has them. The application configures the client and
 * disconnects it; the stores only use it.
 */
export interface RedisCommands {
  get(key: string): Promise<string | null>;
  set(key: string, value: string): Promise<unknown>;
  set(key: string, value: string, px: 'PX', ms: number): Promise<unknown>;
  set(key: string, value: string, px: 'PX', ms: number, nx: 'NX'): Promise<unknown>;
  eval(script: string, keyCount: number, ...args: (string | number)[]): Promise<unknown>;
  evalsha(sha1: string, keyCount: number, ...args: (string | number)[]): Promise<unknown>;
}
