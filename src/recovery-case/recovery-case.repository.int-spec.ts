import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auditOf } from '../../test/support/approved-case.js';
import { caseRow } from '../../test/support/case-desk.js';
import { addPerson, addPolicy, buildCore, openCase, type Core } from '../../test/model/core-stage.js';
import { bothCodes } from '../../test/support/both-codes.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import type { Policy } from '../policy/policy.js';
import { CASE_STATES, isTerminal, type CaseState } from './case-states.js';
import { TRANSITION_NAMES, transitionTable, type TransitionName } from './case-transitions.js';
import type { RecoveryCase } from './recovery-case.js';
import type { TransitionRequest } from './recovery-case.repository.js';

let test: TestDatabase;
let core: Core;
let policy: Policy;

beforeAll(async () => {
  test = await openTestDatabase();
  core = buildCore(test.database);
  policy = await addPolicy(core);
});
afterAll(() => test.close());

/** A case that stands in a state, put there by hand. */
async function caseIn(state: CaseState): Promise<RecoveryCase> {
  const { id: subjectId } = await addPerson(core);
  const { id } = await openCase(core, { policy, subjectId });
  return test.database.transaction(
    (tx) =>
      tx.one<RecoveryCase>`UPDATE recovery_cases SET state = ${state}, closed_at = CASE WHEN ${isTerminal(state)} THEN now() END WHERE id = ${id} RETURNING *`,
  );
}
const setTime = (id: string, seconds: number): Promise<number> =>
  test.database.transaction(
    (tx) =>
      tx.run`UPDATE recovery_cases SET expires_at = clock_timestamp() + make_interval(secs => ${seconds}) WHERE id = ${id}`,
  );
const apply = (
  caseId: string,
  name: TransitionName,
  more: Partial<TransitionRequest> = {},
): Promise<RecoveryCase | undefined> =>
  test.database.transaction(async (tx) => {
    if (name === 'submit_codes') await bothCodes(tx, { caseId, attempt: 1 });
    return core.cases.transition(tx, { caseId, name, actor: SYSTEM, ...more });
  });
const rowOf = (id: string): Promise<RecoveryCase> => caseRow(test.database, id);
const eventsOf = (id: string): Promise<{ event: string; payload: unknown }[]> =>
  test.database.read(
    (tx) =>
      tx.many<{
        event: string;
        payload: unknown;
      }>`SELECT event, payload FROM outbox WHERE payload->>'caseId' = ${id} ORDER BY id`,
  );

describe('a transition', () => {
  it.each(CASE_STATES)('from %s does what the table says, and nothing otherwise', async (state) => {
    for (const { name, target } of transitionTable().filter((entry) => entry.state === state)) {
      const before = await caseIn(state);
      if (name === 'expire') await setTime(before.id, -1);
      const [audit, events] = [await auditOf(test.database, before.id), await eventsOf(before.id)];
      const after = await apply(before.id, name);
      expect([name, after?.state]).toEqual([name, target]);
      const row = await rowOf(before.id);
      const changes = target === undefined ? 0 : 1;
      expect([name, row.state, row.version - before.version, row.closedAt !== null]).toEqual([
        name,
        target ?? state,
        changes,
        isTerminal(target ?? state),
      ]);
      expect((await auditOf(test.database, before.id)).length - audit.length).toBe(changes);
      expect((await eventsOf(before.id)).length - events.length).toBe(changes);
    }
  });

  it('carries its reason, actor, attempt and data into the audit row and only ids into the event', async () => {
    const { id } = await caseIn('verifying');
    await apply(id, 'wait', {
      reason: 'waiting_for_provider',
      set: { nextAttemptInSeconds: 30, provider: 'sandbox' },
      audit: { provider: 'sandbox' },
      actor: { kind: 'provider', id: 'sandbox' },
    });
    const { data, actorId } = await test.database.read(
      (tx) =>
        tx.one<{
          data: unknown;
          actorId: string;
        }>`SELECT data, actor_id FROM audit_events WHERE chain_id = ${id} ORDER BY seq DESC LIMIT 1`,
    );
    expect({ data, actorId }).toEqual({
      data: { provider: 'sandbox', state: 'verifying', attempt: 1, reason: 'waiting_for_provider' },
      actorId: 'sandbox',
    });
    expect((await eventsOf(id)).at(-1)).toEqual({ event: 'case.waiting', payload: { caseId: id, attempt: 1 } });
    const row = await rowOf(id);
    expect([row.stateReason, row.provider, row.nextAttemptAt !== null]).toEqual([
      'waiting_for_provider',
      'sandbox',
      true,
    ]);
    await apply(id, 'report');
    const next = await rowOf(id);
    expect([next.stateReason, next.provider, next.nextAttemptAt]).toEqual([null, 'sandbox', null]);
  });

  it('loses with an attempt that is over: a worker that woke up too late (F5)', async () => {
    const { id } = await caseIn('verifying');
    await apply(id, 'retry', { attempt: 1 });
    await apply(id, 'submit', { attempt: 2 });
    expect(await apply(id, 'report', { attempt: 1 })).toBeUndefined();
    expect((await apply(id, 'report', { attempt: 2 }))?.state).toBe('adjudicating');
  });

  it('starts an attempt by retry and recapture alone', async () => {
    const counted: string[] = [];
    for (const { state, name, target } of transitionTable()) {
      if (target === undefined || name === 'expire') continue;
      const { id } = await caseIn(state);
      if ((await apply(id, name))?.attempt === 2) counted.push(name);
    }
    expect([...new Set(counted)].sort()).toEqual(['recapture', 'retry']);
  });

  it('is refused outside `onlyFrom`, and `onlyFrom` opens nothing the table does not have', async () => {
    const { id } = await caseIn('in_review');
    expect(await apply(id, 'approve', { onlyFrom: ['adjudicating'] })).toBeUndefined();
    expect(await apply(id, 'complete', { onlyFrom: ['in_review'] })).toBeUndefined();
    expect((await apply(id, 'approve', { onlyFrom: ['in_review'] }))?.state).toBe('approved');
  });

  it('of a case whose time is over is refused, all but expire; and expire needs the time to be over', async () => {
    for (const name of TRANSITION_NAMES) {
      const from =
        transitionTable().find((entry) => entry.name === name && entry.target !== undefined)?.state ?? 'link_sent';
      const { id } = await caseIn(from);
      if (name === 'expire') expect(await apply(id, 'expire')).toBeUndefined();
      await setTime(id, -0.001);
      expect([name, (await apply(id, name))?.state]).toEqual([name, name === 'expire' ? 'expired' : undefined]);
    }
  });

  it('of a case that does not exist is refused', async () => {
    expect(await apply('rc_00000000000000000000000000', 'cancel')).toBeUndefined();
  });

  it('leaves no trace when its transaction fails afterwards (I4)', async () => {
    const { id } = await caseIn('approved');
    const before = { row: await rowOf(id), audit: await auditOf(test.database, id), events: await eventsOf(id) };
    const work = test.database.transaction(async (tx) => {
      await core.cases.transition(tx, { caseId: id, name: 'complete', actor: SYSTEM });
      throw new Error('afterwards');
    });
    await expect(work).rejects.toThrow('afterwards');
    expect({ row: await rowOf(id), audit: await auditOf(test.database, id), events: await eventsOf(id) }).toEqual(
      before,
    );
  });

  it('is won by exactly one of many that race, with one audit row and one event', async () => {
    const { id } = await caseIn('in_review');
    const rivals: TransitionName[] = ['approve', 'deny', 'cancel', 'retry', 'hold'];
    const outcomes = await Promise.all(
      Array.from({ length: 25 }, (_, index) =>
        apply(id, rivals[index % rivals.length] ?? 'deny', { onlyFrom: ['in_review'] }),
      ),
    );
    expect(outcomes.filter(Boolean)).toHaveLength(1);
    const row = await rowOf(id);
    expect(row.version).toBe(2);
    expect((await auditOf(test.database, id)).length).toBe(2);
  });
});

describe('the database itself', () => {
  it.each(['completed', 'denied', 'expired', 'cancelled'] as const)(
    'keeps a %s case closed, whatever SQL is run (I6)',
    async (state) => {
      const { id } = await caseIn(state);
      const reopen = test.database.transaction(
        (tx) => tx.run`UPDATE recovery_cases SET state = 'approved', closed_at = NULL WHERE id = ${id}`,
      );
      await expect(reopen).rejects.toMatchObject({ code: 'RG001' });
      const switched = test.database.transaction(
        (tx) =>
          tx.run`UPDATE recovery_cases SET state = ${state === 'denied' ? 'completed' : 'denied'} WHERE id = ${id}`,
      );
      await expect(switched).rejects.toMatchObject({ code: 'RG001' });
    },
  );

  it.each<[string, Omit<Parameters<typeof bothCodes>[1], 'caseId' | 'attempt'>]>([
    ['no code', { methods: [] }],
    ['the saved code alone', { methods: ['saved'] }],
    ['the sent code alone', { methods: ['issued'] }],
    ['both, and nobody asked', { submitted: false }],
  ])('T61 lets no case go by codes with %s, whatever SQL is run', async (_what, codes) => {
    const { id: caseId } = await caseIn('awaiting_evidence');
    const skipped = test.database.transaction(async (tx) => {
      await bothCodes(tx, { caseId, attempt: 1, ...codes });
      await tx.run`UPDATE recovery_cases SET state = 'adjudicating' WHERE id = ${caseId}`;
    });
    await expect(skipped).rejects.toMatchObject({ code: 'RG004' });
  });

  it('T61 takes codes of the browser that is bound to the attempt, and of no other', async () => {
    const { id: caseId } = await caseIn('awaiting_evidence');
    const skipped = test.database.transaction(async (tx) => {
      await bothCodes(tx, { caseId, attempt: 1, methods: ['issued'] });
      const another = Buffer.from([1]);
      await tx.run`INSERT INTO given_recovery_codes (case_id, method, capture_digest) VALUES (${caseId}, 'saved', ${another})`;
      await tx.run`UPDATE recovery_cases SET state = 'adjudicating' WHERE id = ${caseId}`;
    });
    await expect(skipped).rejects.toMatchObject({ code: 'RG004' });
  });

  it('keeps subject, door and mode for ever', async () => {
    const { id } = await caseIn('link_sent');
    const { id: other } = await addPerson(core);
    for (const change of [
      () => test.database.transaction((tx) => tx.run`UPDATE recovery_cases SET subject_id = ${other} WHERE id = ${id}`),
      () => test.database.transaction((tx) => tx.run`UPDATE recovery_cases SET door = 'oidc' WHERE id = ${id}`),
      () => test.database.transaction((tx) => tx.run`UPDATE recovery_cases SET mode = 'evaluation' WHERE id = ${id}`),
    ]) {
      await expect(change()).rejects.toMatchObject({ code: 'RG002' });
    }
  });

  it('allows one living case for an account (T9)', async () => {
    const { id: subjectId } = await addPerson(core);
    const first = await openCase(core, { policy, subjectId });
    const others = await Promise.allSettled(Array.from({ length: 8 }, () => openCase(core, { policy, subjectId })));
    expect(others.every((outcome) => outcome.status === 'rejected')).toBe(true);
    await apply(first.id, 'cancel');
    const again = await Promise.allSettled(Array.from({ length: 8 }, () => openCase(core, { policy, subjectId })));
    expect(again.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
  });
});
