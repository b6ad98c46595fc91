/** The commands that the stores send; an ioredis `Redis` or `Cluster` has them, and stays its owner's to configure and end. */
export interface RedisCommands {
  get(key: string): Promise<string | null>;
  set(key: string, value: string): Promise<unknown>;
  set(key: string, value: string, px: 'PX', ms: number): Promise<unknown>;
  set(key: string, value: string, px: 'PX', ms: number, nx: 'NX'): Promise<unknown>;
  eval(script: string, keyCount: number, ...args: (string | number)[]): Promise<unknown>;
  evalsha(sha1: string, keyCount: number, ...args: (string | number)[]): Promise<unknown>;
}
