import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { addPerson, addPolicy, openCase, type Core } from '../../test/model/core-stage.js';
import { SweeperStage } from '../../test/model/sweeper-stage.js';
import { nextVersion } from '../../test/support/next-version.js';
import type { TestDatabase } from '../../test/support/test-database.js';
import { appendAudit } from '../audit-trail/append.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import type { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { newId } from '../platform/ids/ids.js';
import type { Policy } from '../policy/policy.js';
import { isTerminal, type CaseState } from '../recovery-case/case-states.js';
import { pruneSpent } from './pruning.js';

let stage: SweeperStage;
let test: TestDatabase;
let core: Core;
let policy: Policy;
let superuser: pg.Client;

beforeAll(async () => {
  stage = await SweeperStage.open();
  ({ test, core, policy, superuser } = stage);
});
afterAll(() => stage.close());
beforeEach(() => stage.empty());

const sql: SweeperStage['sql'] = (text, ...values) => stage.sql(text, ...values);
const sweeper: SweeperStage['sweeper'] = () => stage.sweeper();
const outbox: SweeperStage['outbox'] = () => stage.outbox();
const quietCase: SweeperStage['quietCase'] = (state, ageSeconds) => stage.quietCase(state, ageSeconds);
const sweptAfterFlush: SweeperStage['sweptAfterFlush'] = () => stage.sweptAfterFlush();
const closedIf = (state: CaseState): Date | null => (isTerminal(state) ? new Date() : null);

describe('after everything in the queue was lost (rule 2, F10)', () => {
  it('a quiet system gives nothing', async () => {
    for (const state of ['link_sent', 'awaiting_evidence', 'in_review', 'approved', 'awaiting_authorization'] as const)
      await quietCase(state, 3_600);
    expect(await sweptAfterFlush()).toEqual([]);
  });

  it('a decision nobody took is asked for again, with a higher epoch', async () => {
    const caseId = await quietCase('adjudicating', 61);
    const fresh = await quietCase('adjudicating', 5);
    expect(await sweptAfterFlush()).toEqual([{ event: 'verification.reported', payload: { caseId, attempt: 1 } }]);
    const epochs = await test.database.read(
      (tx) =>
        tx.many<{
          id: string;
          leaseEpoch: number;
        }>`SELECT id, lease_epoch FROM recovery_cases WHERE id = ANY(${[caseId, fresh]})`,
    );
    expect(Object.fromEntries(epochs.map((row) => [row.id, row.leaseEpoch]))).toEqual({ [caseId]: 2, [fresh]: 1 });
  });

  it('a hold that ran out is released, one that runs is not', async () => {
    const [over, running] = [await quietCase('held', 1), await quietCase('held', 9_999)];
    await sql("UPDATE recovery_cases SET held_until = clock_timestamp() - interval '1 second' WHERE id = $", over);
    await sql("UPDATE recovery_cases SET held_until = clock_timestamp() + interval '1 hour' WHERE id = $", running);
    expect(await sweptAfterFlush()).toEqual([{ event: 'case.hold_due', payload: { caseId: over, attempt: 1 } }]);
  });

  it.each(['link_sent', 'verifying', 'in_review', 'approved', 'held'] as const)(
    'a %s case whose time is over is closed',
    async (state) => {
      const caseId = await quietCase(state, 1);
      await sql('UPDATE recovery_cases SET expires_at = clock_timestamp() WHERE id = $', caseId);
      expect(await sweptAfterFlush()).toEqual([{ event: 'case.expiry_due', payload: { caseId, attempt: 1 } }]);
    },
  );

  it.each([
    ['creating', 'verification.session_pending'],
    ['open', 'verification.collect_due'],
    ['collecting', 'verification.collect_due'],
  ])('a session that is %s and forgotten goes on', async (state, event) => {
    const caseId = await quietCase('verifying', 1);
    const sessionId = newId('vs', new Date());
    await sql(
      "INSERT INTO verification_sessions (id, case_id, attempt, provider, role, state, nonce_sealed, return_state_digest, updated_at) VALUES ($, $, 1, 'sandbox', 'first', $, '\\x01', sha256($::bytea), clock_timestamp() - interval '2 minutes')",
      sessionId,
      caseId,
      state,
      Buffer.from(sessionId),
    );
    expect(await sweptAfterFlush()).toEqual([{ event, payload: { caseId, attempt: 1, sessionId } }]);
  });

  it.each([
    ['a push that nobody followed', 'approved', "pushed_at = clock_timestamp() - interval '1 minute'"],
    ['a reading that died', 'completed', "pushed_at = now(), next_fetch_at = clock_timestamp() - interval '1 minute'"],
  ] as const)('T43 %s about a session that has reported is read again', async (_what, state, set) => {
    const caseId = await quietCase('in_review', 1);
    const sessionId = newId('vs', new Date());
    await sql(
      "INSERT INTO verification_sessions (id, case_id, attempt, provider, role, state, nonce_sealed, return_state_digest) VALUES ($, $, 1, 'sandbox', 'first', 'reported', '\\x01', sha256($::bytea))",
      sessionId,
      caseId,
      Buffer.from(sessionId),
    );
    expect(await sweptAfterFlush()).toEqual([]);
    await sql(`UPDATE verification_sessions SET ${set} WHERE id = $`, sessionId);
    await sql('UPDATE recovery_cases SET state = $, closed_at = $ WHERE id = $', state, closedIf(state), caseId);
    const due = { event: 'verification.collect_due', payload: { caseId, attempt: 1, sessionId } };
    expect((await sweptAfterFlush()).filter(({ event }) => event === due.event)).toEqual([due]);
    await sql(
      'UPDATE verification_sessions SET read_at = clock_timestamp(), next_fetch_at = NULL WHERE id = $',
      sessionId,
    );
    expect((await sweptAfterFlush()).filter(({ event }) => event === due.event)).toEqual([]);
  });

  it.each(['awaiting_evidence', 'in_review'] as const)(
    'T43 a session of an earlier attempt is read again while its case is %s, and no longer when it is over',
    async (state) => {
      const caseId = await quietCase(state, 1);
      const sessionId = newId('vs', new Date());
      await sql(
        "INSERT INTO verification_sessions (id, case_id, attempt, provider, role, state, nonce_sealed, return_state_digest, pushed_at) VALUES ($, $, 1, 'sandbox', 'first', 'reported', '\\x01', sha256($::bytea), clock_timestamp() - interval '1 minute')",
        sessionId,
        caseId,
        Buffer.from(sessionId),
      );
      await sql('UPDATE recovery_cases SET attempt = 2 WHERE id = $', caseId);
      expect(await sweptAfterFlush()).toEqual([
        { event: 'verification.collect_due', payload: { caseId, attempt: 1, sessionId } },
      ]);
      await sql("UPDATE recovery_cases SET state = 'denied', closed_at = now() WHERE id = $", caseId);
      expect((await sweptAfterFlush()).filter(({ event }) => event === 'verification.collect_due')).toEqual([]);
    },
  );

  it('T34 a session that was given up is asked about when its look is due, and not before', async () => {
    const caseId = await quietCase('in_review', 1);
    const sessionId = newId('vs', new Date());
    await sql(
      "INSERT INTO verification_sessions (id, case_id, attempt, provider, role, state, nonce_sealed, return_state_digest, next_fetch_at) VALUES ($, $, 1, 'sandbox', 'first', 'abandoned', '\\x01', sha256($::bytea), clock_timestamp())",
      sessionId,
      caseId,
      Buffer.from(sessionId),
    );
    expect(await sweptAfterFlush()).toEqual([]);
    await sql("UPDATE verification_sessions SET next_fetch_at = now() - interval '1 minute' WHERE id = $", sessionId);
    expect(await sweptAfterFlush()).toEqual([
      { event: 'verification.collect_due', payload: { caseId, attempt: 1, sessionId } },
    ]);
  });

  it('T34 what came of a session that was given up is judged, once', async () => {
    const caseId = await quietCase('in_review', 1);
    const sessionId = newId('vs', new Date());
    await sql(
      "INSERT INTO verification_sessions (id, case_id, attempt, provider, role, state, nonce_sealed, return_state_digest) VALUES ($, $, 1, 'sandbox', 'first', 'abandoned', '\\x01', sha256($::bytea))",
      sessionId,
      caseId,
      Buffer.from(sessionId),
    );
    await sql(
      "INSERT INTO late_results (session_id, nth, case_state, checks, report_sealed, received_at) VALUES ($, 1, 'in_review', '[]', '\\x01', clock_timestamp() - interval '31 seconds')",
      sessionId,
    );
    expect(await sweptAfterFlush()).toEqual([
      { event: 'verification.late_result_kept', payload: { caseId, attempt: 1, sessionId } },
    ]);
    await sql('UPDATE late_results SET contradicts = false WHERE session_id = $', sessionId);
    expect(await sweptAfterFlush()).toEqual([]);
  });

  it('a session left behind at a partner is looked for, even when its case has gone on', async () => {
    const caseId = await quietCase('in_review', 1);
    const sessionId = newId('vs', new Date());
    await sql(
      "INSERT INTO verification_sessions (id, case_id, attempt, provider, role, state, nonce_sealed, return_state_digest) VALUES ($, $, 1, 'sandbox', 'first', 'failed', '\\x01', sha256($::bytea))",
      sessionId,
      caseId,
      Buffer.from(sessionId),
    );
    await sql(
      "INSERT INTO surplus_sessions (id, session_id, next_try_at) VALUES ($, $, clock_timestamp() - interval '31 seconds')",
      newId('sur', new Date()),
      sessionId,
    );
    expect(await sweptAfterFlush()).toEqual([
      { event: 'verification.surplus_due', payload: { caseId, attempt: 1, sessionId } },
    ]);
    await sql("UPDATE surplus_sessions SET state = 'closed' WHERE session_id = $", sessionId);
    expect(await sweptAfterFlush()).toEqual([]);
  });

  it('a closed case that should be erased is erased', async () => {
    const caseId = await quietCase('adjudicating', 1);
    await test.database.transaction((tx) => core.cases.transition(tx, { caseId, name: 'deny', actor: SYSTEM }));
    expect(await sweptAfterFlush()).toEqual([]);
    await sql("UPDATE recovery_cases SET closed_at = closed_at - interval '62 seconds' WHERE id = $", caseId);
    expect(await sweptAfterFlush()).toEqual([{ event: 'case.erasure_due', payload: { caseId, attempt: 1 } }]);
  });

  it('a closed case is erased as soon as the policy of its account says now, where that keeps for less (rule 10)', async () => {
    const groups = ['kept for long'];
    const long = await addPolicy(core, { include: groups, priority: 1, retention: { evidenceSeconds: 86_400 } });
    const { id: caseId } = await openCase(core, { policy: long, subjectId: (await addPerson(core, { groups })).id });
    await test.database.transaction((tx) => core.cases.transition(tx, { caseId, name: 'cancel', actor: SYSTEM }));
    await sql("UPDATE recovery_cases SET closed_at = closed_at - interval '2 hours' WHERE id = $", caseId);
    // The profile of everybody else keeps for a second, and says nothing about this account.
    expect(await sweptAfterFlush()).toEqual([]);
    await nextVersion(test.database, long.id, () => ({ retention: { evidenceSeconds: 3_600 } }));
    expect(await sweptAfterFlush()).toEqual([{ event: 'case.erasure_due', payload: { caseId, attempt: 1 } }]);
  });

  it('a link that was promised and never made is made', async () => {
    const caseId = await quietCase('link_sent', 61);
    await test.database.transaction((tx) => core.links.killAll(tx, caseId));
    expect(await sweptAfterFlush()).toEqual([{ event: 'link.requested', payload: { caseId, attempt: 1 } }]);
  });

  it('a relayed link is the agent’s, and is not mailed', async () => {
    const { id } = await openCase(core, { policy, subjectId: (await addPerson(core)).id, channel: 'relay' });
    await sql("UPDATE recovery_cases SET updated_at = clock_timestamp() - interval '1 hour' WHERE id = $", id);
    expect(await sweptAfterFlush()).toEqual([]);
  });

  it('a self-service start that was accepted is worked on (I3)', async () => {
    await core.selfService.accept('somebody', '192.0.2.9');
    expect(await sweptAfterFlush()).toEqual([]);
    await sql("UPDATE recovery_requests SET created_at = created_at - interval '61 seconds'");
    const events = await sweptAfterFlush();
    expect(events).toEqual([{ event: 'request.accepted', payload: { requestId: expect.stringMatching(/^req_/) } }]);
  });

  it('a rehearsal that nobody takes further goes on; one that is at work, and one that ended, are left alone', async () => {
    const rehearsalId = newId('reh', new Date());
    await sql(
      "INSERT INTO rehearsals (id, policy_id, policy_version, total, started_by) VALUES ($, $, 1, 9, 'operator')",
      rehearsalId,
      policy.id,
    );
    expect(await sweptAfterFlush()).toEqual([]);
    await sql("UPDATE rehearsals SET updated_at = clock_timestamp() - interval '31 seconds'");
    expect(await sweptAfterFlush()).toEqual([{ event: 'rehearsal.due', payload: { rehearsalId } }]);
    await sweeper().sweep();
    expect(await outbox()).toHaveLength(1);
    await sql("UPDATE rehearsals SET state = 'cancelled', ended_at = clock_timestamp()");
    expect(await sweptAfterFlush()).toEqual([]);
  });
});

describe('notices (I10)', () => {
  const age = (caseId: string, minutes: number): Promise<unknown> =>
    superuser.query(
      "UPDATE regain.audit_events SET occurred_at = occurred_at - make_interval(mins => $2) WHERE chain_id = $1 AND type LIKE 'case.%'",
      [caseId, minutes],
    );

  it('that nobody wrote down are told: the job was lost before it ran', async () => {
    const caseId = await quietCase('approved', 1);
    await sql("UPDATE recovery_cases SET state = 'adjudicating' WHERE id = $", caseId);
    await test.database.transaction((tx) => core.cases.transition(tx, { caseId, name: 'approve', actor: SYSTEM }));
    expect(await sweptAfterFlush()).toEqual([]);
    await age(caseId, 11);
    expect(await sweptAfterFlush()).toEqual([{ event: 'case.approved', payload: { caseId, attempt: 1 } }]);
  });

  it('that are owed to one address are told', async () => {
    const caseId = await quietCase('link_sent', 1);
    await sql(
      "INSERT INTO notices (id, case_id, kind, channel, address_digest) VALUES ($, $, 'recovery_started', 'email', '\\x02')",
      newId('ntc', new Date()),
      caseId,
    );
    await age(caseId, 11);
    expect(await sweptAfterFlush()).toEqual([{ event: 'case.opened', payload: { caseId, attempt: 1 } }]);
  });

  it('that a hold has begun are told, though nobody wrote them down (T59)', async () => {
    const caseId = await quietCase('adjudicating', 1);
    await test.database.transaction((tx) =>
      core.cases.transition(tx, { caseId, name: 'hold', actor: SYSTEM, set: { holdSeconds: 3_600 } }),
    );
    await age(caseId, 11);
    expect(await sweptAfterFlush()).toEqual([{ event: 'case.held', payload: { caseId, attempt: 1 } }]);
    await sql("UPDATE recovery_cases SET state = 'in_review' WHERE id = $", caseId);
    expect(await sweptAfterFlush()).toEqual([]);
  });

  it('that were told in one attempt are looked for in the next, and in no attempt that had none (T59)', async () => {
    const caseId = await quietCase('adjudicating', 1);
    const approveIn = async (attempt: number): Promise<void> => {
      await sql("UPDATE recovery_cases SET state = 'adjudicating', attempt = $ WHERE id = $", attempt, caseId);
      await test.database.transaction((tx) => core.cases.transition(tx, { caseId, name: 'approve', actor: SYSTEM }));
    };
    await approveIn(1);
    await sql(
      "INSERT INTO notices (id, case_id, kind, attempt, channel, address_digest, sent_at) VALUES ($, $, 'recovery_approved', 1, 'email', '\\x02', now())",
      newId('ntc', new Date()),
      caseId,
    );
    await sql("UPDATE recovery_cases SET state = 'verifying', attempt = 2 WHERE id = $", caseId);
    await age(caseId, 11);
    expect(await sweptAfterFlush()).toEqual([]);
    await approveIn(2);
    await age(caseId, 11);
    expect(await sweptAfterFlush()).toEqual([{ event: 'case.approved', payload: { caseId, attempt: 2 } }]);
  });

  it('that ask are told while the case waits for the answer, once in each attempt', async () => {
    const caseId = await quietCase('held', 1);
    const asks = (reason: string): Promise<number> =>
      sql('UPDATE recovery_cases SET state_reason = $ WHERE id = $', reason, caseId);
    await test.database.transaction((tx) =>
      appendAudit(tx, { chainId: caseId, type: 'case.confirmation_requested', actor: SYSTEM }),
    );
    await age(caseId, 11);
    await asks('waiting_for_confirmation');
    expect(await sweptAfterFlush()).toEqual([
      { event: 'case.confirmation_requested', payload: { caseId, attempt: 1 } },
    ]);
    await asks('hold_running');
    expect(await sweptAfterFlush()).toEqual([]);
    await asks('waiting_for_confirmation');
    await sql(
      "INSERT INTO notices (id, case_id, kind, attempt, channel, address_digest, sent_at) VALUES ($, $, 'confirmation_needed', 1, 'email', '\\x02', now())",
      newId('ntc', new Date()),
      caseId,
    );
    expect(await sweptAfterFlush()).toEqual([]);
  });

  it('that were tried wait longer each time, and are given up in the end', async () => {
    const caseId = await quietCase('link_sent', 1);
    await age(caseId, 200);
    const found = async (tries: number, ageMinutes: number): Promise<number> => {
      await sql(
        'UPDATE notices SET sent_at = NULL, tries = $, created_at = clock_timestamp() - make_interval(mins => $) WHERE case_id = $',
        tries,
        ageMinutes,
        caseId,
      );
      return (await sweptAfterFlush()).length;
    };
    expect([await found(10, 99), await found(10, 101), await found(15, 4_000)]).toEqual([0, 1, 0]);
  });

  it('that were sent, and those of long ago, are left alone', async () => {
    const [sent, old] = [await quietCase('link_sent', 1), await quietCase('link_sent', 1)];
    await sql('UPDATE notices SET sent_at = NULL WHERE case_id = $', old);
    await age(sent, 11);
    await age(old, 5_000);
    expect(await sweptAfterFlush()).toEqual([]);
  });
});

describe('the sweeper itself', () => {
  it('counts what it finds once it is announced, and not when its round is rolled back', async () => {
    await quietCase('adjudicating', 61);
    await sql('DELETE FROM outbox');
    const found: string[] = [];
    const onFound = (event: string): void => void found.push(event);
    const cut = Object.create(test.database, {
      transaction: {
        value: (work: (tx: Transaction) => Promise<unknown>) =>
          test.database.transaction(async (tx) => {
            await work(tx);
            throw new Error('the connection was cut');
          }),
      },
    }) as Database;
    await expect(stage.sweeper({ database: cut, onFound }).sweep()).rejects.toThrow('was cut');
    expect(found).toEqual([]);
    await stage.sweeper({ onFound }).sweep();
    expect(found).toEqual(['verification.reported']);
  });

  it('announces work that stays undone every thirty seconds, not at every round (I11)', async () => {
    await quietCase('adjudicating', 61);
    await sql('DELETE FROM outbox');
    for (let round = 0; round < 5; round += 1) await sweeper().sweep();
    expect(await outbox()).toHaveLength(1);
    const olderBy = (seconds: number): Promise<unknown> =>
      sql('UPDATE outbox SET created_at = created_at - make_interval(secs => $)', seconds);
    // The rest is for a machine that is busy.
    await olderBy(20);
    await sweeper().sweep();
    expect(await outbox()).toHaveLength(1);
    await olderBy(10);
    await sweeper().sweep();
    expect(await outbox()).toHaveLength(2);
  });

  it('works once when several run at the same time (F47)', async () => {
    for (let index = 0; index < 5; index += 1) await quietCase('adjudicating', 61);
    await sql('DELETE FROM outbox');
    await Promise.all(Array.from({ length: 6 }, () => sweeper().sweep()));
    expect(await outbox()).toHaveLength(5);
  });

  it('clears what nobody needs: old outbox rows, keys and challenges', async () => {
    await sql(
      "INSERT INTO outbox (event, payload, published_at) VALUES ('case.opened', '{}', now() - interval '25 hours'), ('case.opened', '{}', now() - interval '23 hours')",
    );
    await sql(
      "INSERT INTO idempotency_keys (principal_digest, key_digest, request_sha256, expires_at) VALUES ('\\x01', '\\x01', '\\x01', now()), ('\\x01', '\\x02', '\\x01', now() + interval '1 hour')",
    );
    await test.database.transaction(pruneSpent);
    const counts = await test.database.read(
      (tx) =>
        tx.one`SELECT (SELECT count(*)::int FROM outbox) AS outbox, (SELECT count(*)::int FROM idempotency_keys) AS keys`,
    );
    expect(counts).toEqual({ outbox: 1, keys: 1 });
  });

  it('clears sign-ins that are over, ended or not, some at a time, and none that still counts', async () => {
    const { id: subjectId } = await addPerson(core);
    await sql(
      `INSERT INTO credentials (id, subject_id, credential_id, public_key, user_handle, aaguid, device_type, backed_up)
       VALUES ('pk_pruned', $, '\\x01', '\\x01', '\\x01', 'none', 'singleDevice', false)`,
      subjectId,
    );
    const signIn = async (name: string, at: { hoursAgo: number; ended?: boolean; lasts?: number }): Promise<void> => {
      const created = new Date(new Date().getTime() - at.hoursAgo * 3_600_000);
      const ended = at.ended ? created : null;
      await sql(
        `INSERT INTO relying_party_sessions (id, subject_id, credential_id, cookie_digest, created_at, expires_at, ended_at)
         VALUES ($, $, 'pk_pruned', $, $, $::timestamptz + make_interval(hours => $), $)`,
        ...[newId('ses', created), subjectId, Buffer.from(name), created, created, at.lasts ?? 8, ended],
      );
    };
    await signIn('old', { hoursAgo: 49 });
    await signIn('old and ended', { hoursAgo: 49, ended: true });
    await signIn('old and lasting', { hoursAgo: 49, lasts: 72 });
    await signIn('of yesterday', { hoursAgo: 24 });
    await signIn('new and ended', { hoursAgo: 1, ended: true });
    await signIn('new', { hoursAgo: 1 });
    await test.database.transaction(pruneSpent);
    const left = await test.database.read(
      (tx) => tx.many<{ name: string }>`
        SELECT encode(cookie_digest, 'escape') AS name FROM relying_party_sessions WHERE subject_id = ${subjectId} ORDER BY cookie_digest`,
    );
    expect(left.map(({ name }) => name)).toEqual(['new', 'new and ended', 'of yesterday', 'old and lasting']);
  });

  it('clears sessions of staff that are over, with who they were, and none that still counts', async () => {
    const session = (name: string, at: { hoursAgo: number; ended?: boolean }): Promise<unknown> => {
      const created = new Date(new Date().getTime() - at.hoursAgo * 3_600_000);
      return sql(
        `INSERT INTO staff_sessions (id, cookie_digest, claims_sealed, created_at, expires_at, ended_at)
         VALUES ($, $, $, $, $::timestamptz + interval '8 hours', $)`,
        ...[newId('sts', created), Buffer.from(name), Buffer.from('x'), created, created, at.ended ? created : null],
      );
    };
    await session('old', { hoursAgo: 25 });
    await session('old and ended', { hoursAgo: 25, ended: true });
    await session('of today', { hoursAgo: 20, ended: true });
    await session('new', { hoursAgo: 1 });
    await test.database.transaction(pruneSpent);
    const left = await test.database.read(
      (tx) => tx.many<{ name: string }>`SELECT encode(cookie_digest, 'escape') AS name FROM staff_sessions ORDER BY id`,
    );
    expect(left.map(({ name }) => name)).toEqual(['of today', 'new']);
  });
});
