import { Injectable } from '@nestjs/common';
import { AccountIndex } from './adjudication/accounts/account-index.js';
import { KnownDocuments } from './adjudication/accounts/known-documents.js';
import { routes } from './pipeline.js';
import { Database } from './platform/database/database.js';
import { Limits } from './platform/limits/limits.js';
import { Logger } from './platform/logging/logger.js';
import { Metrics } from './platform/telemetry/metrics.js';
import { RecoveryCaseRepository } from './recovery-case/recovery-case.repository.js';
import { sweeperTasks } from './sweeper-tasks.js';
import { ExhaustedWork } from './sweeper/exhausted-work.js';
import { Sweeper } from './sweeper/sweeper.js';
import { toldEvents } from './sweeper/told-events.js';
import { PushInbox } from './verification/inbox/push-inbox.js';

/** The sweeper with all that a worker has for it. */
@Injectable()
export class WorkerSweeper extends Sweeper {
  constructor(
    database: Database,
    logger: Logger,
    metrics: Metrics,
    cases: RecoveryCaseRepository,
    limits: Limits,
    inbox: PushInbox,
    documents: KnownDocuments,
    accounts: AccountIndex,
  ) {
    super({
      database,
      logger,
      told: toldEvents(routes),
      exhausted: new ExhaustedWork({ routes, cases, logger, onGivenUp: (job) => metrics.workGivenUp.inc({ job }) }),
      extra: sweeperTasks({ limits, inbox, documents, accounts }),
      onFound: (event) => metrics.sweeperFinds.inc({ event }),
      onFailed: (task) => metrics.sweeperFailures.inc({ task }),
    });
  }
}
