import { SystemClock } from '../../platform/clock/clock.js';
import type { Config } from '../../platform/config/config.js';
import { CaseKeys } from '../../platform/crypto/case-keys.js';
import { KeyRing } from '../../platform/crypto/key-ring.js';
import { Database } from '../../platform/database/database.js';
import { Logger } from '../../platform/logging/logger.js';
import { Metrics } from '../../platform/telemetry/metrics.js';
import { SecurityEvents } from '../../platform/telemetry/security-events.js';
import { VerificationReports } from '../../verification/verification-reports.js';
import { AccountIndex } from './account-index.js';
import { KnownDocuments } from './known-documents.js';

/** Accounts in one transaction: short enough that nobody waits for a row of theirs. */
const AT_A_TIME = 200;

/**
 * Indexes every account that is not indexed under the current rules and key, beside a running service. Stopped, it goes
 * on where it was. Returns how many were indexed, and how many could not be opened: those are named in the log.
 * @throws DatabaseUnavailableError
 */
export async function reindexAccounts(config: Config): Promise<{ indexed: number; unreadable: number }> {
  const ring = KeyRing.fromFile(config.KEYRING_FILE);
  const database = await Database.connect({ url: config.DATABASE_URL, poolSize: 1, statementTimeoutMs: 60_000, ring });
  try {
    const reports = new VerificationReports(new CaseKeys(ring), new SystemClock());
    const events = new SecurityEvents(new Metrics(), Logger.create(config.LOG_LEVEL));
    const documents = new KnownDocuments(ring, reports, events);
    const accounts = new AccountIndex(ring, documents, events);
    await database.transaction((tx) => accounts.retryUnreadable(tx));
    let done = 0;
    for (;;) {
      const more = await database.transaction((tx) => accounts.catchUp(tx, AT_A_TIME));
      if (more > 0) done += more;
      else break;
    }
    const unreadable = await database.read((tx) => accounts.unreadable(tx));
    return { indexed: done - unreadable, unreadable };
  } finally {
    await database.close();
  }
}
