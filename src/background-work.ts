import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { AuditSealing } from './audit-trail/audit-sealing.js';
import { DatabaseSweeps } from './database-sweeps.js';
import { ObjectSweeps } from './object-sweeps.js';
import { routes } from './pipeline.js';
import type { Config } from './platform/config/config.js';
import { Database } from './platform/database/database.js';
import { Logger } from './platform/logging/logger.js';
import { OutboxRelay, type JobSink } from './platform/outbox/outbox-relay.js';
import { CONFIG } from './platform/platform.module.js';
import { Rounds } from './platform/process/rounds.js';
import { JOB_SINK } from './platform/queue/queue.module.js';
import { Metrics } from './platform/telemetry/metrics.js';
import type { FrequentTask, HourlyTask } from './platform/telemetry/sweep-labels.js';

const HOUR_SECONDS = 3_600;

/** Runs what a worker does without being asked: the relay that feeds the queue, and everything that is done in rounds. */
@Injectable()
export class BackgroundWork implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #relay: OutboxRelay;
  readonly #rounds: Rounds<FrequentTask | HourlyTask>;

  constructor(
    @Inject(CONFIG) config: Config,
    @Inject(JOB_SINK) sink: JobSink,
    database: Database,
    logger: Logger,
    metrics: Metrics,
    sealing: AuditSealing,
    inDatabase: DatabaseSweeps,
    inObjects: ObjectSweeps,
  ) {
    this.#relay = new OutboxRelay({ database, databaseUrl: config.DATABASE_URL, routes, sink, logger });
    this.#rounds = new Rounds(
      [
        { everySeconds: config.SWEEP_INTERVAL_SECONDS, atOnce: true, steps: inDatabase.steps },
        { everySeconds: config.AUDIT_SEAL_INTERVAL_SECONDS, steps: { seal: () => sealing.seal() } },
        { everySeconds: HOUR_SECONDS, leftAtStop: true, steps: inObjects.steps },
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
