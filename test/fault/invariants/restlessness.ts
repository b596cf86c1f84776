import type { Database } from '../../../src/platform/database/database.js';

/**
 * What is still under way, or lost for ever when it stays so (I3): work the queue or the sweeper has to do. Waiting for a
 * person – a link, a browser, a reviewer, a hold – is rest.
 */
export async function restlessness(database: Database): Promise<string[]> {
  const rows = await database.read(
    (tx) => tx.many<{ about: string }>`
      SELECT concat(c.id, ' is ', c.state, COALESCE(' ' || c.state_reason, '')) AS about FROM recovery_cases c WHERE c.state = 'adjudicating'
        OR (c.state = 'verifying' AND c.state_reason IS DISTINCT FROM 'waiting_for_provider')
        OR (c.closed_at IS NULL AND c.expires_at < clock_timestamp())
      UNION ALL SELECT concat('session ', s.id, ' is ', s.state) FROM verification_sessions s JOIN recovery_cases c ON c.id = s.case_id AND c.attempt = s.attempt
        WHERE c.closed_at IS NULL AND s.state IN ('creating', 'collecting')
      UNION ALL SELECT concat('outbox row ', id, ' ', event) FROM outbox WHERE published_at IS NULL AND refused_at IS NULL AND due_at < clock_timestamp()
      UNION ALL SELECT concat('outbox row ', id, ' ', event, ' was refused') FROM outbox WHERE refused_at IS NOT NULL
      UNION ALL SELECT concat('delivery ', id, ' is ', state) FROM webhook_inbox i WHERE state = 'received'
        -- Of a session whose create call was answered with garbage nobody here will ever know; its push waits until it lapses.
        OR (state = 'unmatched' AND EXISTS (SELECT 1 FROM verification_sessions s WHERE s.provider = i.provider AND s.external_id = i.external_id))
      UNION ALL SELECT concat('surplus session ', session_id) FROM surplus_sessions WHERE state = 'due'
      UNION ALL SELECT concat('notice ', n.id, ' ', n.kind, ' is unsent') FROM notices n WHERE n.sent_at IS NULL AND n.last_error IS NULL
      UNION ALL SELECT concat('case ', a.chain_id, ' was not told of ', a.type) FROM audit_events a
        JOIN (VALUES ('case.opened', 'recovery_started'), ('case.approved', 'recovery_approved'), ('case.completed', 'recovery_completed')) told (type, kind) ON told.type = a.type
        WHERE NOT EXISTS (SELECT 1 FROM notices n WHERE n.case_id = a.chain_id AND n.kind = told.kind AND n.attempt IN (0, (a.data->>'attempt')::int))
      UNION ALL SELECT concat('case ', c.id, ' has no link') FROM recovery_cases c WHERE c.state = 'link_sent' AND c.channel <> 'relay'
        AND NOT EXISTS (SELECT 1 FROM recovery_links l WHERE l.case_id = c.id AND l.used_at IS NULL AND l.dead_at IS NULL)
      UNION ALL SELECT concat('request ', id, ' was not looked at') FROM recovery_requests`,
  );
  return rows.map(({ about }) => about);
}
