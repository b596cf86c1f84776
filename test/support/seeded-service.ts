import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ServiceProcess } from '../../scripts/demo/service-process.js';
import type { EmbeddedPostgresAccess } from '../../src/embedded/postgres/index.js';
import { templateDatabase, testServer } from './test-server.js';

type Urls = Awaited<ReturnType<EmbeddedPostgresAccess['createDatabase']>>;

/** What one service writes for itself: none of another's business. */
const OF_ONE_RUN = ['stdout.log', 'stderr.log', 'ready.json'];

export interface SeededService {
  env: Readonly<Record<string, string>>;
  superuserUrl: string;
  drop(): Promise<void>;
}

/**
 * Fills `dataDir` with what a service had made by the end of its first start, its database being a copy on the run's
 * server: drawing, creating, migrating and seeding take longer than all the rest of a start. Undefined where a run has no
 * place for such a copy; a service then starts from nothing.
 */
export async function copySeededService(dataDir: string): Promise<SeededService | undefined> {
  const folder = process.env.TEST_SEEDED_SERVICE_DIR;
  const server = folder ? await testServer() : undefined;
  if (!folder || !server) return undefined;
  const template = await templateDatabase(server, 'seeded', (urls) => startOnce(folder, urls));
  await cp(folder, dataDir, { recursive: true });
  const name = `service_${randomBytes(6).toString('hex')}`;
  const urls = await server.createDatabase(name, { template });
  return { env: environmentOf(urls), superuserUrl: urls.superuserUrl, drop: () => server.dropDatabase(name) };
}

async function startOnce(folder: string, urls: Urls): Promise<void> {
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  const service = await ServiceProcess.start({ dataDir: partial, env: environmentOf(urls) });
  await service.stop();
  for (const file of OF_ONE_RUN) await rm(join(partial, file), { force: true });
  if (existsSync(folder)) await rm(folder, { recursive: true });
  await rename(partial, folder);
}

/** The names under which the embedded profile takes a database that it did not start itself. */
function environmentOf({ appUrl, ownerUrl, queueUrl }: Urls): Record<string, string> {
  return { DATABASE_URL: appUrl, DATABASE_OWNER_URL: ownerUrl, QUEUE_DATABASE_URL: queueUrl };
}
