import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { apiBrowser } from './admin/api-browser.js';
import { createAdminServer } from './admin/admin-server.js';
import { ApiModule } from './api.module.js';
import { Database } from './platform/database/database.js';
import { configureFailpoints } from './platform/failpoints/failpoints.js';
import { createFastifyAdapter, configureServer } from './platform/http/server.js';
import { Logger } from './platform/logging/logger.js';
import { configured, OBJECT_STORE } from './platform/platform.module.js';
import { Draining } from './platform/process/draining.js';
import { Metrics } from './platform/telemetry/metrics.js';
import { startTracing } from './platform/telemetry/tracing.js';
import { runProcess } from './run-process.js';
import { anchorCheck } from './start-checks/anchor-readiness.js';
import { checkedConfig } from './start-checks/checked-config.js';

/** What was begun has this long to be finished; shorter than what orchestrators grant before they kill (30 s). */
const FINISH_MS = 20_000;
/** All of stopping, with the drain before it. */
const STOP_MS = 85_000;

/** The API process of the production profile. */
await runProcess(
  async (shutdown) => {
    const config = await checkedConfig(process.env, 'api');
    shutdown.onShutdown('traces', await startTracing({ endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT, role: 'api' }));
    const app = await NestFactory.create<NestFastifyApplication>(
      configured(ApiModule, config),
      createFastifyAdapter(config),
      {
        logger: false,
        abortOnError: false,
        bodyParser: false,
      },
    );
    await configureServer(app, config);
    const draining = app.get(Draining);
    const admin = await createAdminServer({
      token: config.ADMIN_TOKEN,
      database: app.get(Database),
      objects: app.get(OBJECT_STORE),
      metrics: app.get(Metrics),
      extraChecks: { taking_requests: () => draining.check(), audit_anchors: anchorCheck(app) },
      extend: apiBrowser,
    });
    shutdown.onShutdown('admin', () => admin.close());
    shutdown.onShutdown('api', () => app.close(), { timeoutMs: FINISH_MS + config.DRAIN_SECONDS * 1_000 });
    await app.listen(config.PORT, config.BIND_ADDRESS);
    await admin.listen({ port: config.ADMIN_PORT, host: config.BIND_ADDRESS });
    configureFailpoints(config.REGAIN_FAILPOINTS);
    app.get(Logger).info('ready', { port: config.PORT, adminPort: config.ADMIN_PORT });
  },
  { totalMs: STOP_MS, logLevel: 'info' },
);
