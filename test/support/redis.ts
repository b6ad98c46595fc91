import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Cluster, Redis } from 'ioredis';
import { describe, it } from 'vitest';

/** The nodes of a cluster talk to each other on the port that is 10 000 higher. */
const HIGHEST_CLUSTER_PORT = 55_535;

/** A Redis server that the test controls: it can pause, resume and stop it. */
export class RedisServer {
  readonly port: number;
  readonly #process: ChildProcess;
  readonly #directory: string;

  private constructor(port: number, process: ChildProcess, directory: string) {
    this.port = port;
    this.#process = process;
    this.#directory = directory;
  }

  static async start(options: { port?: number; cluster?: 'alone' | 'member' } = {}): Promise<RedisServer> {
    const port =
      options.port ?? (await freePort(options.cluster === undefined ? undefined : HIGHEST_CLUSTER_PORT));
    const directory = await mkdtemp(join(tmpdir(), 'easemob-redis-'));
    const cluster = ['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1'].concat([
      '--cluster-node-timeout',
      '1000',
    ]);
    const process = spawn(
      'redis-server',
      [
        '--port',
        String(port),
        '--bind',
        '127.0.0.1',
        '--save',
        '',
        '--appendonly',
        'no',
        '--dir',
        directory,
      ].concat(options.cluster === undefined ? [] : cluster),
      { stdio: 'ignore' },
    );
    const server = new RedisServer(port, process, directory);
    const client = new Redis(port, { retryStrategy: () => 20, maxRetriesPerRequest: null });
    client.on('error', () => undefined);
    await client.ping();
    if (options.cluster === 'alone') {
      await client.cluster('ADDSLOTSRANGE', 0, 16_383);
      // oxlint-disable-next-line no-await-in-loop -- the cluster needs a moment to start
      while (!(await client.cluster('INFO')).includes('cluster_state:ok')) await delay(20);
    }
    client.disconnect();
    return server;
  }

  pause(): void {
    this.#process.kill('SIGSTOP');
  }

  resume(): void {
    this.#process.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const exit = once(this.#process, 'exit');
      this.#process.kill('SIGKILL');
      await exit;
    }
    await rm(this.#directory, { recursive: true, force: true });
  }
}

/** Connects to the Redis of `REDIS_URL`, or starts one. */
export async function startRedis(): Promise<{ url: string; stop(): Promise<void> }> {
  const url = process.env['REDIS_URL'];
  if (url !== undefined) return { url, stop: async () => undefined };
  const server = await RedisServer.start();
  return { url: `redis://127.0.0.1:${server.port}`, stop: () => server.stop() };
}

/** A client that ignores connection errors: the test provokes them. */
export function connect(
  target: string | number,
  options: { maxRetriesPerRequest?: number | null } = {},
): Redis {
  const settings = { retryStrategy: () => 50, ...options };
  const client =
    typeof target === 'string' ? new Redis(target, settings) : new Redis(target, '127.0.0.1', settings);
  client.on('error', () => undefined);
  return client;
}

export function connectCluster(port: number): Cluster {
  return new Cluster([{ host: '127.0.0.1', port }]);
}

/** A suite that needs Redis. Without one it is reported as skipped, and in CI as failed. */
export function describeRedis(name: string, suite: () => void, needs: 'any' | 'own' = 'any'): void {
  const hasServer = spawnSync('redis-server', ['--version']).status === 0;
  if (hasServer || (needs === 'any' && process.env['REDIS_URL'] !== undefined)) {
    describe(name, suite);
  } else if (process.env['CI'] === undefined) {
    describe.skip(`${name} (no redis-server on PATH)`, suite);
  } else {
    it(`${name}: redis-server is on PATH`, () => {
      throw new Error('Install redis-server; in CI these tests must run.');
    });
  }
}

async function freePort(highest = 65_535): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port > highest ? freePort(highest) : port;
}
