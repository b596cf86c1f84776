import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { addPerson } from '../../test/model/core-stage.js';
import { SweeperStage } from '../../test/model/sweeper-stage.js';
import { appendAudit } from '../audit-trail/append.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import { routes } from '../pipeline.js';
import { newId } from '../platform/ids/ids.js';
import { pruneSpent } from './pruning.js';
import { toldEvents } from './lost-notices.js';

let stage: SweeperStage;

beforeAll(async () => {
  stage = await SweeperStage.open();
});
afterAll(() => stage.close());
beforeEach(() => stage.empty());

describe('after everything in the queue was lost (rule 2, F10)', () => {
  describe.each([
    ['approved', 1],
    ['awaiting_evidence', 2],
  ] as const)('whoever stands outside while their case is %s', (state, attempt) => {
    const outside = async (): Promise<string> => {
      const caseId = await stage.quietCase(state, 601);
      await stage.sql('UPDATE recovery_cases SET attempt = $ WHERE id = $', attempt, caseId);
      await stage.test.database.transaction((tx) => stage.core.links.killAll(tx, caseId));
      return caseId;
    };
    const inFlow = (caseId: string) =>
      stage.test.database.transaction((tx) => stage.core.flows.open(tx, { caseId, language: 'en' }));

    it('is led back: neither a browser nor a link knows the case', async () => {
      const caseId = await outside();
      expect(await stage.sweptAfterFlush()).toEqual([{ event: 'case.way_back_due', payload: { caseId, attempt } }]);
    });

    it('is led back when their page session is over, and not while it lives', async () => {
      const caseId = await outside();
      await inFlow(caseId);
      expect(await stage.sweptAfterFlush()).toEqual([]);
      await stage.sql("UPDATE flow_sessions SET seen_at = now() - interval '31 minutes' WHERE case_id = $", caseId);
      expect(await stage.sweptAfterFlush()).toHaveLength(1);
    });

    it('is not led back by two links, nor where an agent passes the link on, nor before the job had its time', async () => {
      const [linked, relayed, fresh] = [await outside(), await outside(), await outside()];
      await stage.test.database.transaction((tx) =>
        stage.core.links.issue(tx, { caseId: linked, ttlSeconds: 3_600, actor: SYSTEM }),
      );
      await stage.test.asOwner("UPDATE recovery_cases SET channel = 'relay' WHERE id = $1", [relayed]);
      await stage.sql("UPDATE recovery_cases SET updated_at = now() - interval '5 minutes' WHERE id = $", fresh);
      expect(await stage.sweptAfterFlush()).toEqual([]);
    });
  });

  it('a person in their first attempt has been led nowhere yet', async () => {
    const caseId = await stage.quietCase('awaiting_evidence', 601);
    await stage.test.database.transaction((tx) => stage.core.links.killAll(tx, caseId));
    expect(await stage.sweptAfterFlush()).toEqual([]);
  });
});

describe('notices that nobody wrote down (I10)', () => {
  it.each(toldEvents(routes))('that $kind are told wherever the pipeline tells them: after $event', async (told) => {
    const caseId = await stage.quietCase('held', 1);
    await stage.superuser.query('TRUNCATE regain.notices, regain.audit_events, regain.audit_heads CASCADE');
    if (told.kind === 'confirmation_needed')
      await stage.sql("UPDATE recovery_cases SET state_reason = 'waiting_for_confirmation' WHERE id = $", caseId);
    await stage.test.database.transaction((tx) =>
      appendAudit(tx, { chainId: caseId, type: told.event as never, actor: SYSTEM }),
    );
    await stage.superuser.query("UPDATE regain.audit_events SET occurred_at = occurred_at - interval '11 minutes'");
    expect(await stage.sweptAfterFlush()).toEqual([{ event: told.event, payload: { caseId, attempt: 1 } }]);
  });
});

describe('notices of a hold that no address took (T59)', () => {
  const tried = (caseId: string, digest: number, sent = false) =>
    stage.sql(
      `INSERT INTO notices (id, case_id, kind, attempt, channel, address_digest, tries, sent_at, created_at)
       VALUES ($, $, 'recovery_held', 1, 'email', decode(lpad(to_hex($::int), 2, '0'), 'hex'), 15, CASE WHEN $ THEN now() END, now() - interval '1 minute')`,
      newId('ntc', new Date()),
      caseId,
      digest,
      sent,
    );
  async function heldCase(): Promise<string> {
    const caseId = await stage.quietCase('held', 1);
    await stage.superuser.query('TRUNCATE regain.notices, regain.audit_events, regain.audit_heads CASCADE');
    await stage.test.database.transaction((tx) =>
      appendAudit(tx, { chainId: caseId, type: 'case.held', actor: SYSTEM }),
    );
    await stage.superuser.query("UPDATE regain.audit_events SET occurred_at = occurred_at - interval '11 minutes'");
    await tried(caseId, 1);
    return caseId;
  }

  it('T59: are not given up while it lasts', async () => {
    const caseId = await heldCase();
    const due = [{ event: 'case.held', payload: { caseId, attempt: 1 } }];
    expect(await stage.sweptAfterFlush()).toEqual(due);
    await tried(caseId, 2, true);
    expect(await stage.sweptAfterFlush()).toEqual([]);
    // One that counts is still missing.
    await stage.sql("UPDATE recovery_cases SET state_reason = 'waiting_for_notice' WHERE id = $", caseId);
    expect(await stage.sweptAfterFlush()).toEqual(due);
    await stage.sql("UPDATE recovery_cases SET state = 'approved', state_reason = NULL WHERE id = $", caseId);
    expect(await stage.sweptAfterFlush()).toEqual([]);
  });

  it('T59: are looked for again once the approval was given anew after it had been taken back, and not before', async () => {
    const caseId = await heldCase();
    const decided = (verdict: string, minutesAgo: number) =>
      stage.test.asOwner(
        `INSERT INTO decisions (id, case_id, attempt, verdict, bucket, findings, policy_id, policy_version, decided_by, decided_at)
         SELECT $1, id, 1, $2, 'confirmed', '[]', policy_id, policy_version, $3, now() - make_interval(mins => $4::int) FROM recovery_cases WHERE id = $5`,
        [newId('dec', new Date()), verdict, `at:${minutesAgo}`, minutesAgo, caseId],
      );
    await stage.sql("UPDATE notices SET sent_at = now() - interval '30 minutes' WHERE case_id = $", caseId);
    await decided('approve', 40);
    expect(await stage.sweptAfterFlush()).toEqual([]);
    await decided('refer', 20);
    await decided('approve', 15);
    expect(await stage.sweptAfterFlush()).toEqual([{ event: 'case.held', payload: { caseId, attempt: 1 } }]);
    await decided('approve', 5);
    await stage.sql("UPDATE notices SET sent_at = now() - interval '14 minutes' WHERE case_id = $", caseId);
    expect(await stage.sweptAfterFlush()).toEqual([]);
  });

  it('are not looked for at an address that is not told any more', async () => {
    const caseId = await heldCase();
    await stage.sql("UPDATE notices SET last_error = 'address_gone' WHERE case_id = $", caseId);
    expect(await stage.sweptAfterFlush()).toEqual([]);
  });
});

describe('held cases that wait for a notice (T59)', () => {
  const WAITING = 500;

  /** As many as a round looks at, of an hour ago, whose notices were tried for as long as others are. */
  async function waitingCases(): Promise<string> {
    const like = await stage.quietCase('held', 3_600);
    await stage.sql(
      "UPDATE recovery_cases SET state_reason = 'waiting_for_notice', held_until = now() - interval '1 hour' WHERE id = $",
      like,
    );
    const subject = "'sub_' || lpad(n::text, 26, '0')";
    const copies = (table: string, set: string): string =>
      `INSERT INTO regain.${table} SELECT (jsonb_populate_record(t, jsonb_build_object(${set}))).* FROM regain.${table} t, generate_series(2, ${WAITING}) AS n`;
    const ofCase = `WHERE t.case_id = '${like}' AND t.kind = 'recovery_held'`;
    await stage.superuser.query('TRUNCATE regain.notices, regain.audit_events, regain.audit_heads CASCADE');
    await stage.test.database.transaction((tx) => appendAudit(tx, { chainId: like, type: 'case.held', actor: SYSTEM }));
    await stage.superuser.query("UPDATE regain.audit_events SET occurred_at = occurred_at - interval '1 hour'");
    await stage.sql(
      "INSERT INTO notices (id, case_id, kind, attempt, channel, address_digest, tries, created_at) VALUES ($, $, 'recovery_held', 1, 'email', '\\x01', 15, now() - interval '1 hour')",
      newId('ntc', new Date()),
      like,
    );
    // Without the checks of what they lean on: it comes with them.
    await stage.superuser.query(`BEGIN; SET LOCAL session_replication_role = replica;
      ${copies('subjects', `'id', ${subject}, 'account_index', t.account_index || n, 'login_digest', sha256(n::text::bytea), 'employee_id_digest', null`)} WHERE t.id = (SELECT subject_id FROM regain.recovery_cases WHERE id = '${like}');
      ${copies('recovery_cases', `'id', t.id || n, 'reference', t.reference || n, 'subject_id', ${subject}`)} WHERE t.id = '${like}';
      ${copies('audit_events', "'id', t.id || n, 'chain_id', t.chain_id || n")} WHERE t.chain_id = '${like}';
      ${copies('notices', "'id', t.id || n, 'case_id', t.case_id || n")} ${ofCase}; COMMIT`);
    return like;
  }

  const found = (events: { event: string; payload: Record<string, unknown> }[], event: string) =>
    events.filter((one) => one.event === event).map(({ payload }) => payload['caseId']);

  it('T59: keep no lost work from being found, however many there are, and are looked at again after ten minutes', async () => {
    await waitingCases();
    const [undecided, over, unwritten] = [
      await stage.quietCase('adjudicating', 61),
      await stage.quietCase('held', 1),
      await stage.quietCase('approved', 1),
    ];
    await stage.sql("UPDATE recovery_cases SET held_until = now() - interval '1 second' WHERE id = $", over);
    await stage.test.database.transaction((tx) =>
      appendAudit(tx, { chainId: unwritten, type: 'case.approved', actor: SYSTEM }),
    );
    await stage.superuser.query(
      "UPDATE regain.audit_events SET occurred_at = occurred_at - interval '11 minutes' WHERE chain_id = $1",
      [unwritten],
    );
    const first = await stage.sweptAfterFlush();
    expect(found(first, 'verification.reported')).toEqual([undecided]);
    expect(found(first, 'case.hold_due')).toContain(over);
    expect(found(first, 'case.approved')).toEqual([unwritten]);
    // The two that had no room in that round, and no other.
    const second = found(await stage.sweptAfterFlush(), 'case.hold_due');
    expect(second).toHaveLength(3);
    expect(found(await stage.sweptAfterFlush(), 'case.hold_due')).toEqual([over]);
    await stage.sql("UPDATE recovery_cases SET next_attempt_at = next_attempt_at - interval '10 minutes'");
    // With the decision as many as a round looks at.
    expect(found(await stage.sweptAfterFlush(), 'case.hold_due')).toHaveLength(WAITING - 1);
  });
});

describe('notices about an account (T48)', () => {
  const owe = async (minutes: number, tries = 0): Promise<{ subjectId: string; noticeId: string }> => {
    const { id: subjectId } = await addPerson(stage.core);
    const { rows } = await stage.superuser.query<{ id: string }>(
      "INSERT INTO regain.account_notices (subject_id, event, owed_since, tries) VALUES ($1, 'subject.contacts_changed', now() - make_interval(mins => $2), $3) RETURNING id",
      [subjectId, minutes, tries],
    );
    return { subjectId, noticeId: rows[0]?.id ?? '' };
  };

  it('T48: that are owed are told, though the queue lost their job, each of one account', async () => {
    const first = await owe(11);
    await owe(9);
    const { rows } = await stage.superuser.query<{ id: string }>(
      "INSERT INTO regain.account_notices (subject_id, event, owed_since) VALUES ($1, 'subject.contacts_changed', now() - interval '10 minutes 1 second') RETURNING id",
      [first.subjectId],
    );
    const second = { ...first, noticeId: rows[0]?.id };
    const due = [first, second].map((payload) => ({ event: 'subject.contacts_changed', payload }));
    expect(await stage.sweptAfterFlush()).toEqual(due);
    await stage.sweeper().sweep();
    expect(await stage.outbox()).toEqual(due);
  });

  it('that were tried wait longer each time, and are given up in the end, then forgotten', async () => {
    for (const [minutes, tries] of [
      [99, 10],
      [101, 10],
      [4_000, 15],
      [44_000, 15],
    ] as const)
      await owe(minutes, tries);
    expect(await stage.sweptAfterFlush()).toHaveLength(1);
    await stage.test.database.transaction(pruneSpent);
    const { rowCount } = await stage.superuser.query('SELECT FROM regain.account_notices');
    expect(rowCount).toBe(3);
  });
});
