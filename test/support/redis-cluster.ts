import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { RedisServer } from './redis.js';

const SLOTS = 16_384;

/**
 * A cluster whose first master has a replica and all slots but two, so that it owns every key of a test. The two other
 * masters are there to elect the replica.
 */
export class RedisCluster {
  readonly #servers: readonly RedisServer[];

  private constructor(servers: readonly RedisServer[]) {
    this.#servers = servers;
  }

  static async start(): Promise<RedisCluster> {
    const servers = await Promise.all(
      Array.from({ length: 4 }, () => RedisServer.start({ cluster: 'member' })),
    );
    const clients = servers.map(({ port }) => new Redis(port, '127.0.0.1'));
    const [first, second, third, replica] = clients as [Redis, Redis, Redis, Redis];
    await Promise.all([
      first.cluster('ADDSLOTSRANGE', 0, SLOTS - 3),
      second.cluster('ADDSLOTSRANGE', SLOTS - 2, SLOTS - 2),
      third.cluster('ADDSLOTSRANGE', SLOTS - 1, SLOTS - 1),
      // Else two masters may claim the same epoch.
      ...clients.map((client, index) => client.call('CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1))),
    ]);
    await Promise.all(servers.slice(1).map(({ port }) => first.cluster('MEET', '127.0.0.1', port)));
    const id = await first.cluster('MYID');
    await until(async () => (await Promise.all(clients.map(knownNodes))).every((count) => count === 4));
    await replica.cluster('REPLICATE', id);
    await until(async () => (await replica.info('replication')).includes('master_link_status:up'));
    await until(async () => (await Promise.all(clients.map(isUp))).every(Boolean));
    for (const client of clients) client.disconnect();
    return new RedisCluster(servers);
  }

  /** Every node, for a client of the cluster. */
  get nodes(): { host: string; port: number }[] {
    return this.#servers.map(({ port }) => ({ host: '127.0.0.1', port }));
  }

  /** The master hangs: its connections stay open and get no reply. Its replica takes over after about two seconds. */
  hangMaster(): void {
    this.#servers[0]?.pause();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.stop()));
  }
}

async function knownNodes(client: Redis): Promise<number> {
  const nodes = String(await client.cluster('NODES'));
  return nodes.split('\n').filter((line) => line.includes('connected') && !line.includes('handshake')).length;
}

async function isUp(client: Redis): Promise<boolean> {
  return (await client.cluster('INFO')).includes('cluster_state:ok');
}

/** The cluster must be up within a few seconds. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 15_000;
  // oxlint-disable-next-line no-await-in-loop -- one look after the other
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('The Redis cluster did not start.');
    // oxlint-disable-next-line no-await-in-loop -- as above
    await delay(50);
  }
}
