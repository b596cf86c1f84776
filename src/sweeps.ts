import { Inject, Injectable } from '@nestjs/common';
import { AccountIndex } from './adjudication/accounts/account-index.js';
import { KnownDocuments } from './adjudication/accounts/known-documents.js';
import { PortraitOrphans } from './directory/portrait-orphans.js';
import { pruneReplacedStandings } from './directory/replaced-standings.js';
import { BACKUP_HORIZON_DAYS } from './erasure/deletion-receipt.js';
import { pruneTombstones } from './erasure/tombstones.js';
import { EvidenceOrphans } from './identity-evidence/evidence-orphans.js';
import { forgetToldAddresses } from './notification/told-addresses.js';
import { routes } from './pipeline.js';
import { Clock } from './platform/clock/clock.js';
import { Database } from './platform/database/database.js';
import type { Transaction } from './platform/database/transaction.js';
import { Limits } from './platform/limits/limits.js';
import { Logger } from './platform/logging/logger.js';
import { OBJECT_STORE } from './platform/platform.module.js';
import type { Steps } from './platform/process/rounds.js';
import type { ObjectStore } from './platform/storage/object-store.port.js';
import { Metrics } from './platform/telemetry/metrics.js';
import { RecoveryCaseRepository } from './recovery-case/recovery-case.repository.js';
import { pruneDeadLetters } from './sweeper/exhausted-work.js';
import { pruneSpent } from './sweeper/pruning.js';
import { Sweeper } from './sweeper/sweeper.js';
import { PushInbox } from './verification/inbox/push-inbox.js';

const ACCOUNTS_A_ROUND = 500;
const DAY_MS = 86_400_000;

/** What is removed, or caught up with, because its time has come: each in a transaction of its own, and some at a time. */
export function dueSteps(
  database: Database,
  of: { limits: Limits; inbox: PushInbox; documents: KnownDocuments; accounts: AccountIndex },
): Steps {
  const steps: Record<string, (tx: Transaction) => Promise<unknown>> = {
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
  return Object.fromEntries(Object.entries(steps).map(([name, step]) => [name, () => database.transaction(step)]));
}

/** What a worker looks for by itself, in the database and in the object store. */
@Injectable()
export class Sweeps {
  readonly inDatabase: Steps;
  /** Objects no row points at: whoever stored a picture or a portrait died before it was recorded. And stones past their use. */
  readonly inObjects: Steps;

  constructor(
    database: Database,
    logger: Logger,
    metrics: Metrics,
    cases: RecoveryCaseRepository,
    limits: Limits,
    inbox: PushInbox,
    documents: KnownDocuments,
    accounts: AccountIndex,
    pictures: EvidenceOrphans,
    portraits: PortraitOrphans,
    @Inject(OBJECT_STORE) objects: ObjectStore,
    clock: Clock,
  ) {
    const sweeper = new Sweeper({
      database,
      logger,
      routes,
      cases,
      onFound: (event) => metrics.sweeperFinds.inc({ event }),
      onGivenUp: (job) => metrics.workGivenUp.inc({ job }),
    });
    this.inDatabase = {
      lost_work: () => sweeper.sweep(),
      ...dueSteps(database, { limits, inbox, documents, accounts }),
    };
    this.inObjects = {
      orphans: () => pictures.sweepOrphans(),
      portraits: () => portraits.sweepOrphans(),
      tombstones: () => pruneTombstones(objects, new Date(clock.now().getTime() - BACKUP_HORIZON_DAYS * DAY_MS)),
    };
  }
}
