import { Injectable } from '@nestjs/common';
import { AccountIndex } from './adjudication/accounts/account-index.js';
import { KnownDocuments } from './adjudication/accounts/known-documents.js';
import { pruneReplacedStandings } from './directory/replaced-standings.js';
import { forgetToldAddresses } from './notification/told-addresses.js';
import { routes } from './pipeline.js';
import { Database } from './platform/database/database.js';
import type { Transaction } from './platform/database/transaction.js';
import { Limits } from './platform/limits/limits.js';
import { Logger } from './platform/logging/logger.js';
import type { Steps } from './platform/process/rounds.js';
import { Metrics } from './platform/telemetry/metrics.js';
import type { FrequentTask } from './platform/telemetry/sweep-labels.js';
import { RecoveryCaseRepository } from './recovery-case/recovery-case.repository.js';
import { pruneDeadLetters } from './sweeper/exhausted-work.js';
import { pruneSpent } from './sweeper/pruning.js';
import { Sweeper } from './sweeper/sweeper.js';
import { PushInbox } from './verification/inbox/push-inbox.js';

const ACCOUNTS_A_ROUND = 500;

type DueTask = Exclude<FrequentTask, 'lost_work' | 'seal'>;

/** What is removed, or caught up with, because its time has come: each in a transaction of its own, and some at a time. */
export function dueSteps(
  database: Database,
  of: { limits: Limits; inbox: PushInbox; documents: KnownDocuments; accounts: AccountIndex },
): Steps<DueTask> {
  const steps: Record<DueTask, (tx: Transaction) => Promise<unknown>> = {
    spent: pruneSpent,
    limits: (tx) => of.limits.prune(tx),
    deliveries: (tx) => of.inbox.sweep(tx),
    documents: (tx) => of.documents.prune(tx),
    standings: pruneReplacedStandings,
    former_names: (tx) => of.accounts.forgetFormerNames(tx, ACCOUNTS_A_ROUND),
    account_index: (tx) => of.accounts.catchUp(tx, ACCOUNTS_A_ROUND),
    dead_letters: pruneDeadLetters,
    told_addresses: forgetToldAddresses,
  };
  const transactions = Object.entries(steps).map(([name, step]) => [name, () => database.transaction(step)] as const);
  return Object.fromEntries(transactions) as Steps<DueTask>;
}

/** Does in the database what is due by itself: lost work is found, and what is over is removed. */
@Injectable()
export class DatabaseSweeps {
  readonly steps: Steps<DueTask | 'lost_work'>;

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
    const sweeper = new Sweeper({
      database,
      logger,
      routes,
      cases,
      onFound: (event) => metrics.sweeperFinds.inc({ event }),
      onGivenUp: (job) => metrics.workGivenUp.inc({ job }),
    });
    this.steps = { lost_work: () => sweeper.sweep(), ...dueSteps(database, { limits, inbox, documents, accounts }) };
  }
}
