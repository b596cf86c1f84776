import type { AccountIndex } from './adjudication/accounts/account-index.js';
import type { KnownDocuments } from './adjudication/accounts/known-documents.js';
import { pruneReplacedStandings } from './directory/replaced-standings.js';
import { forgetToldAddresses } from './notification/told-addresses.js';
import type { Transaction } from './platform/database/transaction.js';
import type { Limits } from './platform/limits/limits.js';
import { pruneDeadLetters } from './sweeper/exhausted-work.js';
import { pruneSpent } from './sweeper/pruning.js';
import type { PushInbox } from './verification/inbox/push-inbox.js';

const ACCOUNTS_A_ROUND = 500;

/** What the sweeper's rounds do beside looking for lost work, by the name that alarms call it. */
export const sweeperTasks = (of: {
  limits: Limits;
  inbox: PushInbox;
  documents: KnownDocuments;
  accounts: AccountIndex;
}): Record<string, (tx: Transaction) => Promise<unknown>> => ({
  spent: pruneSpent,
  limits: (tx) => of.limits.prune(tx),
  deliveries: (tx) => of.inbox.sweep(tx),
  documents: (tx) => of.documents.prune(tx),
  standings: pruneReplacedStandings,
  former_names: (tx) => of.accounts.forgetFormerNames(tx, ACCOUNTS_A_ROUND),
  account_index: (tx) => of.accounts.catchUp(tx, ACCOUNTS_A_ROUND),
  dead_letters: pruneDeadLetters,
  told_addresses: forgetToldAddresses,
});
