import { ADVISORY_LOCKS } from '../platform/database/advisory-locks.js';
import type { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { Logger } from '../platform/logging/logger.js';
import { writeOutbox } from '../platform/outbox/outbox.js';
import type { Routes } from '../platform/outbox/outbox-relay.js';
import type { CaseEvent } from '../recovery-case/case-events.js';
import type { RecoveryCaseRepository } from '../recovery-case/recovery-case.repository.js';
import { dueErasures } from './due-erasures.js';
import { ExhaustedWork, type Announcement } from './exhausted-work.js';
import { overdue, stuck, unheard, unrehearsed } from './lost-cases.js';
import { leftOutside, unlinked, unmailed } from './lost-mail.js';
import { untold, untoldOfAccounts } from './lost-notices.js';
import { leftBehind, uncollected, unjudged, unlooked, unread } from './lost-sessions.js';
import { STALE_SECONDS, type FindsLostWork, type LostWork } from './lost-work.js';

/** What an announcement is about, the most particular first. */
const IDS = ['sessionId', 'requestId', 'rehearsalId', 'noticeId', 'mailId', 'caseId'] as const;

/**
<<<<<<< HEAD
 * Re-derives lost work from PostgreSQL, so that an emptied queue loses nothing (rule 2). Each finding becomes an outbox event
 * again; its job is idempotent. Every case touched gets a higher `lease_epoch`, which tells two findings apart. Work that dies
=======
 * Re-derives lost work from PostgreSQL, so that an emptied queue loses nothing (rule 2): cases past their time,
 * decisions, collections, surplus sessions, holds, erasures, notices of cases and of accounts, links, ways back, mailed
 * codes, self-service starts and rehearsals that should have happened. Each finding becomes an outbox event again; its
 * job is idempotent. Every case touched gets a higher `lease_epoch`, which tells two findings apart. Work that dies
>>>>>>> wW
 * whenever it is tried is announced at growing distances, and then somebody has to look (exhausted-work.ts).
 */
export class Sweeper {
  readonly #finders: readonly FindsLostWork[];
  readonly #exhausted: ExhaustedWork;

  constructor(
    private readonly parts: {
      database: Database;
      logger: Logger;
      routes: Routes;
      cases: RecoveryCaseRepository;
      /** Called for every piece of lost work that is announced again. */
      onFound?: (event: CaseEvent) => void;
      /** Called for every job that is left to people. */
      onGivenUp?: (job: string) => void;
    },
  ) {
    this.#exhausted = new ExhaustedWork(parts);
    this.#finders = [
      ...[overdue, stuck, uncollected, unread, unlooked, unjudged, leftBehind, dueErasures],
      ...[untold(parts.routes), untoldOfAccounts, unheard, unlinked, leftOutside, unmailed, unrehearsed],
    ];
  }

  /** One round; it never runs twice at once in a deployment. */
  async sweep(): Promise<void> {
    const found = await this.parts.database.transaction(async (tx) => {
      const { locked } = await tx.one<{
        locked: boolean;
      }>`SELECT pg_try_advisory_xact_lock(${ADVISORY_LOCKS.sweep}) AS locked`;
      return locked ? this.rederive(tx) : 0;
    });
    if (found > 0) this.parts.logger.info('sweep_completed', { found });
  }

  private async rederive(tx: Transaction): Promise<number> {
    const found: Announcement[] = [];
    for (const find of this.#finders) found.push(...(await find(tx)).map(announcementOf));
    const lost = await this.#exhausted.due(tx, await this.notJustAnnounced(tx, found));
    for (const { event, payload } of lost) await writeOutbox(tx, { event, payload });
    await tx.run`UPDATE recovery_cases SET lease_epoch = lease_epoch + 1 WHERE id = ANY(${lost.flatMap(({ payload: { caseId } }) => (typeof caseId === 'string' ? caseId : []))})`;
    for (const { event } of lost) this.parts.onFound?.(event);
    return lost.length;
  }

  /** Work that cannot be done yet stays lost at every round; it is announced again every STALE_SECONDS, not every round. */
  private async notJustAnnounced(tx: Transaction, found: Announcement[]): Promise<Announcement[]> {
    if (found.length === 0) return [];
    const recent = await tx.many<Pick<Announcement, 'event' | 'payload'>>`
      SELECT DISTINCT event, payload FROM outbox
      WHERE created_at > statement_timestamp() - make_interval(secs => ${STALE_SECONDS})
        -- Said once more for the indexes: what is that young was published since, or was not published at all.
        AND (published_at > statement_timestamp() - make_interval(secs => ${STALE_SECONDS}) OR (published_at IS NULL AND refused_at IS NULL) OR refused_at IS NOT NULL)`;
<<<<<<< HEAD
    const known = new Set(recent.map(aboutOf));
    return found.filter((work) => !known.has(aboutOf(work)));
=======
    const known = new Set(recent.map(({ event, about }) => `${event} ${about}`));
    return found.filter(
      ({ event, sessionId, requestId, rehearsalId, noticeId, mailId, caseId }) =>
        !known.has(`${event} ${sessionId ?? requestId ?? rehearsalId ?? noticeId ?? mailId ?? caseId ?? ''}`),
    );
  }

  private overdue(tx: Transaction): Promise<LostWork[]> {
    return tx.many<LostWork>`SELECT 'case.expiry_due' AS event, id AS case_id, attempt FROM recovery_cases
      WHERE closed_at IS NULL AND expires_at <= statement_timestamp() ORDER BY expires_at LIMIT ${BATCH_ROWS}`;
  }

  /**
   * Decisions nobody took and holds that ran out. One that waits for its notice is let go by that
   * (notification/notice-delivery.ts): it comes after all others, and not in every round, or as many as a round looks
   * at would keep it from everything else.
   */
  private async stuck(tx: Transaction): Promise<LostWork[]> {
    const found = await tx.many<LostWork>`
      SELECT CASE state WHEN 'adjudicating' THEN 'verification.reported' ELSE 'case.hold_due' END AS event, id AS case_id, attempt, state AS stuck_in FROM recovery_cases
      WHERE closed_at IS NULL AND state IN ('adjudicating', 'held') AND expires_at > statement_timestamp() AND (
        (state = 'adjudicating' AND updated_at < statement_timestamp() - make_interval(secs => ${STALE_SECONDS})) OR (state = 'held' AND held_until <= statement_timestamp()
          AND (state_reason IS DISTINCT FROM 'waiting_for_notice' OR COALESCE(next_attempt_at <= statement_timestamp(), true))))
      ORDER BY state_reason IS NOT DISTINCT FROM 'waiting_for_notice', updated_at LIMIT ${BATCH_ROWS}`;
    const ids = found.flatMap(({ caseId, stuckIn }) => (stuckIn === 'held' && caseId !== undefined ? [caseId] : []));
    if (ids.length > 0)
      await tx.run`UPDATE recovery_cases SET next_attempt_at = statement_timestamp() + make_interval(secs => ${UNTOLD_SECONDS})
        WHERE id = ANY(${ids}) AND state = 'held' AND state_reason = 'waiting_for_notice'`;
    return found;
  }

  private uncollected(tx: Transaction): Promise<LostWork[]> {
    return tx.many<LostWork>`
      SELECT CASE s.state WHEN 'creating' THEN 'verification.session_pending' ELSE 'verification.collect_due' END AS event, c.id AS case_id, s.attempt, s.id AS session_id, c.state AS stuck_in
      FROM verification_sessions s JOIN recovery_cases c ON c.id = s.case_id AND c.attempt = s.attempt
      WHERE c.closed_at IS NULL AND s.state IN ('creating', 'open', 'collecting') AND (c.state = 'verifying' OR s.state = 'creating')
        AND COALESCE(s.next_fetch_at, s.updated_at) < statement_timestamp() - make_interval(secs => ${STALE_SECONDS})
      ORDER BY s.updated_at LIMIT ${BATCH_ROWS}`;
  }

  /** Sessions that have reported, whose partner had more to say and was not asked again. */
  private unread(tx: Transaction): Promise<LostWork[]> {
    return tx.many<LostWork>`
      SELECT 'verification.collect_due' AS event, c.id AS case_id, s.attempt, s.id AS session_id
      FROM verification_sessions s JOIN recovery_cases c ON c.id = s.case_id JOIN case_keys k ON k.case_id = c.id
      WHERE s.state = 'reported' AND (c.attempt = s.attempt OR EXISTS (SELECT 1 FROM submitted_codes g WHERE g.case_id = c.id AND g.attempt = c.attempt))
        AND k.shredded_at IS NULL AND c.state_reason IS DISTINCT FROM 'evaluation_finished'
        AND c.state IN ('adjudicating', 'in_review', 'held', 'approved', 'completed')
        AND COALESCE(s.next_fetch_at, CASE WHEN s.pushed_at > COALESCE(s.read_at, '-infinity') THEN s.pushed_at END) < statement_timestamp() - make_interval(secs => ${STALE_SECONDS})
      ORDER BY s.pushed_at LIMIT ${BATCH_ROWS}`;
  }

  /** Sessions that were given up, whose partner was to be asked once more. */
  private unlooked(tx: Transaction): Promise<LostWork[]> {
    return tx.many<LostWork>`
      SELECT 'verification.collect_due' AS event, case_id, attempt, id AS session_id FROM verification_sessions
      WHERE state IN ('failed', 'abandoned') AND next_fetch_at < statement_timestamp() - make_interval(secs => ${STALE_SECONDS})
      ORDER BY next_fetch_at LIMIT ${BATCH_ROWS}`;
  }

  /** What came of such a session, kept and judged by nobody. What cannot be opened any more never will be. */
  private unjudged(tx: Transaction): Promise<LostWork[]> {
    return tx.many<LostWork>`
      SELECT 'verification.late_result_kept' AS event, s.case_id, s.attempt, s.id AS session_id
      FROM late_results l JOIN verification_sessions s ON s.id = l.session_id JOIN case_keys k ON k.case_id = s.case_id
      WHERE l.contradicts IS NULL AND l.received_at < statement_timestamp() - make_interval(secs => ${STALE_SECONDS})
        AND k.shredded_at IS NULL ORDER BY l.received_at LIMIT ${BATCH_ROWS}`;
  }

  /** Sessions at partners that nobody will use and nobody has ended. */
  private leftBehind(tx: Transaction): Promise<LostWork[]> {
    return tx.many<LostWork>`
      SELECT DISTINCT 'verification.surplus_due' AS event, s.case_id, s.attempt, s.id AS session_id
      FROM surplus_sessions u JOIN verification_sessions s ON s.id = u.session_id
      WHERE u.state = 'due' AND u.next_try_at < statement_timestamp() - make_interval(secs => ${STALE_SECONDS}) LIMIT ${BATCH_ROWS}`;
  }

  /**
   * Notices that were queued but not sent, and notices that were never queued. The more often one was tried, the longer
   * it waits (tries squared, in minutes); then it is given up. Never queued ones come first, then those with the fewest
   * tries. Notices of a hold that no address has accepted are never given up while it lasts, because its end waits for
   * them (adjudication/holds.ts): exhausted-work.ts spaces their tries, and they come last. A notice about an approval
   * that was taken back does not count for a later approval (adjudication/approved-since.ts).
   */
  private untold(tx: Transaction): Promise<LostWork[]> {
    const { told } = this.parts;
    const [events, kinds] = [told.map(({ event }) => event), told.map(({ kind }) => kind)];
    return tx.many<LostWork>`
      WITH told AS (SELECT * FROM unnest(${events}::text[], ${kinds}::text[], ${told.map(({ eachAttempt }) => eachAttempt)}::boolean[]) AS t (event, kind, each_attempt))
      SELECT t.event, c.id AS case_id, CASE WHEN t.each_attempt THEN happened.attempt ELSE c.attempt END AS attempt
      FROM audit_events a JOIN told t ON t.event = a.type
      CROSS JOIN LATERAL (SELECT * FROM recovery_cases WHERE id = a.chain_id OFFSET 0) AS c
      CROSS JOIN LATERAL (SELECT COALESCE((a.data->>'attempt')::int, c.attempt) AS attempt) AS happened
      CROSS JOIN LATERAL (
        SELECT count(*) AS written, min(n.tries) FILTER (WHERE n.sent_at IS NULL AND n.tries < ${MAX_NOTICE_TRIES}
          AND n.created_at <= statement_timestamp() - make_interval(mins => n.tries * n.tries)) AS fewest_tries,
          bool_or(n.sent_at IS NULL AND n.last_error IS NULL) AND (count(n.sent_at) = 0 OR c.state_reason = 'waiting_for_notice') AS untaken
        FROM notices n WHERE n.case_id = c.id AND n.kind = t.kind AND n.attempt = CASE WHEN t.each_attempt THEN happened.attempt ELSE 0 END
          AND (n.sent_at IS NULL OR t.kind NOT IN ('recovery_held', 'recovery_approved') OR n.sent_at >= COALESCE((
            SELECT min(d.decided_at) FROM decisions d WHERE d.case_id = c.id AND d.attempt = happened.attempt AND d.verdict = 'approve'
              AND NOT EXISTS (SELECT 1 FROM decisions b WHERE b.case_id = d.case_id AND b.attempt = d.attempt AND b.verdict <> 'approve'
                AND (b.decided_at, b.id) > (d.decided_at, d.id))), '-infinity'))) AS owed
      -- Said once more for the index audit_events_told, which an event that is told has to be in.
      WHERE a.type IN ('case.opened', 'case.held', 'case.approved', 'verification.result_withdrawn', 'verification.late_result_worse', 'case.completed', 'case.denied', 'passkey.frozen', 'case.confirmation_requested')
        AND a.occurred_at BETWEEN statement_timestamp() - interval '3 days' AND statement_timestamp() - make_interval(secs => ${UNTOLD_SECONDS})
        AND (owed.written = 0 OR owed.fewest_tries IS NOT NULL OR (t.kind = 'recovery_held' AND owed.untaken))
        AND (t.kind <> 'recovery_held' OR (c.state = 'held' AND happened.attempt = c.attempt))
        AND (t.kind <> 'confirmation_needed' OR (c.state_reason = 'waiting_for_confirmation' AND happened.attempt = c.attempt))
      GROUP BY t.event, c.id, c.attempt, t.each_attempt, happened.attempt, owed.written, owed.fewest_tries
      ORDER BY owed.written > 0, owed.fewest_tries, min(a.occurred_at)
      LIMIT ${BATCH_ROWS}`;
  }

  /** The same of accounts: what is still owed stands in a table of its own, with as long a wait between tries. */
  private untoldOfAccounts(tx: Transaction): Promise<LostWork[]> {
    return tx.many<LostWork>`SELECT event, subject_id, id::text AS notice_id FROM account_notices
      WHERE owed_since < statement_timestamp() - make_interval(secs => ${UNTOLD_SECONDS})
        AND tries < ${MAX_NOTICE_TRIES} AND owed_since <= statement_timestamp() - make_interval(mins => tries * tries)
      ORDER BY tries, owed_since LIMIT ${BATCH_ROWS}`;
  }

  /** Self-service starts that were stored and never looked at. */
  private unheard(tx: Transaction): Promise<LostWork[]> {
    return tx.many<LostWork>`SELECT 'request.accepted' AS event, id AS request_id FROM recovery_requests
      WHERE created_at < statement_timestamp() - make_interval(secs => ${STALE_SECONDS}) ORDER BY created_at LIMIT ${BATCH_ROWS}`;
  }

  /** Rehearsals that nobody takes further. */
  private unrehearsed(tx: Transaction): Promise<LostWork[]> {
    return tx.many<LostWork>`SELECT 'rehearsal.due' AS event, id AS rehearsal_id FROM rehearsals
      WHERE state = 'running' AND updated_at < statement_timestamp() - make_interval(secs => ${STALE_SECONDS}) LIMIT ${BATCH_ROWS}`;
>>>>>>> wW
  }
}

const aboutOf = ({ event, payload }: Pick<Announcement, 'event' | 'payload'>): string =>
  `${event} ${IDS.map((id) => payload[id]).find((id) => id !== undefined) ?? ''}`;

function announcementOf({ event, stuckIn, ...ids }: LostWork): Announcement {
  const payload = Object.fromEntries(
    Object.entries(ids).filter((entry): entry is [string, string | number] => entry[1] !== undefined),
  );
  return { event, payload, stuckIn };
}
