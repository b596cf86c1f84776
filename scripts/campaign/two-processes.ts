import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embeddedEnvironment, preparePaths, prepareSecrets, type EmbeddedPorts } from '../../src/embedded/settings.js';
import { removeEmbeddedPostgres, startEmbeddedPostgres } from '../../src/embedded/postgres/index.js';
import { pickFreePort } from '../../src/embedded/process/index.js';
import { KeyRing } from '../../src/platform/crypto/key-ring.js';
import { Database } from '../../src/platform/database/database.js';
import { migrate } from '../../src/platform/database/migrator.js';
import { migrateQueueSchema } from '../../src/platform/queue/queue-migrations.js';
import { ManagedProcess } from '../harness/managed-process.js';

/** Two API processes on one database, and a connection of the campaign's own to it. */
export interface TwoProcesses {
  /** Where each process listens. */
  baseUrls: readonly [string, string];
  /** What a browser on the service's page would send as `Origin`, to either. */
  origin: string;
  database: Database;
  /** The same database as the role that may make tables. */
  ownerUrl: string;
  ring: KeyRing;
  /** `dist/src/worker.js` beside them; not started, and may be killed and started again. */
  worker: ManagedProcess;
  stop(): Promise<void>;
}

export interface TwoProcessesOptions {
  providers: readonly string[];
  /** Variables of partners that are played by the campaign, and where they listen. */
  environment: Record<string, string>;
  origins: readonly string[];
}

const LOCAL_ONLY: TwoProcessesOptions = { providers: ['local'], environment: {}, origins: [] };

/** Starts PostgreSQL, brings up the schema and starts `dist/src/main.js` twice. Nothing stays when that fails. */
export async function startTwoProcesses(options = LOCAL_ONLY): Promise<TwoProcesses> {
  const dataDir = mkdtempSync(join(tmpdir(), 'regain-campaign-'));
  const ends: (() => Promise<unknown>)[] = [() => rm(dataDir, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    return { ...(await start(dataDir, { ends, options })), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface PreparedProcess {
  process: ManagedProcess;
  baseUrl: string;
}

async function start(
  dataDir: string,
  made: { ends: (() => Promise<unknown>)[]; options: TwoProcessesOptions },
): Promise<Omit<TwoProcesses, 'stop'>> {
  const { ends, options } = made;
  const paths = preparePaths(dataDir);
  const secrets = await prepareSecrets(paths, undefined);
  ends.push(() => removeEmbeddedPostgres(dataDir));
  const postgres = await startEmbeddedPostgres({ dataDir });
  ends.push(() => postgres.stop());
  await migrate(postgres.ownerUrl);
  const origin = `http://localhost:${await pickFreePort()}`;
  const given = {
    ...process.env,
    NODE_OPTIONS: '',
    PUBLIC_URL: origin,
    RATE_LIMIT_SCALE: '10000',
    PROVIDERS: options.providers.join(','),
  };
  if (options.providers.some((id) => id !== 'local')) await migrateQueueSchema(postgres.queueUrl);
  const environmentOn = (ports: EmbeddedPorts): Record<string, string | undefined> =>
    embeddedEnvironment(given, { paths, secrets, ports, database: postgres, simulated: { ...options, providers: [] } });
  const prepare = async (name: string, program: 'main' | 'worker'): Promise<PreparedProcess> => {
    const ports = { port: await pickFreePort(), adminPort: await pickFreePort() };
    const log = join(dataDir, `${name}.log`);
    const one = new ManagedProcess(name, { program, env: environmentOn(ports), adminPort: ports.adminPort, log });
    ends.push(() => one.stop());
    return { process: one, baseUrl: `http://127.0.0.1:${ports.port}` };
  };
  const worker = (await prepare('worker', 'worker')).process;
  const startOne = async (name: string): Promise<string> => {
    const api = await prepare(name, 'main');
    await api.process.start();
    return api.baseUrl;
  };
  const baseUrls: [string, string] = [await startOne('first'), await startOne('second')];
  const ring = KeyRing.fromFile(paths.keyRingFile);
  const database = await Database.connect({ url: postgres.appUrl, poolSize: 10, statementTimeoutMs: 15_000, ring });
  ends.push(() => database.close());
  return { baseUrls, origin, database, ownerUrl: postgres.ownerUrl, ring, worker };
}
