import pg from 'pg';
import { LOAD_POLICY } from '../throughput/load-policy.js';

/** Audit rows of one case: opened, started, submitted, decided, and so on. */
const EVENTS_PER_CASE = 10;
/** Cases are written so many at a time; each time is one transaction. */
const AT_ONCE = 50_000;
/** How many accounts share them: most people never lose everything, some do twice. */
const CASES_PER_ACCOUNT = 5;
const CASES_PER_CHECKPOINT = 10;

/** Tables whose triggers look at what is written. */
const WITH_TRIGGERS = ['recovery_cases', 'recovery_links', 'verification_sessions', 'recovery_tokens', 'audit_events'];

/**
 * Rows of cases that were opened, walked, closed and erased long ago, up to `total` of them, as the tables' owner: their
 * hashes are made up, because nothing of this is verified. `known` says how many there are already. Their policy is there.
 */
export async function writeYearsOfCases(
  ownerUrl: string,
  { known, total }: { known: number; total: number },
): Promise<void> {
  const owner = new pg.Client({
    connectionString: ownerUrl,
    options: '-c search_path=regain -c synchronous_commit=off',
  });
  await owner.connect();
  try {
    for (const table of WITH_TRIGGERS) await owner.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
    for (let from = known; from < total; from += AT_ONCE)
      for (const statement of STATEMENTS) await owner.query(statement, [from, Math.min(total, from + AT_ONCE) - 1]);
    for (const table of WITH_TRIGGERS) await owner.query(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
    await owner.query('VACUUM (ANALYZE)');
  } finally {
    await owner.end();
  }
}

const id = (prefix: string, number: string): string => `'${prefix}_0' || lpad((${number})::text, 25, '0')`;
const account = id('sub', `n / ${CASES_PER_ACCOUNT}`);
const caseId = id('rc', 'n');
const longAgo = `now() - interval '1 year' + n * interval '10 seconds'`;
const digest = (what: string): string => `sha256(('${what}' || n)::bytea)`;
const each = 'FROM generate_series($1::bigint, $2::bigint) AS n';

const STATEMENTS = [
  `INSERT INTO subjects (id, login_digest, profile_sealed, groups)
     SELECT ${account}, ${digest('login')}, '\\x01', '{old}' ${each} WHERE n % ${CASES_PER_ACCOUNT} = 0 ON CONFLICT DO NOTHING`,
  `INSERT INTO recovery_cases (id, reference, subject_id, mode, state, attempts_allowed, opened_by, opened_by_kind, channel, ticket_ref, policy_id, policy_version, provider, verdict, bucket, expires_at, closed_at, created_at, updated_at)
     SELECT ${caseId}, 'OLD-' || n, ${account}, 'production', (ARRAY['completed', 'denied', 'expired', 'cancelled'])[1 + n % 4], 3, 'agent-' || n % 50, 'person', 'email', 'T-' || n,
       '${LOAD_POLICY.id}', 1, 'sandbox', 'approve', 'none', ${longAgo} + interval '1 day', ${longAgo} + interval '1 hour', ${longAgo}, ${longAgo} + interval '1 hour' ${each}`,
  `INSERT INTO case_keys (case_id, shredded_at) SELECT ${caseId}, ${longAgo} + interval '8 days' ${each}`,
  `INSERT INTO recovery_links (id, case_id, token_digest, created_at, expires_at, used_at)
     SELECT ${id('lnk', 'n')}, ${caseId}, ${digest('link')}, ${longAgo}, ${longAgo} + interval '30 minutes', ${longAgo} + interval '5 minutes' ${each}`,
  `INSERT INTO verification_sessions (id, case_id, attempt, provider, role, state, external_id, nonce_sealed, return_state_digest, created_at, updated_at)
     SELECT ${id('vs', 'n')}, ${caseId}, 1, 'sandbox', 'first', 'reported', 'old-' || n, '\\x01', ${digest('state')}, ${longAgo}, ${longAgo} ${each}`,
  `INSERT INTO webhook_inbox (id, provider, delivery_id, external_id, state, session_id, received_at, settled_at)
     SELECT ${id('inb', 'n')}, 'sandbox', 'old-' || n, 'old-' || n, 'matched', ${id('vs', 'n')}, ${longAgo}, ${longAgo} ${each}`,
  `INSERT INTO recovery_tokens (id, case_id, subject_id, token_digest, purpose, mode, door, capture_digest, issued_at, expires_at, consumed_at, credential_id)
     SELECT ${id('tok', 'n')}, ${caseId}, ${account}, ${digest('token')}, 'registration', 'production', 'own', '\\x01', ${longAgo}, ${longAgo} + interval '10 minutes', ${longAgo} + interval '1 minute', ${id('pk', 'n')} ${each}`,
  `INSERT INTO credentials (id, subject_id, case_id, credential_id, public_key, user_handle, aaguid, device_type, backed_up, created_at, removed_at)
     SELECT ${id('pk', 'n')}, ${account}, ${caseId}, ${digest('credential')}, '\\x01', '\\x01', '00000000-0000-0000-0000-000000000000', 'multiDevice', true, ${longAgo},
       CASE WHEN n % ${CASES_PER_ACCOUNT} > 0 THEN ${longAgo} + interval '1 day' END ${each}`,
  `INSERT INTO notices (id, case_id, kind, channel, address_digest, created_at, sent_at, tries)
     SELECT ${id('ntc', 'n')}, ${caseId}, 'recovery_completed', 'email', '\\x01', ${longAgo}, ${longAgo}, 1 ${each}`,
  `INSERT INTO audit_heads (chain_id, seq, hash) SELECT ${caseId}, ${EVENTS_PER_CASE}, ${digest('head')} ${each}`,
  `INSERT INTO audit_checkpoints (id, created_at, previous_sha256, heads_sha256, head_count, signature)
     SELECT 1 + n / ${CASES_PER_CHECKPOINT}, ${longAgo}, 'old', 'old', ${CASES_PER_CHECKPOINT}, 'k1.old' ${each} WHERE n % ${CASES_PER_CHECKPOINT} = 0 ON CONFLICT DO NOTHING`,
  `INSERT INTO audit_checkpoint_heads (checkpoint_id, chain_id, seq, hash)
     SELECT 1 + n / ${CASES_PER_CHECKPOINT}, ${caseId}, ${EVENTS_PER_CASE}, ${digest('head')} ${each}`,
  `INSERT INTO audit_events (chain_id, seq, id, type, actor_kind, actor_id, occurred_at, data, prev_hash, hash)
     SELECT ${caseId}, seq, ${id('evt', `n * ${EVENTS_PER_CASE} + seq`)}, (ARRAY['case.opened', 'link.sent', 'case.started', 'case.submitted', 'case.approved'])[1 + seq % 5], 'system', 'system',
       ${longAgo} + seq * interval '1 minute', '{"state": "completed", "attempt": 1}', sha256((n || '-' || seq - 1)::bytea), sha256((n || '-' || seq)::bytea)
     ${each}, generate_series(1, ${EVENTS_PER_CASE}) AS seq`,
];
