import pg from 'pg';
import { Subjects } from '../directory/subjects.js';
import { LegalHolds } from '../erasure/legal-holds.js';
import { SystemClock } from '../platform/clock/clock.js';
import type { Config } from '../platform/config/config.js';
import { CaseKeys } from '../platform/crypto/case-keys.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { ADVISORY_LOCKS } from '../platform/database/advisory-locks.js';
import { Database } from '../platform/database/database.js';
import { createObjectStore } from '../platform/storage/create-object-store.js';
import type { ObjectStore } from '../platform/storage/object-store.port.js';
import { Logger } from '../platform/logging/logger.js';
import { SecurityEvents } from '../platform/telemetry/security-events.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import type { CommandOutcome } from '../policy/policy-commands.js';
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
  return withOwner(ownerUrl, async (owner) => {
    await lockOutOthers(owner);
    await assertNobodyWorks(owner);
    await skipJobIds(owner);
    // One connection: whoever else is there is not us.
    const ring = KeyRing.fromFile(config.KEYRING_FILE);
    const database = await Database.connect({
      url: config.DATABASE_URL,
      poolSize: 1,
      statementTimeoutMs: 600_000,
      ring,
    });
    try {
      const assertAlone = async (): Promise<void> => assertNobodyWorks(owner, await backendOf(database));
      const objects = await createObjectStore(config);
      const logger = Logger.create(config.LOG_LEVEL);
      return await reconciliationOf({ database, ring, assertAlone, objects, logger }).run();
    } finally {
      await database.close();
    }
  });
}

function reconciliationOf({
  logger,
  ...session
}: {
  database: Database;
  ring: KeyRing;
  assertAlone: () => Promise<void>;
  objects: ObjectStore;
  logger: Logger;
}): RestoreReconciliation {
  const clock = new SystemClock();
  const metrics = new Metrics();
  const cases = new RecoveryCaseRepository(metrics, new SecurityEvents(metrics, logger));
  return new RestoreReconciliation({
    ...session,
    keys: new CaseKeys(session.ring),
    cases,
    pauses: new RecoveryPauses(clock),
    holds: new LegalHolds(clock, cases, new Subjects(session.ring)),
  });
}

/** What the command prints. An erasure that could not be read may be one that has to be done again: that is no success. */
export function reconciledOutcome(done: Reconciled): CommandOutcome {
  const lines = [JSON.stringify(done, undefined, 2)];
  if (done.notesUnreadable === 0) return { lines, exitCode: 0 };
  lines.push(
    `${done.notesUnreadable} notes under tombstones/ are damaged or were not written with this key ring: compare the deletion receipts`,
  );
  return { lines, exitCode: 2 };
}

const backendOf = async (database: Database): Promise<number> =>
  (await database.read((tx) => tx.one<{ pid: number }>`SELECT pg_backend_pid() AS pid`)).pid;

/** Held by the owner's session until the end. @throws ServiceRunsError */
async function lockOutOthers(owner: pg.Client): Promise<void> {
  const { rows } = await owner.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [
    ADVISORY_LOCKS.restore,
  ]);
  if (!rows[0]?.locked) throw new ServiceRunsError('another `regain restore reconcile` is at work on this database');
}

/** A session of the tables' owner, for as long as `work` takes. */
export async function withOwner<Result>(url: string, work: (owner: pg.Client) => Promise<Result>): Promise<Result> {
  const owner = new pg.Client({ connectionString: url });
  await owner.connect();
  try {
    return await work(owner);
  } finally {
    await owner.end();
  }
}

/**
 * Other sessions on this database are the service's, or somebody else's who should not be there now.
 * @param ours the process id of the one other session that is ours
 */
export async function assertNobodyWorks(owner: pg.Client, ours = 0): Promise<void> {
  const { rows } = await owner.query<{ usename: string; sessions: string }>(
    `SELECT usename, count(*) AS sessions FROM pg_stat_activity WHERE datname = current_database()
      AND pid NOT IN (pg_backend_pid(), $1) AND usename IS NOT NULL GROUP BY usename`,
    [ours],
  );
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
