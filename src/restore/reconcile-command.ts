import pg from 'pg';
import { EvidenceOrphans } from '../identity-evidence/evidence-orphans.js';
import { EvidenceStore } from '../identity-evidence/evidence-store.js';
import { SystemClock } from '../platform/clock/clock.js';
import type { Config } from '../platform/config/config.js';
import { CaseKeys } from '../platform/crypto/case-keys.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { Database } from '../platform/database/database.js';
import { createObjectStore } from '../platform/storage/create-object-store.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { RecoveryCaseRepository } from '../recovery-case/recovery-case.repository.js';
import { RecoveryPauses } from '../recovery-pause/recovery-pauses.js';
import { RestoreReconciliation, type Reconciled } from './restore-reconciliation.js';

/** More than a deployment announces between a backup and its use. */
const SKIPPED_JOBS = 1_000_000_000;

/** Somebody works on the database: what is ended here could be begun again behind our back. */
export class ServiceRunsError extends Error {
  override readonly name = 'ServiceRunsError';
}

/**
 * `regain restore reconcile`, on a database that was just restored and before any process of the service is started on it.
 * @param ownerUrl the owner role's, as for `regain migrate`
 * @throws ServiceRunsError, DatabaseUnavailableError, ObjectStoreUnavailableError
 */
export async function reconcileRestored(config: Config, ownerUrl: string): Promise<Reconciled> {
  await withOwner(ownerUrl, async (owner) => {
    await assertNobodyWorks(owner);
    await skipJobIds(owner);
  });
  const ring = KeyRing.fromFile(config.KEYRING_FILE);
  const database = await Database.connect({ url: config.DATABASE_URL, poolSize: 2, statementTimeoutMs: 600_000 });
  try {
    const clock = new SystemClock();
    const keys = new CaseKeys(ring);
    const objects = createObjectStore(config);
    return await new RestoreReconciliation({
      database,
      ring,
      keys,
      cases: new RecoveryCaseRepository(new Metrics()),
      pauses: new RecoveryPauses(clock),
      objects,
      orphans: new EvidenceOrphans(database, new EvidenceStore(database, keys, objects), clock),
    }).run();
  } finally {
    await database.close();
  }
}

async function withOwner(url: string, work: (owner: pg.Client) => Promise<void>): Promise<void> {
  const owner = new pg.Client({ connectionString: url });
  await owner.connect();
  try {
    await work(owner);
  } finally {
    await owner.end();
  }
}

/** Sessions of other roles on this database are the service's, or somebody else's who should not be there now. */
export async function assertNobodyWorks(owner: pg.Client): Promise<void> {
  const { rows } = await owner.query<{ usename: string; sessions: string }>(`
    SELECT usename, count(*) AS sessions FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename IS NOT NULL GROUP BY usename`);
  if (rows.length === 0) return;
  const who = rows.map(({ usename, sessions }) => `${usename} (${sessions})`).join(', ');
  throw new ServiceRunsError(`stop every API and worker process first: sessions of ${who} are on this database`);
}

/**
 * A job's id is its outbox row's number, and the numbers are set back too: the queue would take new work for work that
 * it has had.
 */
async function skipJobIds(owner: pg.Client): Promise<void> {
  await owner.query(`SELECT setval('regain.outbox_id_seq', last_value + ${SKIPPED_JOBS}) FROM regain.outbox_id_seq`);
}
