import type { Abstract } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { NestFactory } from '@nestjs/core';
import type { Queue } from 'bullmq';
import { apiBrowser } from '../admin/api-browser.js';
import { createAdminServer } from '../admin/admin-server.js';
import { queueDashboard } from '../admin/queue-dashboard.js';
import { Portraits } from '../directory/portraits.js';
import { ProofingRecords } from '../directory/proofing-records.js';
import { Subjects } from '../directory/subjects.js';
import { DevMailbox } from '../notification/dev-mailbox.js';
import { MailSender } from '../notification/mail-sender.js';
import { loadConfig, type Config } from '../platform/config/config.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { Database } from '../platform/database/database.js';
import { migrate } from '../platform/database/migrator.js';
import { configureServer, createFastifyAdapter } from '../platform/http/server.js';
import { Logger } from '../platform/logging/logger.js';
import { OBJECT_STORE } from '../platform/platform.module.js';
import { migrateQueueSchema } from '../platform/queue/queue-migrations.js';
import { endWhenRefused } from '../platform/queue/end-when-refused.js';
import type { QueueConnection } from '../platform/queue/queue-connection.js';
import { QUEUE_CONNECTION, QUEUES } from '../platform/queue/queue.module.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { startTracing } from '../platform/telemetry/tracing.js';
import { demoPicturesIn } from './demo-people/index.js';
import { devRoutes, type DevParts } from './dev-routes.js';
import { EmbeddedModule } from './embedded.module.js';
import { ensureApplicationRole } from './given-database.js';
import { startEmbeddedPostgres } from './postgres/index.js';
import type { ShutdownCoordinator } from '../platform/process/shutdown.js';
import { pickFreePort, writePrivateFile } from './process/index.js';
import { seedDemo } from './seed.js';
import { SimulatorHost } from './simulator-host.js';
import {
  embeddedEnvironment,
  givenPort,
  preparePaths,
  prepareSecrets,
  publicUrlOf,
  simulatorsOf,
  type EmbeddedPaths,
  type EmbeddedPorts,
  type EmbeddedSecrets,
  type Given,
} from './settings.js';
import { StaffIdentities } from './staff-identities.js';
import { StaffIssuer } from './staff-issuer.js';

/** What the `ready` line says. */
export interface ReadyLine {
  url: string;
  adminUrl: string;
  adminToken: string;
  apiKey: string;
  mailbox: string;
  pid: number;
}

/**
 * The embedded profile: brings up whatever was not given, then API, worker and operators' server in this one process.
 * For development and trial. Everything started is registered with `shutdown`, in the order it must end.
 */
export async function startEmbedded(given: Given, shutdown: ShutdownCoordinator): Promise<ReadyLine> {
  const paths = preparePaths(given.DATA_DIR ?? '.regain');
  const secrets = await prepareSecrets(paths, given.BOOTSTRAP_API_KEY);
  const ports = { port: await portOf(given.PORT, 3000), adminPort: await portOf(given.ADMIN_PORT, 3001) };
  const simulators = await startSimulators(given, { secrets, ports, shutdown });
  const database = await openDatabase(given, { paths, shutdown });
  const identities = await StaffIdentities.load(secrets.staffKey);
  if (!secrets.staffKey) {
    await writePrivateFile(paths.secretsFile, JSON.stringify({ ...secrets, staffKey: identities.privateJwk }));
  }

  const environment = embeddedEnvironment(given, {
    paths,
    secrets,
    ports,
    database,
    simulated: simulators,
  });
  Object.assign(
    process.env,
    Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined)),
  );
  const config = loadConfig(process.env);
  shutdown.onShutdown('traces', await startTracing({ endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT, role: 'embedded' }));
  const app = await createApplication(config, shutdown);
  const part = <Part>(kind: Abstract<Part>): Part => app.get(kind, { strict: false });
  simulators.connect({ database: part(Database), subjects: part(Subjects), records: part(ProofingRecords) });
  const pictures = demoPicturesIn(paths.picturesDir);
  await seedDemo({
    database: part(Database),
    subjects: part(Subjects),
    records: part(ProofingRecords),
    portraits: part(Portraits),
    ring: part(KeyRing),
    apiKey: secrets.apiKey,
    simulated: simulators.providers,
    pictures,
  });
  await serveAdmin(app, { config, identities, simulators, pictures, shutdown });
  await app.listen(config.PORT, config.BIND_ADDRESS);
  const adminUrl = `http://127.0.0.1:${config.ADMIN_PORT}`;
  return {
    url: config.PUBLIC_URL,
    adminUrl,
    adminToken: config.ADMIN_TOKEN,
    apiKey: secrets.apiKey,
    mailbox: `${adminUrl}/dev/mail`,
    pid: process.pid,
  };
}

async function portOf(given: string | undefined, fallback: number): Promise<number> {
  const port = givenPort(given) ?? fallback;
  return port === 0 ? pickFreePort() : port;
}

async function startSimulators(
  given: Given,
  made: { secrets: EmbeddedSecrets; ports: EmbeddedPorts; shutdown: ShutdownCoordinator },
): Promise<SimulatorHost> {
  const { secrets, ports, shutdown } = made;
  const own = {
    SANDBOX_API_KEY: secrets.sandboxApiKey,
    SANDBOX_WEBHOOK_SECRET: secrets.sandboxWebhookSecret,
    SANDBOX_ENVIRONMENT: 'test',
  };
  const simulators = await SimulatorHost.open(simulatorsOf(given), {
    given: { ...own, ...given },
    publicUrl: publicUrlOf(given, ports),
  });
  shutdown.onShutdown('simulated partners', () => simulators.close());
  return simulators;
}

interface DatabaseAccess {
  appUrl: string;
  ownerUrl: string;
  queueUrl: string;
}

async function openDatabase(
  given: Given,
  made: { paths: EmbeddedPaths; shutdown: ShutdownCoordinator },
): Promise<DatabaseAccess> {
  const urls = given.DATABASE_URL ? givenDatabase(given, given.DATABASE_URL) : await ownDatabase(made);
  if (given.DATABASE_URL) await ensureApplicationRole(urls.ownerUrl, { sameRole: urls.ownerUrl === urls.appUrl });
  await migrate(urls.ownerUrl);
  if (!given.REDIS_URL) await migrateQueueSchema(urls.queueUrl);
  return urls;
}

function givenDatabase(given: Given, appUrl: string): DatabaseAccess {
  return { appUrl, ownerUrl: given.DATABASE_OWNER_URL ?? appUrl, queueUrl: given.QUEUE_DATABASE_URL ?? appUrl };
}

async function ownDatabase(made: { paths: EmbeddedPaths; shutdown: ShutdownCoordinator }): Promise<DatabaseAccess> {
  const postgres = await startEmbeddedPostgres({ dataDir: made.paths.dataDir });
  made.shutdown.onShutdown('database', () => postgres.stop(), { timeoutMs: 3_000 });
  return postgres;
}

async function createApplication(config: Config, shutdown: ShutdownCoordinator): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(EmbeddedModule, createFastifyAdapter(config), {
    logger: false,
    abortOnError: false,
    bodyParser: false,
  });
  await configureServer(app, config);
  await app.init();
  const queue = app.get<QueueConnection>(QUEUE_CONNECTION, { strict: false });
  endWhenRefused(queue, { logger: app.get(Logger, { strict: false }), shutdown });
  shutdown.onShutdown('service', async () => {
    await app.close();
    await queue.close();
  });
  return app;
}

/** Whether the sign-in that the console leads to is the stand-in that is served here. */
const issuesFor = ({ ADMIN_PORT, STAFF_AUTHORIZATION_URL }: Config): boolean =>
  STAFF_AUTHORIZATION_URL === `http://127.0.0.1:${ADMIN_PORT}/dev/authorize`;

async function serveAdmin(
  app: NestFastifyApplication,
  parts: Omit<DevParts, 'mailbox'> & { shutdown: ShutdownCoordinator },
): Promise<void> {
  const { config, identities, simulators, pictures, shutdown } = parts;
  const mail = app.get<MailSender>(MailSender, { strict: false });
  const queue = app.get<QueueConnection>(QUEUE_CONNECTION, { strict: false });
  const queues = app.get<Queue[]>(QUEUES, { strict: false });
  const database = app.get(Database, { strict: false });
  const admin = await createAdminServer({
    token: config.ADMIN_TOKEN,
    database,
    objects: app.get(OBJECT_STORE, { strict: false }),
    metrics: app.get(Metrics, { strict: false }),
    queue: () => queue.ping(),
    queues,
    open: async (server) => {
      apiBrowser(server);
      await queueDashboard(server, { token: config.ADMIN_TOKEN, queues, database });
      server.get('/dev/jwks.json', async () => identities.jwks());
      if (issuesFor(config)) new StaffIssuer(config, identities).routes(server);
    },
    extend: (server) =>
      devRoutes(server, {
        config,
        identities,
        mailbox: mail instanceof DevMailbox ? mail : undefined,
        simulators,
        pictures,
      }),
  });
  shutdown.onShutdown('admin', () => admin.close());
  await admin.listen({ port: config.ADMIN_PORT, host: config.BIND_ADDRESS });
}
