import { FLOW_ABSOLUTE_SECONDS } from '../flow-session/flow-sessions.js';
import type { SignedTable } from '../platform/crypto/row-macs.js';

interface SignedSql {
  /** What finds one row of `t`. */
  key: string;
  /** What is signed of it, in the order of `SignedRows`, as an array of texts. */
  values: string;
  /** Which rows of an earlier build still let somebody in. */
  counts: string;
}

const NOT_OVER = 't.ended_at IS NULL AND t.expires_at > clock_timestamp()';
const LIVES = 't.used_at IS NULL AND t.dead_at IS NULL AND t.expires_at > clock_timestamp()';
const OF_OPEN_CASE = 'EXISTS (SELECT FROM regain.recovery_cases c WHERE c.id = t.case_id AND c.closed_at IS NULL)';
const hex = (column: string): string => `encode(t.${column}, 'hex')`;

/**
 * Numbers what an earlier build gave anew after the migration, with the first numbers that nobody has: which of them it is does
 * not matter, only that no other has the same.
 */
export const NUMBER_YESES = `
  WITH missing AS (SELECT ctid AS place, case_id, authorized_by,
      row_number() OVER (PARTITION BY case_id, authorized_by ORDER BY authorized_at) AS turn
    FROM regain.authorizations_renewed WHERE nth IS NULL),
  free AS (SELECT g.case_id, g.authorized_by, n, row_number() OVER (PARTITION BY g.case_id, g.authorized_by ORDER BY n) AS turn
    FROM (SELECT case_id, authorized_by, count(*)::int AS rows FROM regain.authorizations_renewed GROUP BY 1, 2) g,
      generate_series(1, g.rows) AS n
    WHERE NOT EXISTS (SELECT FROM regain.authorizations_renewed u
      WHERE u.case_id = g.case_id AND u.authorized_by = g.authorized_by AND u.nth = n))
  UPDATE regain.authorizations_renewed t SET nth = free.n
    FROM missing JOIN free USING (case_id, authorized_by, turn) WHERE t.ctid = missing.place`;

/** What keeps its MAC in the row itself. Policies have theirs beside them (docs/adr/0024). */
export type TableWithMac = Exclude<SignedTable, 'policy_versions' | 'policies'>;

/** The signed tables in SQL about the row `t` (docs/adr/0023). */
export const SIGNED_SQL: Readonly<Record<TableWithMac, SignedSql>> = {
  recovery_links: {
    key: 't.id',
    values: `ARRAY[t.id, t.case_id, ${hex('token_digest')}]`,
    counts: `(${LIVES} OR ${OF_OPEN_CASE})`,
  },
  // The page also says how a case has ended.
  flow_sessions: {
    key: 't.id',
    values: `ARRAY[t.id, t.case_id, ${hex('cookie_digest')}]`,
    counts: `t.ended_at IS NULL
      AND (${OF_OPEN_CASE} OR t.created_at > clock_timestamp() - make_interval(secs => ${FLOW_ABSOLUTE_SECONDS}))`,
  },
  capture_bindings: {
    key: `t.case_id || '/' || t.attempt`,
    values: `ARRAY[t.case_id, t.attempt::text, ${hex('cookie_digest')}]`,
    counts: OF_OPEN_CASE,
  },
  // A spent one still answers the browser that repeats its request, and freezes the passkey when another one does.
  recovery_tokens: {
    key: 't.id',
    values: `ARRAY[t.id, t.case_id, t.subject_id, ${hex('token_digest')}, ${hex('capture_digest')}]`,
    counts: 't.superseded_at IS NULL AND (t.consumed_at IS NOT NULL OR t.expires_at > clock_timestamp())',
  },
  relying_party_sessions: {
    key: 't.id',
    values: `ARRAY[t.id, t.subject_id, t.credential_id, ${hex('cookie_digest')}]`,
    counts: NOT_OVER,
  },
  staff_sessions: { key: 't.id', values: `ARRAY[t.id, ${hex('cookie_digest')}]`, counts: NOT_OVER },
  // With the rights that the trail says it was made with.
  api_keys: {
    key: 't.id',
    values: `ARRAY[t.id, ${hex('key_digest')}, array_to_string(t.scopes, ',')]`,
    counts: `t.revoked_at IS NULL AND EXISTS (SELECT FROM regain.audit_events e WHERE e.chain_id = 'api-keys'
      AND e.type = 'api_key.created' AND e.data->>'keyId' = t.id AND e.data->'scopes' = to_jsonb(t.scopes))`,
  },
  review_votes: {
    key: `t.case_id || '/' || t.attempt || '/' || t.reviewer`,
    values: 'ARRAY[t.case_id, t.attempt::text, t.reviewer, t.outcome, t.device_told::text]',
    counts: OF_OPEN_CASE,
  },
  case_authorizations: {
    key: `t.case_id || '/' || t.authorized_by`,
    values: 'ARRAY[t.case_id, t.authorized_by]',
    counts: OF_OPEN_CASE,
  },
  authorizations_renewed: {
    key: `t.case_id || '/' || t.authorized_by || '/' || t.authorized_at`,
    values: 'ARRAY[t.case_id, t.authorized_by, t.nth::text]',
    counts: OF_OPEN_CASE,
  },
  given_recovery_codes: {
    key: `t.case_id || '/' || t.method || '/' || ${hex('capture_digest')}`,
    values: `ARRAY[t.case_id, t.method, ${hex('capture_digest')}]`,
    counts: OF_OPEN_CASE,
  },
  codes_given_anew: {
    key: `t.case_id || '/' || t.method || '/' || ${hex('capture_digest')} || '/' || t.nth`,
    values: `ARRAY[t.case_id, t.method, ${hex('capture_digest')}, t.nth::text]`,
    counts: OF_OPEN_CASE,
  },
  // Of which the trail says that the service stored it; any other is nobody's from then on.
  credentials: {
    key: 't.id',
    values: `ARRAY[t.id, t.subject_id, ${hex('credential_id')}, ${hex('public_key')}]`,
    counts: `EXISTS (SELECT FROM regain.audit_events e
      WHERE e.chain_id = t.case_id AND e.type = 'passkey.registered' AND e.data->>'credentialId' = t.id)`,
  },
  policy_changes: {
    key: 't.id',
    values: `ARRAY[t.id, t.policy_id, t.kind, t.base_version::text, COALESCE(t.document::text, ''), array_to_string(t.weakened, ','), t.proposed_by]`,
    counts: `t.state = 'pending' AND EXISTS (SELECT FROM regain.audit_events e WHERE e.chain_id = 'policy:' || t.policy_id
      AND e.type = 'policy.change_proposed' AND e.data->>'changeId' = t.id AND e.actor_kind = 'person' AND e.actor_id = t.proposed_by)`,
  },
};
