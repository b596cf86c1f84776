import { Injectable } from '@nestjs/common';
import { AccountIndex } from './adjudication/accounts/account-index.js';
import { KnownDocuments } from './adjudication/accounts/known-documents.js';
import { pruneReplacedStandings } from './directory/replaced-standings.js';
import { LostWork } from './lost-work.js';
import { forgetToldAddresses } from './notification/told-addresses.js';
import { Database } from './platform/database/database.js';
import type { Transaction } from './platform/database/transaction.js';
import { Limits } from './platform/limits/limits.js';
import type { Steps } from './platform/process/rounds.js';
import type { FrequentTask } from './platform/telemetry/sweep-labels.js';
import { pruneDeadLetters } from './sweeper/exhausted-work.js';
import { pruneSpent } from './sweeper/pruning.js';
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
    lost: LostWork,
    limits: Limits,
    inbox: PushInbox,
    documents: KnownDocuments,
    accounts: AccountIndex,
  ) {
    this.steps = { lost_work: () => lost.find(), ...dueSteps(database, { limits, inbox, documents, accounts }) };
  }
}
