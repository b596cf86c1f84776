import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embeddedEnvironment, preparePaths, prepareSecrets } from '../../src/embedded/settings.js';
import { removeEmbeddedPostgres, startEmbeddedPostgres } from '../../src/embedded/postgres/index.js';
import { pickFreePort } from '../../src/embedded/process/index.js';
import { KeyRing } from '../../src/platform/crypto/key-ring.js';
import { Database } from '../../src/platform/database/database.js';
import { migrate } from '../../src/platform/database/migrator.js';
import { packagePath } from '../../src/platform/package-root/package-root.js';
import { eventually } from '../demo/eventually.js';

/** Two API processes on one database, and a connection of the campaign's own to it. */
export interface TwoProcesses {
  /** Where each process listens. */
  baseUrls: readonly [string, string];
  /** What a browser on the service's page would send as `Origin`, to either. */
  origin: string;
  database: Database;
  ring: KeyRing;
  stop(): Promise<void>;
}

/** Starts PostgreSQL, brings up the schema and starts `dist/src/main.js` twice. Nothing stays when that fails. */
export async function startTwoProcesses(): Promise<TwoProcesses> {
  const dataDir = mkdtempSync(join(tmpdir(), 'regain-campaign-'));
  const ends: (() => Promise<unknown>)[] = [() => rm(dataDir, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    return { ...(await start(dataDir, ends)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(dataDir: string, ends: (() => Promise<unknown>)[]): Promise<Omit<TwoProcesses, 'stop'>> {
  const paths = preparePaths(dataDir);
  const secrets = await prepareSecrets(paths, undefined);
  ends.push(() => removeEmbeddedPostgres(dataDir));
  const postgres = await startEmbeddedPostgres({ dataDir });
  ends.push(() => postgres.stop());
  await migrate(postgres.ownerUrl);
  const origin = `http://localhost:${await pickFreePort()}`;
  const given = { ...process.env, NODE_OPTIONS: '', PUBLIC_URL: origin, RATE_LIMIT_SCALE: '10000', PROVIDERS: 'local' };
  const startOne = async (name: string): Promise<string> => {
    const ports = { port: await pickFreePort(), adminPort: await pickFreePort() };
    const env = embeddedEnvironment(given, {
      paths,
      secrets,
      ports,
      database: postgres,
      simulated: { providers: [], environment: {}, origins: [] },
    });
    const child = startProcess(env, join(dataDir, `${name}.log`));
    ends.push(() => stopProcess(child));
    await untilReady(child, { adminPort: ports.adminPort, log: join(dataDir, `${name}.log`) });
    return `http://127.0.0.1:${ports.port}`;
  };
  const baseUrls: [string, string] = [await startOne('first'), await startOne('second')];
  const database = await Database.connect({ url: postgres.appUrl, poolSize: 10, statementTimeoutMs: 15_000 });
  ends.push(() => database.close());
  return { baseUrls, origin, database, ring: KeyRing.fromFile(paths.keyRingFile) };
}

function startProcess(env: Record<string, string | undefined>, log: string): ChildProcess {
  const stdio: StdioOptions = ['ignore', 'ignore', openSync(log, 'w', 0o600)];
  return spawn(process.execPath, [packagePath('dist/src/main.js')], { env, stdio });
}

async function untilReady(child: ChildProcess, place: { adminPort: number; log: string }): Promise<void> {
  await eventually('an API process is ready', async () => {
    if (child.exitCode !== null) throw new Error(`an API process ended:\n${readFileSync(place.log, 'utf8')}`);
    return fetch(`http://127.0.0.1:${place.adminPort}/health/ready`).then(
      (response) => response.ok,
      () => false,
    );
  });
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
