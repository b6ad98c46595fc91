/**
 * The commands that the stores send. An ioredis `Redis` or `Cluster` has them; `stringNumbers: true` is fine. The
 * application configures the client and disconnects it; the stores only use it.
 *
 * A user of the Redis ACL needs these rules, with another `prefix` in place of `easemob` where it is set, and `+info` for
 * the ready check of ioredis, `+cluster|slots` as well for a `Cluster`:
 *
 * - `RedisTokenStore`: `~{easemob:* +get +set +del +eval +evalsha`
 * - `RedisRateLimitStore`: `~{easemob:* +eval +evalsha +time +exists +del +pexpire +hmget +hgetall +hset +hdel +zadd
 *   +zrem +zrange +zrangebyscore +zremrangebyscore +zscore`
 *
 * Give a `Cluster` a `redisOptions.socketTimeout` or a `slotsRefreshInterval` of a few seconds. By default ioredis waits
 * for a master that hangs for as long as the connection is open, although a replica has taken over: the stores then go
 * on without Redis.
 *
 * Redis should not evict keys before they expire (`maxmemory-policy noeviction`).
 *
 * @see https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/
 */
export interface RedisCommands {
  get(key: string): Promise<string | null>;
  set(key: string, value: string): Promise<unknown>;
  set(key: string, value: string, px: 'PX', ms: number): Promise<unknown>;
  set(key: string, value: string, px: 'PX', ms: number, nx: 'NX'): Promise<unknown>;
  eval(script: string, keyCount: number, ...args: (string | number)[]): Promise<unknown>;
  evalsha(sha1: string, keyCount: number, ...args: (string | number)[]): Promise<unknown>;
}
