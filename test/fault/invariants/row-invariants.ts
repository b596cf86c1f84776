import type { Database } from '../../../src/platform/database/database.js';
import type { Transaction } from '../../../src/platform/database/transaction.js';

interface Found {
  about: string;
  detail: string;
}
type Look = (tx: Transaction) => Promise<Found[]>;

/** One statement for each thing that must not be found. */
const RULES: readonly { says: string; look: Look }[] = [
  {
    says: 'I1: more than one token was spent, more than one lives, or more than one passkey came of the case',
    look: (tx) => tx.many<Found>`
      SELECT c.id AS about, concat(t.spent, ' spent, ', t.live, ' live, ', p.made, ' passkeys') AS detail FROM recovery_cases c
      CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE consumed_at IS NOT NULL) AS spent,
        count(*) FILTER (WHERE consumed_at IS NULL AND superseded_at IS NULL) AS live FROM recovery_tokens WHERE case_id = c.id) t
      CROSS JOIN LATERAL (SELECT count(*) AS made FROM credentials WHERE case_id = c.id) p
      WHERE t.spent > 1 OR t.live > 1 OR p.made > 1`,
  },
  {
    says: 'I1: a recovery is complete without exactly one spent token and its passkey, or the other way round',
    look: (tx) => tx.many<Found>`
      SELECT c.id AS about, concat(c.state, ', ', t.spent, ' spent') AS detail FROM recovery_cases c
      CROSS JOIN LATERAL (SELECT count(*) AS spent FROM recovery_tokens r JOIN credentials p ON p.case_id = r.case_id AND p.id = r.credential_id
        WHERE r.case_id = c.id AND r.consumed_at IS NOT NULL) t
      WHERE (c.state = 'completed' AND c.mode = 'production') <> (t.spent = 1)`,
  },
  {
    says: 'I2: an approval rests on no report of its own attempt and partner that came before it, and on no two codes of its browser',
    look: (tx) => tx.many<Found>`
      SELECT a.chain_id AS about, concat('approved in attempt ', a.data->>'attempt') AS detail FROM audit_events a
      WHERE a.type = 'case.approved' AND NOT EXISTS (
        SELECT 1 FROM verification_reports r JOIN verification_sessions s ON s.id = r.session_id
        WHERE r.case_id = a.chain_id AND r.attempt = (a.data->>'attempt')::int AND s.case_id = r.case_id AND s.attempt = r.attempt
          AND s.provider = r.provider AND s.state = 'reported' AND s.external_id IS NOT NULL AND r.received_at <= a.occurred_at)
        AND NOT EXISTS (SELECT 1 FROM submitted_codes g WHERE g.case_id = a.chain_id AND g.attempt = (a.data->>'attempt')::int AND g.submitted_at <= a.occurred_at
          AND (SELECT count(DISTINCT c.method) FROM given_recovery_codes c JOIN capture_bindings b ON b.case_id = c.case_id AND b.cookie_digest = c.capture_digest
            WHERE c.case_id = g.case_id AND b.attempt = g.attempt) = 2)`,
  },
  {
    says: 'I5: a stored delivery had not one effect',
    look: (tx) => tx.many<Found>`
      WITH acted (id, effects) AS (
        SELECT data->>'inboxId', count(*) FROM audit_events WHERE data->>'inboxId' IS NOT NULL GROUP BY data->>'inboxId')
      SELECT i.id AS about, concat(coalesce(effects, 0), ' effects, ', i.state) AS detail FROM webhook_inbox i LEFT JOIN acted USING (id)
      WHERE effects > 1 OR (effects IS NULL AND i.state = 'matched')`,
  },
  {
    says: 'I7: an outbox row carries more than ids',
    look: (tx) => tx.many<Found>`
      SELECT o.id::text AS about, member.key AS detail FROM outbox o CROSS JOIN LATERAL jsonb_each_text(o.payload) member
      WHERE member.value !~ '^[A-Za-z0-9_.-]{1,200}$'`,
  },
  {
    says: 'I8: a case whose key is destroyed still has pictures or sealed reports that open',
    look: (tx) => tx.many<Found>`
      SELECT e.case_id AS about, e.kind AS detail FROM evidence e JOIN case_keys k ON k.case_id = e.case_id
      WHERE k.shredded_at IS NOT NULL AND num_nonnulls(e.object_key, e.picture_digest, e.offered_digest, e.fingerprint_sealed) > 0`,
  },
  {
    says: 'I8: a case is past its deadline and keeps its key',
    look: (tx) => tx.many<Found>`
      SELECT c.id AS about, c.state AS detail FROM recovery_cases c JOIN case_keys k ON k.case_id = c.id
      JOIN policy_versions p ON p.policy_id = c.policy_id AND p.version = c.policy_version
      WHERE k.shredded_at IS NULL AND NOT EXISTS (SELECT 1 FROM legal_holds h WHERE h.case_id = c.id AND h.released_at IS NULL)
        AND c.closed_at + make_interval(secs => (p.document #>> '{retention,evidenceSeconds}')::int) < clock_timestamp() - interval '2 minutes'`,
  },
  {
    says: 'I9: a case is approved without a decision that says so',
    look: (tx) => tx.many<Found>`
      SELECT a.chain_id AS about, concat('attempt ', a.data->>'attempt') AS detail FROM audit_events a
      WHERE a.type = 'case.approved' AND NOT EXISTS (
        SELECT 1 FROM decisions d WHERE d.case_id = a.chain_id AND d.attempt = (a.data->>'attempt')::int AND d.verdict = 'approve' AND d.decided_at <= a.occurred_at)`,
  },
  {
    says: 'I10: a start or an end was told to no address',
    look: (tx) => tx.many<Found>`
      WITH told (type, kind) AS (VALUES ('case.opened', 'recovery_started'), ('case.approved', 'recovery_approved'), ('case.completed', 'recovery_completed'))
      SELECT a.chain_id AS about, t.kind AS detail FROM audit_events a JOIN told t ON t.type = a.type
      WHERE NOT EXISTS (SELECT 1 FROM notices n WHERE n.case_id = a.chain_id AND n.kind = t.kind AND n.attempt IN (0, (a.data->>'attempt')::int))
        OR EXISTS (SELECT 1 FROM notices n WHERE n.case_id = a.chain_id AND n.kind = t.kind AND n.sent_at IS NULL AND n.last_error IS NULL)`,
  },
  {
    says: 'I11: the outbox is piled up',
    look: (tx) => tx.many<Found>`
      SELECT 'outbox' AS about, concat(count(*), ' rows') AS detail FROM outbox WHERE published_at IS NULL AND due_at < clock_timestamp() - interval '30 seconds' HAVING count(*) > 0`,
  },
  {
    says: 'I11: more connections than the pools may have',
    look: (tx) => tx.many<Found>`
      SELECT usename::text AS about, concat(count(*), ' connections') AS detail FROM pg_stat_activity
      WHERE datname = current_database() AND usename IN ('regain_app', 'regain_queue') GROUP BY usename HAVING count(*) > 120`,
  },
  {
    says: 'I12: an attempt has more than one living session',
    look: (tx) => tx.many<Found>`
      SELECT case_id AS about, concat(count(*), ' in attempt ', attempt) AS detail FROM verification_sessions
      WHERE state IN ('creating', 'open', 'collecting', 'reported') GROUP BY case_id, attempt HAVING count(*) > 1`,
  },
  {
    says: 'I12: a session that nobody will use was neither ended at its partner nor written down as one that cannot be',
    look: (tx) => tx.many<Found>`
      SELECT session_id AS about, concat(state, ' after ', tries, ' tries') AS detail FROM surplus_sessions u
      WHERE state = 'due' OR (state = 'unresolved' AND NOT EXISTS (
        SELECT 1 FROM audit_events a WHERE a.type = 'verification.surplus_session_unresolved' AND a.data->>'sessionId' = u.session_id))`,
  },
];

/** What the database says against the invariants that are about its rows. */
export async function brokenByRows(database: Database): Promise<string[]> {
  const broken: string[] = [];
  for (const { says, look } of RULES) {
    const found = await database.read(look);
    broken.push(...found.map(({ about, detail }) => `${says}: ${about} (${detail})`));
  }
  return broken;
}
