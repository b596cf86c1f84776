import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { Queue } from 'bullmq';
import { createAdminServer } from './admin/admin-server.js';
import { queueDashboard } from './admin/queue-dashboard.js';
import { Database } from './platform/database/database.js';
import { configureFailpoints } from './platform/failpoints/failpoints.js';
import { Logger } from './platform/logging/logger.js';
import { configured, OBJECT_STORE } from './platform/platform.module.js';
import { endWhenRefused } from './platform/queue/end-when-refused.js';
import type { QueueConnection } from './platform/queue/queue-connection.js';
import { QUEUE_CONNECTION, QUEUES } from './platform/queue/queue.module.js';
import { Metrics } from './platform/telemetry/metrics.js';
import { startTracing } from './platform/telemetry/tracing.js';
import { runProcess } from './run-process.js';
import { anchorCheck } from './start-checks/anchor-readiness.js';
import { checkedConfig } from './start-checks/checked-config.js';
import { WorkerModule } from './worker.module.js';

/** Jobs that are being worked on have this long to end; one that is cut off is taken by another worker. */
const FINISH_MS = 20_000;
const STOP_MS = 25_000;

/** The worker process of the production profile. */
await runProcess(
  async (shutdown) => {
    const config = await checkedConfig(process.env, 'worker');
    shutdown.onShutdown('traces', await startTracing({ endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT, role: 'worker' }));
    const app = await NestFactory.createApplicationContext(configured(WorkerModule, config), {
      logger: false,
      abortOnError: false,
    });
    const queue = app.get<QueueConnection>(QUEUE_CONNECTION, { strict: false });
    endWhenRefused(queue, { logger: app.get(Logger), shutdown });
    const queues = app.get<Queue[]>(QUEUES, { strict: false });
    const admin = await createAdminServer({
      token: config.ADMIN_TOKEN,
      database: app.get(Database),
      objects: app.get(OBJECT_STORE),
      metrics: app.get(Metrics),
      queue: () => queue.ping(),
      queues,
      extraChecks: { audit_anchors: anchorCheck(app) },
      open: (server) => queueDashboard(server, { token: config.ADMIN_TOKEN, queues, database: app.get(Database) }),
    });
    shutdown.onShutdown(
      'worker',
      async () => {
        await app.close();
        await queue.close();
      },
      { timeoutMs: FINISH_MS },
    );
    shutdown.onShutdown('admin', () => admin.close());
    await admin.listen({ port: config.ADMIN_PORT, host: config.BIND_ADDRESS });
    configureFailpoints(config.REGAIN_FAILPOINTS);
    app.get(Logger).info('ready', { adminPort: config.ADMIN_PORT });
  },
  { totalMs: STOP_MS, logLevel: 'info' },
);
