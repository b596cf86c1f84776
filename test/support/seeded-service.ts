import { randomBytes } from 'node:crypto';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { testServer } from './test-server.js';

/** As scripts/run-tests.mjs calls it. */
const TEMPLATE = 'seeded';
/** What a service writes about itself: none of another's business. */
const OF_ONE_RUN = ['stdout.log', 'stderr.log', 'ready.json'];

export interface SeededService {
  env: Readonly<Record<string, string>>;
  superuserUrl: string;
  drop(): Promise<void>;
}

/**
 * Fills `dataDir` with what the service that `npm test` started first had made, its database being a copy on the run's
 * server: drawing, creating, migrating and seeding take longer than all the rest of a start. Undefined where a run has no
 * such service; one then starts from nothing.
 */
export async function copySeededService(dataDir: string): Promise<SeededService | undefined> {
  const folder = process.env.TEST_SEEDED_SERVICE_DIR;
  const server = folder ? await testServer() : undefined;
  if (!folder || !server) return undefined;
  await cp(folder, dataDir, { recursive: true });
  for (const file of OF_ONE_RUN) await rm(join(dataDir, file), { force: true });
  const name = `service_${randomBytes(6).toString('hex')}`;
  const { appUrl, ownerUrl, queueUrl, superuserUrl } = await server.createDatabase(name, { template: TEMPLATE });
  // The names under which the embedded profile takes a database that it did not start itself.
  const env = { DATABASE_URL: appUrl, DATABASE_OWNER_URL: ownerUrl, QUEUE_DATABASE_URL: queueUrl };
  return { env, superuserUrl, drop: () => server.dropDatabase(name) };
}
