import { spawn, type ChildProcess } from 'node:child_process';
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

interface Process {
  child: ChildProcess;
  baseUrl: string;
  log: string;
}

/** Starts PostgreSQL, brings up the schema and starts `dist/src/main.js` twice. */
export async function startTwoProcesses(): Promise<TwoProcesses> {
  const dataDir = mkdtempSync(join(tmpdir(), 'regain-campaign-'));
  const paths = preparePaths(dataDir);
  const secrets = prepareSecrets(paths, undefined);
  const postgres = await startEmbeddedPostgres({ dataDir });
  await migrate(postgres.ownerUrl);
  const origin = `http://localhost:${await pickFreePort()}`;
  const given = { ...process.env, NODE_OPTIONS: '', PUBLIC_URL: origin, RATE_LIMIT_SCALE: '10000', PROVIDERS: 'local' };
  const start = async (name: string): Promise<Process> => {
    const ports = { port: await pickFreePort(), adminPort: await pickFreePort() };
    const env = embeddedEnvironment(given, { paths, secrets, ports, database: postgres, sandboxUrl: '' });
    return startProcess(env, { ...ports, log: join(dataDir, `${name}.log`) });
  };
  const processes = [await start('first'), await start('second')] as const;
  const database = await Database.connect({ url: postgres.appUrl, poolSize: 10, statementTimeoutMs: 15_000 });
  return {
    baseUrls: [processes[0].baseUrl, processes[1].baseUrl],
    origin,
    database,
    ring: KeyRing.fromFile(paths.keyRingFile),
    async stop() {
      await database.close();
      await Promise.all(processes.map(({ child }) => stopProcess(child)));
      await postgres.stop();
      await removeEmbeddedPostgres(dataDir);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function startProcess(
  env: Record<string, string | undefined>,
  place: { port: number; adminPort: number; log: string },
): Promise<Process> {
  const log = openSync(place.log, 'w', 0o600);
  const child = spawn(process.execPath, [packagePath('dist/src/main.js')], { env, stdio: ['ignore', 'ignore', log] });
  const ready = `http://127.0.0.1:${place.adminPort}/health/ready`;
  await eventually('an API process is ready', async () => {
    if (child.exitCode !== null)
      throw new Error(`an API process ended at its start:\n${readFileSync(place.log, 'utf8')}`);
    return fetch(ready).then(
      (response) => response.ok,
      () => false,
    );
  });
  return { child, baseUrl: `http://127.0.0.1:${place.port}`, log: place.log };
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
