import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { appendAudit } from '../../../src/audit-trail/append.js';
import { SYSTEM } from '../../../src/audit-trail/audit-event-types.js';
import { KeyRing } from '../../../src/platform/crypto/key-ring.js';
import type { Database } from '../../../src/platform/database/database.js';
import { Transaction } from '../../../src/platform/database/transaction.js';
import { seedApprovedCase, type ApprovedCase } from '../../support/approved-case.js';
import { openTestDatabase, type TestDatabase } from '../../support/test-database.js';
import { brokenInvariants, restlessness, type Observed } from './invariants.js';

const NOBODY: Omit<Observed, 'database' | 'ring'> = {
  acceptedCases: [],
  mails: [],
  people: [],
  partnerReferences: [],
  texts: [],
  secrets: [],
};

/** The database as one open transaction of this client sees it: what is planted there is never committed. */
function seenBy(client: pg.Client): Database {
  const tx = new Transaction(client as pg.PoolClient);
  return { read: (work: (tx: Transaction) => unknown) => work(tx) } as unknown as Database;
}

describe('each invariant', () => {
  const ring = new KeyRing(KeyRing.generate());
  let test: TestDatabase;
  let superuser: pg.Client;
  let one: ApprovedCase;

  beforeAll(async () => {
    test = await openTestDatabase({ poolSize: 2, ring });
    one = await seedApprovedCase(test.database, ring);
    superuser = new pg.Client({ connectionString: test.superuserUrl, options: '-c search_path=regain' });
    await superuser.connect();
    // Whole, as if it had come here by the stages before: what follows breaks one thing at a time.
    const opened = { chainId: one.caseId, type: 'case.opened', actor: SYSTEM, data: { state: 'link_sent' } } as const;
    await test.database.transaction((tx) => appendAudit(tx, opened));
    await planted(`UPDATE recovery_cases SET state = 'link_sent' WHERE id = '${one.caseId}'`);
    await planted(
      `INSERT INTO notices (id, case_id, kind, channel, address_digest, sent_at) VALUES ('ntc_1', '${one.caseId}', 'recovery_started', 'email', '\\x01', now())`,
    );
  });
  afterAll(async () => {
    await superuser.end();
    await test.close();
  });

  /** Past every trigger, index and foreign key. */
  async function planted(...statements: string[]): Promise<void> {
    for (const statement of statements) await superuser.query(statement);
  }

  const broken = (seen: Partial<Observed> = {}): Promise<string[]> =>
    brokenInvariants({ ...NOBODY, database: seenBy(superuser), ring, ...seen });

  it('holds of a case that is whole', async () => {
    expect(await broken({ acceptedCases: [one.caseId] })).toEqual([]);
  });

  const caseId = (): string => one.caseId;
  const PLANTED: [string, RegExp, () => string[]][] = [
    ['I1', /I1: more than one/, () => [`DROP INDEX recovery_tokens_one_live_per_case`, ...[1, 2].map(tokenOf)]],
    ['I1', /I1: a recovery is complete/, () => [stateOf('completed', 'now()')]],
    ['I2', /I2: an approval/, () => [auditOf('case.approved', '{"state": "approved", "attempt": 1}')]],
    ['I4', /I4: 2 changes, 0 audit rows/, () => [`UPDATE recovery_cases SET version = 3 WHERE id = '${caseId()}'`]],
    ['I4', /I4: not announced: case.started/, () => [auditOf('case.started', '{"state": "awaiting_evidence"}')]],
    [
      'I4',
      /I4: the audit trail/,
      () => [`UPDATE audit_events SET data = '{"state": "link_sent", "by": 1}' WHERE chain_id = '${caseId()}'`],
    ],
    [
      'I5',
      /I5: a stored delivery/,
      () => [
        `INSERT INTO webhook_inbox (id, provider, delivery_id, external_id, state) VALUES ('inb_1', 'sandbox', 'msg_1', 'x', 'matched')`,
      ],
    ],
    [
      'I6',
      /I6: left a closed state/,
      () => [auditOf('case.cancelled', '{"state": "cancelled"}'), auditOf('case.started', '{"state": "link_sent"}')],
    ],
    [
      'I6',
      /I6: closed is true/,
      () => [
        `ALTER TABLE recovery_cases DROP CONSTRAINT recovery_cases_check`,
        `UPDATE recovery_cases SET closed_at = now() WHERE id = '${caseId()}'`,
      ],
    ],
    [
      'I7',
      /I7: an outbox row/,
      () => [
        `INSERT INTO outbox (event, payload, published_at) VALUES ('case.opened', '{"caseId": "Ana Example"}', now())`,
      ],
    ],
    [
      'I8',
      /I8: a case whose key/,
      () => [
        `UPDATE case_keys SET wrapped_sealed = NULL, shredded_at = now() WHERE case_id = '${caseId()}'`,
        `INSERT INTO evidence (id, case_id, attempt, kind, state, object_key) VALUES ('ev_1', '${caseId()}', 1, 'selfie', 'accepted', 'evidence/1')`,
      ],
    ],
    ['I8', /I8: a case is past its deadline/, () => [stateOf('cancelled', `now() - interval '30 days'`)]],
    ['I9', /I9: a case is approved/, () => [auditOf('case.approved', '{"state": "approved", "attempt": 1}')]],
    ['I10', /I10: a start or an end/, () => [`DELETE FROM notices`]],
    [
      'I11',
      /I11: the outbox/,
      () => [`INSERT INTO outbox (event, payload, due_at) VALUES ('case.started', '{}', now() - interval '1 hour')`],
    ],
    [
      'I12',
      /I12: an attempt has more/,
      () => [`DROP INDEX verification_sessions_one_living`, sessionOf('vs_1', 'open'), sessionOf('vs_2', 'open')],
    ],
    [
      'I12',
      /I12: a session that nobody/,
      () => [
        sessionOf('vs_1', 'failed'),
        `INSERT INTO surplus_sessions (id, session_id, state, next_try_at) VALUES ('sur_1', 'vs_1', 'unresolved', now())`,
      ],
    ],
  ];
  it.each(PLANTED)('%s is named when it is broken: %s', async (_number, says, plant) => {
    await planted('BEGIN', 'SET LOCAL session_replication_role = replica', ...plant());
    const found = await broken().finally(() => planted('ROLLBACK'));
    expect(found.filter((text) => says.test(text))).not.toEqual([]);
  });

  it.each<[string, RegExp, () => Partial<Observed>]>([
    ['I3', /I3: rc_gone was answered/, () => ({ acceptedCases: ['rc_gone'] })],
    ['I5', /I5: delivery msg_gone/, () => ({ acceptedDeliveries: ['msg_gone'] })],
    [
      'I7',
      /I7: secret 0 stands in main.log/,
      () => ({ texts: [{ name: 'main.log', text: 'token=abc' }], secrets: ['abc'] }),
    ],
    ['I7', /I7: a secret stands in audit_events/, () => ({ secrets: ['link_sent'] })],
    ['I8', /I8: no row knows the object/, () => ({ objectKeys: ['evidence/unknown'] })],
    [
      'I10',
      /I10: .* 1 notices sent, 0 mails/,
      () => ({ people: [{ caseId: caseId(), reference: 'REC-1', email: 'a@b' }] }),
    ],
    [
      'I11',
      /I11: main-1 holds 2000 MB/,
      () => ({ processes: [{ name: 'main-1', residentMegabytes: 2_000, openFiles: 10 }] }),
    ],
    [
      'I11',
      /I11: main-1 has 900 files/,
      () => ({ processes: [{ name: 'main-1', residentMegabytes: 200, openFiles: 900 }] }),
    ],
    ['I11', /I11: 51 jobs wait/, () => ({ waitingJobs: 51 })],
    ['I12', /I12: the partner made two/, () => ({ partnerReferences: ['vs_1', 'vs_1'] })],
    ['I12', /I12: the partner holds a session nobody knows/, () => ({ partnerReferences: ['vs_unknown'] })],
  ])('%s is named when it is broken outside: %s', async (_number, says, seen) => {
    expect((await broken(seen())).filter((text) => says.test(text))).not.toEqual([]);
    expect(await broken()).toEqual([]);
  });

  it('I3 is work that is still under way', async () => {
    expect(await restlessness(test.database)).toEqual([`case ${caseId()} has no link`]);
    await planted(`UPDATE recovery_cases SET channel = 'relay'`);
    expect(await restlessness(test.database)).toEqual([]);
    await planted(`INSERT INTO outbox (event, payload) VALUES ('case.started', '{}')`);
    expect(await restlessness(test.database)).toEqual([expect.stringMatching(/^outbox row \d+ case.started$/)]);
    await planted('DELETE FROM outbox');
  });

  let nextSeq = 100;
  const stateOf = (state: string, closedAt: string): string =>
    `UPDATE recovery_cases SET state = '${state}', closed_at = ${closedAt} WHERE id = '${caseId()}'`;
  const auditOf = (type: string, data: string): string =>
    `INSERT INTO audit_events (chain_id, seq, id, type, actor_kind, actor_id, occurred_at, data, prev_hash, hash)
     VALUES ('${caseId()}', ${(nextSeq += 1)}, 'evt_${randomBytes(6).toString('hex')}', '${type}', 'system', 'regain', now(), '${data}', '', '')`;
  const tokenOf = (number: number): string =>
    `INSERT INTO recovery_tokens (id, case_id, subject_id, token_digest, purpose, mode, door, capture_digest, expires_at)
     VALUES ('tok_${number}', '${caseId()}', '${one.subjectId}', '\\x0${number}', 'registration', 'production', 'own', '\\x01', now())`;
  const sessionOf = (id: string, state: string): string =>
    `INSERT INTO verification_sessions (id, case_id, attempt, provider, role, state, nonce_sealed, return_state_digest)
     VALUES ('${id}', '${caseId()}', 1, 'sandbox', 'first', '${state}', '', '${id}')`;
});
