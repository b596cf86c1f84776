import { mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import {
  removeEmbeddedPostgres,
  startEmbeddedPostgres,
  type DatabaseUrls,
} from '../../../src/embedded/postgres/index.js';
import { pickFreePort } from '../../../src/embedded/process/index.js';
import { embeddedEnvironment, preparePaths, prepareSecrets } from '../../../src/embedded/settings.js';
import { KeyRing } from '../../../src/platform/crypto/key-ring.js';
import { Database } from '../../../src/platform/database/database.js';
import { migrate } from '../../../src/platform/database/migrator.js';
import { migrateQueueSchema } from '../../../src/platform/queue/queue-migrations.js';
import { isAlive } from '../../../test/support/processes.js';
import { eventually } from '../../harness/eventually.js';
import { DatabasePair } from './database-pair.js';
import { ManagedProcess } from '../../harness/managed-process.js';
import { ObjectServer } from './object-server.js';
import { QueueServers, type QueueContent } from './queue-servers.js';
import { SmallDisk } from './small-disk.js';
import { TcpProxy } from './tcp-proxy.js';

export interface DeploymentOptions {
  /** Of the address it is found at. */
  port: number;
  /** Variables besides those of the parts that are started here. */
  environment: Record<string, string>;
  /** Origins the processes may call although they are plain and on this machine. */
  origins: readonly string[];
  /** Where jobs wait. */
  queue: QueueKind;
  /** Pictures go to a real S3 server; else to a directory. */
  s3: boolean;
  /** The database has a standby, and may be failed over to it. */
  standby: boolean;
}

/** One server, or the one of two that serves at the moment. */
interface Postgres extends DatabaseUrls {
  port: number;
  pid?: number;
  stop(): Promise<void>;
}

/** After half an hour of chaos, the invariants look through a hundred thousand audit rows on a machine that is busy. */
const LOOKING_MS = 300_000;

export type QueueKind = 'postgres' | 'redis' | 'valkey';

/**
 * Two API and two worker processes behind one address, on a PostgreSQL of their own that is reached through a network
 * that misbehaves on demand; with a Redis and an S3 server when asked for. Everything can be killed, paused, stopped and
 * started again.
 */
export class Deployment {
  readonly apis: ManagedProcess[] = [];
  readonly workers: ManagedProcess[] = [];
  private smallDisk: SmallDisk | undefined;

  private constructor(
    readonly dataDir: string,
    private postgres: Postgres,
    readonly network: { front: TcpProxy; database: TcpProxy },
    readonly own: { apiKey: string; ring: KeyRing; database: Database },
    readonly servers: { queue?: QueueServers; objects?: ObjectServer; databases?: DatabasePair },
  ) {}

  static async start(options: DeploymentOptions): Promise<Deployment> {
    const dataDir = mkdtempSync(join(tmpdir(), 'regain-faults-'));
    const paths = preparePaths(dataDir);
    const secrets = await prepareSecrets(paths, undefined);
    const databases = options.standby ? await DatabasePair.start() : undefined;
    const postgres = databases ? served(databases) : await startEmbeddedPostgres({ dataDir });
    await migrate(postgres.ownerUrl);
    await migrateQueueSchema(postgres.queueUrl);
    const apiPorts: number[] = [];
    const front = await TcpProxy.start(() => apiPorts, options.port);
    const database = await TcpProxy.start(() => [postgres.port]);
    const ring = KeyRing.fromFile(paths.keyRingFile);
    const own = {
      apiKey: secrets.apiKey,
      ring,
      database: await Database.connect({ url: postgres.appUrl, poolSize: 6, statementTimeoutMs: LOOKING_MS, ring }),
    };
    const servers = { ...(await startServers(options, dataDir)), databases };
    const deployment = new Deployment(dataDir, postgres, { front, database }, own, servers);
    const through = (url: string): string => Object.assign(new URL(url), { port: String(database.port) }).href;
    const given = {
      ...process.env,
      NODE_OPTIONS: '',
      PUBLIC_URL: deployment.url,
      ...(servers.queue ? { REDIS_URL: servers.queue.url } : {}),
      ...servers.objects?.environment,
      ...options.environment,
    };
    for (const program of ['main', 'main', 'worker', 'worker'] as const) {
      const ports = { port: await pickFreePort(), adminPort: await pickFreePort() };
      const env = embeddedEnvironment(given, {
        paths,
        secrets,
        ports,
        database: {
          appUrl: through(postgres.appUrl),
          ownerUrl: postgres.ownerUrl,
          queueUrl: through(postgres.queueUrl),
        },
        simulated: { providers: [], environment: {}, origins: options.origins },
      });
      const list = program === 'main' ? deployment.apis : deployment.workers;
      const name = `${program}-${list.length + 1}`;
      const log = join(dataDir, `${name}.log`);
      list.push(new ManagedProcess(name, { program, env, adminPort: ports.adminPort, log }));
      if (program === 'main') apiPorts.push(ports.port);
    }
    await deployment.startAll();
    return deployment;
  }

  /** Where people and partners find it. */
  get url(): string {
    return `http://localhost:${this.network.front.port}`;
  }

  get processes(): ManagedProcess[] {
    return [...this.apis, ...this.workers];
  }

  get objectsDir(): string {
    return join(this.dataDir, 'objects');
  }

  /** Starts what does not run, without failpoints. */
  async startAll(): Promise<void> {
    for (const one of this.processes) if (!one.running) await one.start();
    await eventually(
      'all processes are ready',
      async () => {
        const ready = await Promise.all(this.processes.map((one) => one.isReady()));
        return ready.every(Boolean);
      },
      { timeoutMs: 60_000 },
    );
  }

  /** Starts one anew with faults armed. */
  async rearm(one: ManagedProcess, failpoints: string): Promise<void> {
    await one.stop();
    await one.start(failpoints);
  }

  /** `SIGINT` is PostgreSQL's fast shutdown, `SIGQUIT` its immediate one, `SIGKILL` a crash (manual, 18.5). Started again. */
  async restartPostgres(signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL', downMs = 0): Promise<void> {
    await this.whileStopped(signal, () => pause(downMs));
  }

  /** Its data goes to a disk that can be filled. @throws Error where that cannot be had */
  async moveToSmallDisk(): Promise<SmallDisk> {
    if (this.smallDisk) return this.smallDisk;
    const folder = await this.clusterFolder();
    await this.whileStopped('SIGINT', async () => {
      this.smallDisk = await SmallDisk.under(folder, join(this.dataDir, 'postgres.log'));
    });
    if (!this.smallDisk) throw new Error('there is no small disk');
    return this.smallDisk;
  }

  private async whileStopped(signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL', work: () => Promise<void>): Promise<void> {
    const { pid, port } = this.postgres;
    if (pid === undefined) throw new Error('a pair of servers is failed over, not restarted');
    process.kill(pid, signal);
    await eventually('PostgreSQL has ended', async () => !isAlive(pid), { timeoutMs: 30_000 });
    await this.postgres.stop();
    try {
      await work();
    } finally {
      this.postgres = await startEmbeddedPostgres({ dataDir: this.dataDir, port });
    }
  }

  private async clusterFolder(): Promise<string> {
    const client = new pg.Client({ connectionString: this.superuserUrl });
    await client.connect();
    const { rows } = await client.query<{ folder: string }>(`SELECT current_setting('data_directory') AS folder`);
    await client.end();
    return rows[0]?.folder ?? '';
  }

  /** Takes every job away at once, whatever its state. Gives back how many things were lost. */
  async emptyQueue(): Promise<number> {
    if (this.servers.queue) {
      const keys = Number(await this.servers.queue.ask('DBSIZE'));
      await this.servers.queue.ask('FLUSHALL');
      return keys;
    }
    const client = new pg.Client({ connectionString: this.superuserUrl });
    await client.connect();
    const { rowCount } = await client.query('DELETE FROM bullmq.job').finally(() => client.end());
    return rowCount ?? 0;
  }

  async queueContent(): Promise<QueueContent> {
    if (this.servers.queue) return this.servers.queue.content();
    const client = new pg.Client({ connectionString: this.superuserUrl });
    await client.connect();
    try {
      const { rows } = await client.query<{ text: string; queue: string; id: string; state: string }>(
        'SELECT to_jsonb(j)::text AS text, queue, id, state::text FROM bullmq.job j',
      );
      const dead = rows.filter(({ state }) => state === 'failed').map(({ queue, id }) => `${queue} ${id}`);
      const waiting = rows.filter(({ state }) => state === 'waiting' || state === 'active').length;
      return { text: rows.map(({ text }) => text).join('\n'), waiting, dead };
    } finally {
      await client.end();
    }
  }

  get superuserUrl(): string {
    return this.postgres.superuserUrl;
  }

  get ownerUrl(): string {
    return this.postgres.ownerUrl;
  }

  logs(): { name: string; text: string }[] {
    return readdirSync(this.dataDir)
      .filter((name) => name.endsWith('.log') && name !== 'postgres.log')
      .map((name) => ({ name, text: readFileSync(join(this.dataDir, name), 'utf8') }));
  }

  async stop(): Promise<void> {
    for (const one of this.processes) await one.kill9();
    await this.own.database.close();
    await this.network.front.close();
    await this.network.database.close();
    await this.servers.queue?.stop();
    await this.servers.objects?.stop();
    await this.postgres.stop();
    await this.smallDisk?.unmount();
    if (!this.servers.databases) await removeEmbeddedPostgres(this.dataDir);
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

function served(pair: DatabasePair): Postgres {
  return {
    ...pair.urls,
    get port(): number {
      return pair.port;
    },
    stop: () => pair.stop(),
  };
}

async function startServers(
  { queue, s3 }: DeploymentOptions,
  dataDir: string,
): Promise<{ queue?: QueueServers; objects?: ObjectServer }> {
  return {
    queue: queue === 'postgres' ? undefined : await QueueServers.start(queue, dataDir),
    objects: s3 ? await ObjectServer.start(dataDir) : undefined,
  };
}
