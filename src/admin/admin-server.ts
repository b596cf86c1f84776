import type { Queue } from 'bullmq';
import fastifyFactory, { type FastifyInstance } from 'fastify';
import { lately } from '../platform/health/lately.js';
import { readiness } from '../platform/health/readiness.js';
import type { Database } from '../platform/database/database.js';
import type { Metrics } from '../platform/telemetry/metrics.js';
import type { ObjectStore } from '../platform/storage/object-store.port.js';
import { databaseSource, tellPool } from './database-gauges.js';
import { onlyLooks, operatorTokenGiven, refuseWithoutToken } from './operator-token.js';
import { queueSource } from './queue-gauges.js';
import { readSources, type ScrapeSource } from './scrape-sources.js';

export interface AdminParts {
  token: string;
  database: Database;
  objects: ObjectStore;
  metrics: Metrics;
  queue?: () => Promise<unknown>;
  /** Given by a process that works through jobs: the figures of its queues are part of its metrics. */
  queues?: readonly Queue[];
  extraChecks?: Record<string, () => Promise<unknown>>;
  /** Routes in front of the token: with a lock of their own, or of the embedded profile, which listens on this machine alone. */
  open?: (server: FastifyInstance) => void | Promise<void>;
  /** More routes behind the same token: the embedded profile's `/dev`. */
  extend?: (server: FastifyInstance) => void | Promise<void>;
}

/** Probes and scrapes come from several sides at once: the store is asked for all of them together. */
const STORE_KNOWN_MS = 5_000;

/**
 * The operators' server: health for the machine that restarts us, metrics and more behind a token, all on a port of its
 * own that is never published (T113). A browser gives the token as a password and may look.
 */
export async function createAdminServer(parts: AdminParts): Promise<FastifyInstance> {
  const server = fastifyFactory({ logger: false, forceCloseConnections: true, bodyLimit: 65_536 });
  const storeAnswers = lately(() => parts.objects.check(), { keptMs: STORE_KNOWN_MS });
  server.get('/health/live', async () => ({ status: 'live' }));
  server.get('/health/ready', async (_request, reply) => {
    const answer = await readiness({
      database: parts.database,
      objects: { check: storeAnswers },
      queue: parts.queue,
      extra: parts.extraChecks,
    });
    return reply
      .status(answer.ready ? 200 : 503)
      .send({ status: answer.ready ? 'ready' : 'not_ready', dependencies: answer.dependencies });
  });
  await parts.open?.(server);
  await server.register(async (guarded) => {
    guarded.addHook('onRequest', async (request, reply) => {
      const by = operatorTokenGiven(request.headers.authorization, parts.token);
      if (!by) await refuseWithoutToken(reply);
      // A browser sends a password along by itself, also where another site's page makes it ask.
      else if (by === 'basic' && !onlyLooks(request.method))
        await reply.status(403).send({ status: 403, code: 'origin_not_allowed' });
    });
    guarded.get('/metrics', async (_request, reply) => {
      await readGauges(parts, storeAnswers);
      return reply.type(parts.metrics.registry.contentType).send(await parts.metrics.registry.metrics());
    });
    await parts.extend?.(guarded);
  });
  return server;
}

async function readGauges(
  { database, metrics, queues }: AdminParts,
  storeAnswers: () => Promise<unknown>,
): Promise<void> {
  tellPool(database, metrics);
  metrics.tellOfNow();
  const objects: ScrapeSource = {
    name: 'objects',
    gauges: [],
    read: async () => (await storeAnswers(), () => undefined),
  };
  const ofWorkers = queues ? [queueSource(queues, metrics)] : [];
  await readSources([databaseSource(database, metrics), ...ofWorkers, objects], metrics);
}
