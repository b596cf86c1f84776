import { createHash, timingSafeEqual } from 'node:crypto';
import fastifyFactory, { type FastifyInstance } from 'fastify';
import { readiness } from '../platform/health/readiness.js';
import type { Database } from '../platform/database/database.js';
import type { Metrics } from '../platform/telemetry/metrics.js';
import type { ObjectStore } from '../platform/storage/object-store.port.js';

export interface AdminParts {
  token: string;
  database: Database;
  objects: ObjectStore;
  metrics: Metrics;
  queue?: () => Promise<unknown>;
  extraChecks?: Record<string, () => Promise<unknown>>;
  /** More routes behind the same token: the embedded profile's `/dev`. */
  /** Routes in front of the token: only for the embedded profile, which listens on this machine alone. */
  open?: (server: FastifyInstance) => void;
  extend?: (server: FastifyInstance) => void | Promise<void>;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * The operators' server: health for the machine that restarts us, metrics and more behind a token, all on a port of its
 * own that is never published (T113).
 */
export async function createAdminServer(parts: AdminParts): Promise<FastifyInstance> {
  const server = fastifyFactory({ logger: false, forceCloseConnections: true, bodyLimit: 65_536 });
  const expected = digest(`Bearer ${parts.token}`);
  server.get('/health/live', async () => ({ status: 'live' }));
  server.get('/health/ready', async (_request, reply) => {
    const answer = await readiness({
      database: parts.database,
      objects: parts.objects,
      queue: parts.queue,
      extra: parts.extraChecks,
    });
    return reply
      .status(answer.ready ? 200 : 503)
      .send({ status: answer.ready ? 'ready' : 'not_ready', dependencies: answer.dependencies });
  });
  parts.open?.(server);
  await server.register(async (guarded) => {
    guarded.addHook('onRequest', async (request, reply) => {
      const given = digest(request.headers.authorization ?? '');
      if (!timingSafeEqual(given, expected))
        await reply.status(401).header('www-authenticate', 'Bearer').send({ status: 401, code: 'unauthenticated' });
    });
    guarded.get('/metrics', async (_request, reply) => {
      await refreshGauges(parts);
      return reply.type(parts.metrics.registry.contentType).send(await parts.metrics.registry.metrics());
    });
    await parts.extend?.(guarded);
  });
  return server;
}

async function refreshGauges({ database, metrics }: AdminParts): Promise<void> {
  const rows = await database.read(
    (tx) => tx.many<{ name: string; label: string; value: number }>`
      SELECT 'open_cases' AS name, state AS label, count(*)::int AS value FROM recovery_cases WHERE closed_at IS NULL GROUP BY state
      UNION ALL SELECT 'outbox', '', count(*)::int FROM outbox WHERE published_at IS NULL
      UNION ALL SELECT 'notices', '', count(*)::int FROM notices WHERE sent_at IS NULL`,
  );
  metrics.openCases.reset();
  for (const { name, label, value } of rows) {
    if (name === 'open_cases') metrics.openCases.set({ state: label }, value);
    else if (name === 'outbox') metrics.outboxPending.set(value);
    else metrics.unsentNotices.set(value);
  }
}
