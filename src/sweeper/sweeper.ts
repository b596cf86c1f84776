import type { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { Logger } from '../platform/logging/logger.js';
import { writeOutbox } from '../platform/outbox/outbox.js';
import type { CaseEvent } from '../recovery-case/case-events.js';

/** Any constant; one sweeper works at a time, however many run (F47). */
const ADVISORY_LOCK = 727_402;
/** Work untouched for this long is taken for lost. Longer than a job's own retries take. */
const STALE_SECONDS = 60;
const BATCH_ROWS = 500;

interface LostWork {
  event: CaseEvent;
  caseId: string;
  attempt: number;
  sessionId?: string;
}

/**
 * Re-derives lost work from PostgreSQL, so that an emptied queue loses nothing (rule 2): cases past their time, decisions,
 * collections, holds and erasures that should have happened. Each finding becomes an outbox event again; its job is
 * idempotent. Every case touched gets a higher `lease_epoch`, which tells two findings apart.
 */
export class Sweeper {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(
    private readonly parts: { database: Database; logger: Logger; intervalSeconds: number; extra: readonly ((tx: Transaction) => Promise<unknown>)[] },
  ) {}

  start(): void {
    this.#timer = setInterval(() => void this.sweep(), this.parts.intervalSeconds * 1_000);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  /** One round; rounds never overlap in a process and never run twice at once in a deployment. */
  async sweep(): Promise<void> {
    this.#running ??= this.round().finally(() => {
      this.#running = undefined;
    });
    await this.#running;
  }

  private async round(): Promise<void> {
    try {
      const found = await this.parts.database.transaction(async (tx) => {
        const { locked } = await tx.one<{ locked: boolean }>`SELECT pg_try_advisory_xact_lock(${ADVISORY_LOCK}) AS locked`;
        return locked ? this.rederive(tx) : 0;
      });
      for (const task of this.parts.extra) await this.parts.database.transaction(task);
      if (found > 0) this.parts.logger.info('sweep_completed', { found });
    } catch (error) {
      this.parts.logger.warn('sweep_failed', { error });
    }
  }

  private async rederive(tx: Transaction): Promise<number> {
    const lost = [...(await this.overdue(tx)), ...(await this.stuck(tx)), ...(await this.uncollected(tx)), ...(await this.unerased(tx)), ...(await this.untold(tx))];
    for (const { event, ...payload } of lost) {
      await writeOutbox(tx, { event, payload: Object.fromEntries(Object.entries(payload).filter(([, value]) => value !== undefined)) });
    }
    await tx.run`UPDATE recovery_cases SET lease_epoch = lease_epoch + 1 WHERE id = ANY(${lost.map((work) => work.caseId)})`;
    await tx.run`DELETE FROM outbox WHERE published_at < clock_timestamp() - interval '1 day'`;
    await tx.run`DELETE FROM idempotency_keys WHERE expires_at < clock_timestamp()`;
    await tx.run`DELETE FROM webauthn_challenges WHERE expires_at < clock_timestamp() - interval '1 day'`;
    return lost.length;
  }

  private overdue(tx: Transaction): Promise<LostWork[]> {
    return tx.many<LostWork>`SELECT 'case.expiry_due' AS event, id AS case_id, attempt FROM recovery_cases
      WHERE closed_at IS NULL AND expires_at <= clock_timestamp() ORDER BY expires_at LIMIT ${BATCH_ROWS}`;
  }

  /** Decisions nobody took and holds that ran out. */
  private stuck(tx: Transaction): Promise<LostWork[]> {
    return tx.many<LostWork>`
      SELECT CASE state WHEN 'adjudicating' THEN 'verification.reported' ELSE 'case.hold_due' END AS event, id AS case_id, attempt FROM recovery_cases
      WHERE expires_at > clock_timestamp() AND (
        (state = 'adjudicating' AND updated_at < clock_timestamp() - make_interval(secs => ${STALE_SECONDS})) OR (state = 'held' AND held_until <= clock_timestamp()))
      ORDER BY updated_at LIMIT ${BATCH_ROWS}`;
  }

  private uncollected(tx: Transaction): Promise<LostWork[]> {
    return tx.many<LostWork>`
      SELECT CASE s.state WHEN 'creating' THEN 'verification.session_pending' ELSE 'verification.collect_due' END AS event, c.id AS case_id, s.attempt, s.id AS session_id
      FROM verification_sessions s JOIN recovery_cases c ON c.id = s.case_id AND c.attempt = s.attempt
      WHERE c.closed_at IS NULL AND s.state IN ('creating', 'open', 'collecting') AND (c.state = 'verifying' OR s.state = 'creating')
        AND COALESCE(s.next_fetch_at, s.updated_at) < clock_timestamp() - make_interval(secs => ${STALE_SECONDS})
      ORDER BY s.updated_at LIMIT ${BATCH_ROWS}`;
  }

  /** Closed cases whose data should be gone: the job looks at the policy's clock itself. */
  private unerased(tx: Transaction): Promise<LostWork[]> {
    return tx.many<LostWork>`
      SELECT 'case.erasure_due' AS event, c.id AS case_id, c.attempt FROM recovery_cases c JOIN case_keys k ON k.case_id = c.id
      JOIN policy_versions p ON p.policy_id = c.policy_id AND p.version = c.policy_version
      WHERE c.closed_at IS NOT NULL AND k.shredded_at IS NULL
        AND c.closed_at + make_interval(secs => (p.document #>> '{retention,evidenceSeconds}')::int) < clock_timestamp() - make_interval(secs => ${STALE_SECONDS})
      ORDER BY c.closed_at LIMIT ${BATCH_ROWS}`;
  }

  /** Notices an address should have got and links nobody made. */
  private untold(tx: Transaction): Promise<LostWork[]> {
    return tx.many<LostWork>`
      SELECT DISTINCT CASE n.kind WHEN 'recovery_started' THEN 'case.opened' WHEN 'recovery_approved' THEN 'case.approved' WHEN 'recovery_completed' THEN 'case.completed' ELSE 'passkey.frozen' END AS event,
        n.case_id, c.attempt
      FROM notices n JOIN recovery_cases c ON c.id = n.case_id
      WHERE n.sent_at IS NULL AND n.created_at < clock_timestamp() - interval '10 minutes' AND n.created_at > clock_timestamp() - interval '3 days'
      LIMIT ${BATCH_ROWS}`;
  }
}
