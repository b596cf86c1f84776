import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { WRITTEN_ONCE } from './written-once.js';

/** What the application may do besides SELECT, written out: a new table has to be thought about here. */
const MAY: Record<string, readonly string[]> = {
  account_notices: ['DELETE', 'INSERT', 'UPDATE'],
  account_notices_told: ['INSERT'],
  api_keys: ['INSERT', 'UPDATE'],
  audit_checkpoint_heads: ['INSERT'],
  audit_checkpoints: ['INSERT'],
  audit_events: ['INSERT'],
  audit_heads: [],
  authorizations_renewed: ['INSERT'],
  capture_bindings: ['INSERT'],
  case_authorizations: ['INSERT'],
  case_keys: ['INSERT', 'UPDATE'],
  codes_given_anew: ['INSERT'],
  consents: ['INSERT'],
  credentials: ['INSERT', 'UPDATE'],
  decisions: ['INSERT'],
  deletion_receipts: ['INSERT'],
  device_confirmations: ['INSERT', 'UPDATE'],
  dead_letters: ['DELETE', 'INSERT', 'UPDATE'],
  evidence: ['INSERT', 'UPDATE'],
  flow_sessions: ['INSERT', 'UPDATE'],
  given_recovery_codes: ['INSERT'],
  submitted_codes: ['INSERT'],
  idempotency_keys: ['DELETE', 'INSERT', 'UPDATE'],
  issued_recovery_codes: ['DELETE', 'INSERT', 'UPDATE'],
  known_documents: ['DELETE', 'INSERT', 'UPDATE'],
  late_results: ['INSERT', 'UPDATE'],
  legal_holds: ['INSERT', 'UPDATE'],
  limit_counters: ['DELETE', 'INSERT', 'UPDATE'],
  link_addresses: ['DELETE', 'INSERT'],
  notices: ['INSERT', 'UPDATE'],
  owed_mails: ['DELETE', 'INSERT', 'UPDATE'],
  outbox: ['DELETE', 'INSERT', 'UPDATE'],
  policies: ['INSERT', 'UPDATE'],
  policy_changes: ['INSERT', 'UPDATE'],
  policy_macs: ['INSERT'],
  policy_versions: ['INSERT'],
  proofing_records: ['INSERT', 'UPDATE'],
  provider_controls: ['INSERT', 'UPDATE'],
  recovery_cases: ['INSERT', 'UPDATE'],
  recovery_links: ['INSERT', 'UPDATE'],
  recovery_pauses: ['INSERT', 'UPDATE'],
  recovery_requests: ['DELETE', 'INSERT', 'UPDATE'],
  recovery_tokens: ['INSERT', 'UPDATE'],
  rehearsal_subjects: ['INSERT'],
  rehearsals: ['DELETE', 'INSERT', 'UPDATE'],
  relying_party_sessions: ['DELETE', 'INSERT', 'UPDATE'],
  review_votes: ['INSERT'],
  rows_signed: [],
  saved_recovery_codes: ['INSERT', 'UPDATE'],
  schema_migrations: [],
  session_deliveries: ['INSERT'],
  staff_sessions: ['DELETE', 'INSERT', 'UPDATE'],
  subject_birth_dates: ['DELETE', 'INSERT'],
  subject_emails: ['DELETE', 'INSERT'],
  subject_standings: ['INSERT'],
  subjects: ['INSERT', 'UPDATE'],
  surplus_sessions: ['INSERT', 'UPDATE'],
  verification_reports: ['INSERT'],
  verification_sessions: ['INSERT', 'UPDATE'],
  webauthn_challenges: ['DELETE', 'INSERT', 'UPDATE'],
  webhook_inbox: ['INSERT', 'UPDATE'],
  withdrawn_results: ['INSERT'],
};

/**
 * Where UPDATE is for some columns only: what was asked for, and by whom, stays as it was when somebody answers it, and
 * so does whose something is.
 */
const MAY_UPDATE_ONLY: Record<string, readonly string[]> = {
  api_keys: ['key_digest', 'mac', 'revoked_at', 'scopes'],
  credentials: ['backed_up', 'frozen_at', 'last_used_at', 'mac', 'name_sealed', 'removed_at', 'sign_count'],
  device_confirmations: ['confirmed_at', 'tries'],
  flow_sessions: ['ended_at', 'seen_at'],
  issued_recovery_codes: ['ended_at', 'failures'],
  late_results: ['contradicts'],
  legal_holds: ['confirmed_at', 'confirmed_by', 'lapsed_at', 'release_at', 'release_by', 'released_at', 'released_by'],
  policies: ['deleted_at', 'priority', 'updated_at', 'version'],
  policy_changes: ['decided_at', 'decided_by', 'state'],
  recovery_cases: [
    'attempt',
    'bucket',
    'call_code_sealed',
    'call_code_tries',
    'call_confirmed_at',
    'closed_at',
    'document_type',
    'door',
    'expires_at',
    'held_until',
    'issuing_country',
    'lease_epoch',
    'mode',
    'next_attempt_at',
    'provider',
    'reason_sealed',
    'state',
    'state_reason',
    'subject_id',
    'updated_at',
    'verdict',
    'version',
  ],
  recovery_links: ['dead_at', 'used_at'],
  recovery_pauses: ['also_paused_by', 'resumed_at', 'resumed_by'],
  recovery_tokens: ['consumed_at', 'credential_id', 'idempotency_digest', 'superseded_at'],
  relying_party_sessions: ['ended_at'],
  saved_recovery_codes: ['ended_at', 'ended_by', 'failures', 'kept_at'],
  staff_sessions: ['ended_at', 'seen_at'],
  webauthn_challenges: ['consumed_at'],
  verification_sessions: [
    'asked_at',
    'create_tries',
    'evidence_handed_at',
    'evidence_lease_until',
    'expires_at',
    'external_id',
    'fetch_tries',
    'handoff_sealed',
    'last_error',
    'late_looks',
    'next_fetch_at',
    'possibly_created_at',
    'pushed_at',
    'read_at',
    'returned_at',
    'secret_state_sealed',
    'state',
    'strayed_at',
    'updated_at',
  ],
};

/** Where INSERT is for some columns only: the others are the database's to fill, a time above all. */
const MAY_INSERT_ONLY: Record<string, readonly string[]> = {
  decisions: [
    'attempt',
    'bucket',
    'case_id',
    'consequences',
    'decided_by',
    'facts',
    'findings',
    'id',
    'policy_id',
    'policy_version',
    'report_id',
    'verdict',
  ],
  device_confirmations: ['attempt', 'case_id', 'number_sealed'],
  policy_macs: ['mac', 'policy_id', 'removal', 'version'],
};

let test: TestDatabase;
let app: pg.Client;

beforeAll(async () => {
  test = await openTestDatabase({ poolSize: 1 });
  app = new pg.Client({ connectionString: test.appUrl, options: '-c search_path=regain' });
  await app.connect();
});
afterAll(async () => {
  await app.end();
  await test.close();
});

/** The SQLSTATE of a statement that is tried and undone. */
async function tried(sql: string): Promise<string> {
  await app.query('BEGIN');
  const code = await app.query(sql).then(
    () => 'allowed',
    (error: unknown) => (error as { code: string }).code,
  );
  await app.query('ROLLBACK');
  return code;
}
const DENIED = '42501';

/** Statements that change nothing when they are allowed. */
const attempts = (table: string, column: string): Record<string, string> => ({
  INSERT: MAY_INSERT_ONLY[table]
    ? `INSERT INTO ${table} (${MAY_INSERT_ONLY[table].join()}) SELECT ${MAY_INSERT_ONLY[table].join()} FROM ${table} WHERE false`
    : `INSERT INTO ${table} SELECT * FROM ${table} WHERE false`,
  UPDATE: `UPDATE ${table} SET ${column} = ${column} WHERE false`,
  DELETE: `DELETE FROM ${table} WHERE false`,
  TRUNCATE: `TRUNCATE ${table} CASCADE`,
});

describe('the application role (T56)', () => {
  it('finds exactly the tables of this list', async () => {
    const { rows } = await app.query<{ table: string }>(
      "SELECT tablename AS table FROM pg_tables WHERE schemaname = 'regain' ORDER BY 1",
    );
    expect(rows.map((row) => row.table)).toEqual(Object.keys(MAY).sort());
  });

  it.each(Object.entries(MAY))('%s: may %j and nothing else', async (table, may) => {
    const { rows } = await app.query<{ column: string }>(
      "SELECT column_name AS column FROM information_schema.columns WHERE table_name = $1 AND is_identity = 'NO' LIMIT 1",
      [table],
    );
    const outcomes: Record<string, boolean> = {};
    for (const [verb, sql] of Object.entries(attempts(table, MAY_UPDATE_ONLY[table]?.[0] ?? rows[0]?.column ?? '')))
      outcomes[verb] = (await tried(sql)) !== DENIED;
    expect(outcomes).toEqual({
      INSERT: may.includes('INSERT'),
      UPDATE: may.includes('UPDATE'),
      DELETE: may.includes('DELETE'),
      TRUNCATE: false,
    });
  });

  const allowed = async (table: string, privilege: 'INSERT' | 'UPDATE'): Promise<string[]> => {
    const { rows } = await app.query<{ column: string }>(
      `SELECT column_name AS column FROM information_schema.columns WHERE table_name = $1
        AND has_column_privilege(table_schema || '.' || table_name, column_name::text, $2) ORDER BY 1`,
      [table, privilege],
    );
    return rows.map((row) => row.column);
  };
  it.each(Object.entries(MAY_UPDATE_ONLY))('%s: may update %j and no other column', async (table, columns) => {
    expect(await allowed(table, 'UPDATE')).toEqual(columns);
  });
  it.each(Object.entries(MAY_INSERT_ONLY))('%s: may give %j and no other column', async (table, columns) => {
    expect(await allowed(table, 'INSERT')).toEqual(columns);
  });

  it('may change nothing that a start of the service looks for, and all else of the kind is looked for', async () => {
    const { rows } = await app.query<{ table: string; columns: string[] }>(
      `SELECT table_name AS table, array_agg(column_name::text ORDER BY column_name) AS columns
        FROM information_schema.columns WHERE table_schema = 'regain' GROUP BY 1`,
    );
    const found = rows.flatMap(({ table, columns }) => {
      const may = MAY[table] ?? [];
      if (may.every((verb) => verb === 'INSERT')) return [[table, 'every column']];
      const updatable = may.includes('DELETE') ? undefined : MAY_UPDATE_ONLY[table];
      return updatable ? [[table, columns.filter((column) => !updatable.includes(column))]] : [];
    });
    expect(WRITTEN_ONCE).toEqual(Object.fromEntries(found));
  });

  it.each([
    'CREATE TABLE regain.mine (id integer)',
    'CREATE FUNCTION regain.mine() RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$',
    'ALTER TABLE audit_events DISABLE TRIGGER ALL',
    'DROP TRIGGER recovery_cases_terminal ON recovery_cases',
    'DROP TABLE audit_events',
    'SET session_replication_role = replica',
    'SET ROLE regain_owner',
    'GRANT UPDATE ON audit_events TO regain_app; UPDATE audit_events SET type = type WHERE false',
    "UPDATE audit_heads SET seq = 0 WHERE chain_id = 'x'",
    "COPY subjects TO PROGRAM 'cat'",
    "SELECT pg_read_file('/etc/passwd')",
  ])('cannot: %s', async (sql) => {
    expect(['42501', '0A000']).toContain(await tried(sql));
  });

  it('cannot choose the place of an audit row in its chain', async () => {
    await app.query(`INSERT INTO audit_events (chain_id, seq, id, type, actor_kind, actor_id, data, occurred_at, prev_hash, hash)
      VALUES ('subject:x', 999, 'evt_forged', 'case.opened', 'system', 'x', '{}', '2020-01-01', '\\xff', '\\xff')`);
    const { rows } = await app.query<{ seq: string; prev: string; hash: string; recent: boolean }>(
      "SELECT seq, encode(prev_hash, 'hex') AS prev, encode(hash, 'hex') AS hash, occurred_at > now() - interval '1 minute' AS recent FROM audit_events WHERE id = 'evt_forged'",
    );
    expect(rows).toEqual([{ seq: '1', prev: '', hash: expect.stringMatching(/^[0-9a-f]{64}$/), recent: true }]);
  });
});

describe('the queue’s role', () => {
  it('sees nothing of the application', async () => {
    const queue = new pg.Client({ connectionString: test.queueUrl });
    await queue.connect();
    for (const table of Object.keys(MAY))
      await expect(queue.query(`SELECT 1 FROM regain.${table} LIMIT 1`)).rejects.toMatchObject({ code: DENIED });
    await queue.end();
  });
});
