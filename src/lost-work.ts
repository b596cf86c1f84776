import { Injectable } from '@nestjs/common';
import { routes } from './pipeline.js';
import { Database } from './platform/database/database.js';
import { Logger } from './platform/logging/logger.js';
import { Metrics } from './platform/telemetry/metrics.js';
import { RecoveryCaseRepository } from './recovery-case/recovery-case.repository.js';
import { Sweeper } from './sweeper/sweeper.js';

/** Finds work again that the queue lost, along the routes of the pipeline, and counts what it found. */
@Injectable()
export class LostWork {
  readonly #sweeper: Sweeper;

  constructor(database: Database, logger: Logger, metrics: Metrics, cases: RecoveryCaseRepository) {
    this.#sweeper = new Sweeper({
      database,
      logger,
      routes,
      cases,
      onFound: (event) => metrics.sweeperFinds.inc({ event }),
      onGivenUp: (job) => metrics.workGivenUp.inc({ job }),
    });
  }

  async find(): Promise<void> {
    await this.#sweeper.sweep();
  }
}
