import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { AuditSealer } from './audit-trail/audit-sealer.js';
import { routes } from './pipeline.js';
import type { Config } from './platform/config/config.js';
import { KeyRing } from './platform/crypto/key-ring.js';
import { Database } from './platform/database/database.js';
import { Logger } from './platform/logging/logger.js';
import { OutboxRelay, type JobSink } from './platform/outbox/outbox-relay.js';
import { CONFIG, OBJECT_STORE } from './platform/platform.module.js';
import { Rounds } from './platform/process/rounds.js';
import { JOB_SINK } from './platform/queue/queue.module.js';
import type { ObjectStore } from './platform/storage/object-store.port.js';
import { Metrics } from './platform/telemetry/metrics.js';
import { SecurityEvents } from './platform/telemetry/security-events.js';
import { Sweeps } from './sweeps.js';

const HOUR_SECONDS = 3_600;

/** What a worker does without being asked: the relay that feeds the queue, and everything that is done in rounds. */
@Injectable()
export class BackgroundWork implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #relay: OutboxRelay;
  readonly #rounds: Rounds;

  constructor(
    @Inject(CONFIG) config: Config,
    @Inject(JOB_SINK) sink: JobSink,
    @Inject(OBJECT_STORE) objects: ObjectStore,
    database: Database,
    ring: KeyRing,
    logger: Logger,
    metrics: Metrics,
    securityEvents: SecurityEvents,
    sweeps: Sweeps,
  ) {
    this.#relay = new OutboxRelay({ database, databaseUrl: config.DATABASE_URL, routes, sink, logger });
    const sealer = new AuditSealer({ database, ring, objects, logger, securityEvents });
    metrics.atScrape(() => metrics.auditUnanchoredAge.set(sealer.unanchoredSeconds));
    this.#rounds = new Rounds(
      [
        { everySeconds: config.SWEEP_INTERVAL_SECONDS, atOnce: true, steps: sweeps.inDatabase },
        { everySeconds: config.AUDIT_SEAL_INTERVAL_SECONDS, steps: { seal: () => sealer.seal() } },
        { everySeconds: HOUR_SECONDS, leftAtStop: true, steps: sweeps.inObjects },
      ],
      { logger, onFailed: (task) => metrics.sweeperFailures.inc({ task }) },
    );
  }

  onApplicationBootstrap(): void {
    this.#relay.start();
    this.#rounds.start();
  }

  /** Before anything is closed that it needs. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.#relay.stop(), this.#rounds.stop()]);
  }
}
