import { readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { eventually } from '../../harness/eventually.js';
import { startRedis, type RedisServer } from '../../harness/servers/index.js';
import { TcpProxy } from './tcp-proxy.js';

/** What stands in the queue's store. */
export interface QueueContent {
  text: string;
  /** Jobs that wait or are worked on. */
  waiting: number;
  /** Dead letters, each as its queue and id. */
  dead: string[];
}

interface Member {
  server: RedisServer;
  dataDir: string;
}

/**
 * The queue's Redis or Valkey with its replica, behind one address whose network misbehaves on demand. Real servers with
 * the settings of production: an append-only file that is flushed every second, nothing evicted.
 */
export class QueueServers {
  #primary: Member;
  #replica: Member;

  private constructor(
    readonly network: TcpProxy,
    /** Between the two servers. */
    private readonly replication: TcpProxy,
    members: { primary: Member; replica: Member },
    private readonly serving: { port: number },
  ) {
    this.#primary = members.primary;
    this.#replica = members.replica;
  }

  static async start(kind: 'redis' | 'valkey', dataDir: string): Promise<QueueServers> {
    const primary = await member(kind, join(dataDir, 'queue-1'));
    const replication = await TcpProxy.start(() => [primary.server.port]);
    const replica = await member(kind, join(dataDir, 'queue-2'));
    await askAt(replica.server.port, 'REPLICAOF', '127.0.0.1', String(replication.port));
    const serving = { port: primary.server.port };
    const network = await TcpProxy.start(() => [serving.port]);
    return new QueueServers(network, replication, { primary, replica }, serving);
  }

  get url(): string {
    return `redis://127.0.0.1:${this.network.port}`;
  }

  get running(): boolean {
    return this.#primary.server.process.running;
  }

  /** One command to the server that serves, past the network. */
  ask(command: string, ...args: string[]): Promise<unknown> {
    return askAt(this.serving.port, command, ...args);
  }

  /** Every key with what is in it, whatever its kind, and how many jobs wait or are worked on. */
  async content(): Promise<QueueContent> {
    const redis = new Redis(this.serving.port, '127.0.0.1');
    try {
      const [texts, dead]: [string[], string[]] = [[], []];
      let waiting = 0;
      for (const key of await redis.keys('*')) {
        const kind = await redis.type(key);
        const read = READ_BY_KIND[kind];
        texts.push(key, JSON.stringify(read ? await redis.call(read[0], key, ...read.slice(1)) : kind));
        if (/:(wait|active)$/.test(key)) waiting += await redis.llen(key);
        const [, failed] = /^bull:(.*):failed$/.exec(key) ?? [];
        if (failed) dead.push(...(await redis.zrange(key, 0, -1)).map((id) => `${failed} ${id}`));
      }
      return { text: texts.join('\n'), waiting, dead };
    } finally {
      redis.disconnect();
    }
  }

  /** Ends the server as a power cut does: what came in the last second is not in its file. Gives back how many bytes that was. */
  async loseLastSecond(): Promise<number> {
    const file = appendOnlyFile(this.#primary.dataDir);
    const kept = statSync(file).size;
    await pause(1_000);
    await this.#primary.server.process.kill();
    const lost = statSync(file).size - kept;
    truncateSync(file, kept);
    return lost;
  }

  async kill(): Promise<void> {
    await this.#primary.server.process.kill();
  }

  async startAgain(): Promise<void> {
    if (!this.running) await this.#primary.server.process.start();
  }

  /**
   * The replica takes over, without what it was not sent in the last moments; then everybody goes to the old one for a
   * while, which still has it and knows nothing of the new one. Gives back the bytes that the replica never got.
   */
  async failOver(times: { apartMs: number; backMs: number }): Promise<number> {
    const offsets = (): Promise<[number, number]> =>
      Promise.all([offsetAt(this.#primary.server.port), offsetAt(this.#replica.server.port)]);
    this.replication.weather = { kind: 'refuse' };
    await pause(times.apartMs);
    const [written, copied] = await offsets();
    await askAt(this.#replica.server.port, 'REPLICAOF', 'NO', 'ONE');
    this.#serve(this.#replica);
    await pause(times.backMs);
    this.#serve(this.#primary);
    await pause(times.backMs);
    this.#serve(this.#replica);
    await this.#primary.server.process.kill();
    [this.#primary, this.#replica] = [this.#replica, this.#primary];
    return written - copied;
  }

  async stop(): Promise<void> {
    await this.network.close();
    await this.replication.close();
    for (const { server } of [this.#primary, this.#replica]) await server.process.kill();
  }

  #serve({ server }: Member): void {
    this.serving.port = server.port;
    this.network.cutAll();
  }
}

const READ_BY_KIND: Readonly<Record<string, [string, ...string[]]>> = {
  string: ['GET'],
  hash: ['HGETALL'],
  list: ['LRANGE', '0', '-1'],
  set: ['SMEMBERS'],
  zset: ['ZRANGE', '0', '-1'],
  stream: ['XRANGE', '-', '+'],
};

const member = async (kind: 'redis' | 'valkey', dataDir: string): Promise<Member> => ({
  server: await startRedis({ kind, dataDir }),
  dataDir,
});

/** The part of it that is being written (Redis manual, "Append-only file": base and increments in a folder). */
function appendOnlyFile(dataDir: string): string {
  const folder = join(dataDir, 'appendonlydir');
  const newest = readdirSync(folder)
    .filter((name) => name.endsWith('.incr.aof'))
    .sort((one, other) => statSync(join(folder, one)).mtimeMs - statSync(join(folder, other)).mtimeMs)
    .at(-1);
  if (!newest) throw new Error('there is no append-only file');
  return join(folder, newest);
}

async function askAt(port: number, command: string, ...args: string[]): Promise<unknown> {
  const redis = new Redis(port, '127.0.0.1', { lazyConnect: true, maxRetriesPerRequest: 0 });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return await redis.call(command, ...args);
  } finally {
    redis.disconnect();
  }
}

/** How far a server's stream of changes has come, in bytes; the same numbers on a primary and its replica. */
async function offsetAt(port: number): Promise<number> {
  const found = await eventually('a place in the stream', async () => {
    const info = String(await askAt(port, 'INFO', 'replication'));
    const name = info.includes('role:slave') ? 'slave_repl_offset' : 'master_repl_offset';
    return new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1];
  });
  return Number(found);
}
