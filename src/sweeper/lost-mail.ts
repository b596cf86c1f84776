import { FLOW_ABSOLUTE_SECONDS, FLOW_IDLE_SECONDS } from '../flow-session/flow-sessions.js';
import { MAX_NOTICE_TRIES } from '../notification/owed-notices.js';
import { DELIVER_LINK_JOB } from '../notification/notification.jobs.js';
import type { Transaction } from '../platform/database/transaction.js';
import { BATCH_ROWS, STALE_SECONDS, UNTOLD_SECONDS, type LostWork } from './lost-work.js';

/** After the last run of a try: longer than the queue waits between runs. A mail is not hours late for an outage of minutes. */
const RETRY_MINUTES = 5;

// The more often a mail was tried the longer it waits (tries squared, in minutes), then it is given up. A run of the job makes
// a link, and that it went is in the trail (`link.sent`): as many that did not go as the queue runs a job are one try.
const MOST_UNSENT_LINKS = MAX_NOTICE_TRIES * DELIVER_LINK_JOB.tries;

/**
 * Open cases whose person has no way in: the first link was promised but never made, or made but not sent; or they are locked
 * out, because no browser shows the case and no sent link is left to use. These get a way back, as often as they leave again.
 * A link that is owed is in {@link unmailed}. First links come first: as many as a round takes may be locked out for long, for
 * want of an address.
 */
export function unlinked(tx: Transaction): Promise<LostWork[]> {
  return tx.many<LostWork>`
    SELECT CASE c.state WHEN 'link_sent' THEN 'link.requested' ELSE 'case.way_back_due' END AS event, c.id AS case_id, c.attempt FROM recovery_cases c
    WHERE c.closed_at IS NULL AND (c.state IN ('link_sent', 'approved') OR (c.state = 'awaiting_evidence' AND c.attempt > 1)) AND c.channel <> 'relay'
      AND c.expires_at > statement_timestamp()
      AND c.updated_at < statement_timestamp()
        - make_interval(secs => CASE c.state WHEN 'link_sent' THEN ${STALE_SECONDS}::int ELSE ${UNTOLD_SECONDS}::int END)
      AND NOT EXISTS (SELECT 1 FROM owed_mails o WHERE o.case_id = c.id AND o.event = 'link.requested'
        AND (c.state = 'link_sent' OR o.tries < ${MAX_NOTICE_TRIES}))
      AND NOT EXISTS (SELECT 1 FROM recovery_links l WHERE l.case_id = c.id AND l.used_at IS NULL AND l.dead_at IS NULL
        AND (l.created_at > statement_timestamp() - make_interval(secs => ${UNTOLD_SECONDS})
          OR EXISTS (SELECT 1 FROM audit_events a WHERE a.chain_id = c.id AND a.type = 'link.sent' AND a.occurred_at >= l.created_at)))
      AND (SELECT count(*) < ${MOST_UNSENT_LINKS} AND COALESCE(max(l.created_at) <= statement_timestamp()
          - make_interval(mins => power(count(*) / ${DELIVER_LINK_JOB.tries}, 2)::int), true)
        FROM recovery_links l WHERE l.case_id = c.id AND l.used_at IS NULL AND NOT EXISTS (
          SELECT 1 FROM audit_events a WHERE a.chain_id = c.id AND a.type = 'link.sent' AND a.occurred_at >= l.created_at))
      AND (c.state = 'link_sent' OR NOT EXISTS (SELECT 1 FROM flow_sessions s WHERE s.case_id = c.id AND s.ended_at IS NULL
        AND s.seen_at > statement_timestamp() - make_interval(secs => ${FLOW_IDLE_SECONDS})
        AND s.created_at > statement_timestamp() - make_interval(secs => ${FLOW_ABSOLUTE_SECONDS})))
    ORDER BY c.state <> 'link_sent', c.updated_at LIMIT ${BATCH_ROWS}`;
}

/**
 * Requested mails that were not sent: a link sent anew, in whatever state its case is, and a recovery code. A code is
 * for the browser that asked; after its page session it could not be given any more, so it is left out.
 */
export function unmailed(tx: Transaction): Promise<LostWork[]> {
  return tx.many<LostWork>`
    SELECT event, case_id, attempt, id::text AS mail_id FROM owed_mails
    WHERE owed_since < statement_timestamp() - make_interval(secs => ${STALE_SECONDS}) AND tries < ${MAX_NOTICE_TRIES}
      AND (tried_at IS NULL OR tried_at <= statement_timestamp() - make_interval(mins => GREATEST(${RETRY_MINUTES}, tries * tries)))
      AND (event = 'link.requested' OR owed_since > statement_timestamp() - make_interval(secs => ${FLOW_ABSOLUTE_SECONDS}))
    ORDER BY tries, owed_since LIMIT ${BATCH_ROWS}`;
}
