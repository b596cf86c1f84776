import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { codeOf } from '../../test/model/browser-stub.js';
import { addPerson, addPolicy, buildCore, openCase, type Core } from '../../test/model/core-stage.js';
import { auditOf } from '../../test/support/approved-case.js';
import { caseRow, changeProfile, staff } from '../../test/support/case-desk.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import type { Policy } from '../policy/policy.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { CaseViews } from './case-view.js';

let test: TestDatabase;
let core: Core;
let policy: Policy;

beforeAll(async () => {
  test = await openTestDatabase({ poolSize: 16 });
  core = buildCore(test.database);
  policy = await addPolicy(core, { relay: { allowed: true, holdSeconds: 0 } });
});
afterAll(() => test.close());

const rowOf = (id: string): Promise<RecoveryCase> => caseRow(test.database, id);
const authorize = (caseId: string, by: string): Promise<string> =>
  codeOf(core.authorizations.authorize(caseId, staff(by)));
const givenTo = (caseId: string): Promise<{ authorizedBy: string }[]> =>
  test.database.read(
    (tx) => tx.many<{ authorizedBy: string }>`
      SELECT authorized_by FROM case_authorizations WHERE case_id = ${caseId} ORDER BY authorized_by`,
  );

describe('a second person for a privileged account (T49)', () => {
  async function waiting(opener: string): Promise<string> {
    const { id } = await addPerson(core, { privileged: true });
    const { recoveryCase, link } = await core.service.open(
      { subject: { id }, delivery: { channel: 'relay' }, reason: 'x' },
      staff(opener),
    );
    expect([recoveryCase.state, link]).toEqual(['awaiting_authorization', undefined]);
    return recoveryCase.id;
  }

  it('is somebody else than the opener', async () => {
    const caseId = await waiting('opener');
    expect([await authorize(caseId, 'opener'), (await rowOf(caseId)).state]).toEqual([
      'separation_of_duties',
      'awaiting_authorization',
    ]);
    expect([await authorize(caseId, 'second'), (await rowOf(caseId)).state]).toEqual(['done', 'link_sent']);
  });

  it.each(['login', 'id', 'address', 'employee id'] as const)(
    'is never the one it is about, whatever they are called at the identity provider: %s',
    async (name) => {
      const { id, login } = await addPerson(core, { privileged: true });
      const employeeId = `E-${login}`;
      await changeProfile({ database: test.database, subjects: core.subjects }, id, { employeeId });
      const address = await test.database.read(async (tx) => {
        const subject = await core.subjects.find(tx, id);
        return subject?.profile.reveal().emails[0] ?? '';
      });
      const own = { login: login.toUpperCase(), id, address, 'employee id': employeeId }[name];
      const open = (by: string): Promise<string> =>
        codeOf(core.service.open({ subject: { id }, delivery: { channel: 'relay' }, reason: 'x' }, staff(by)));
      expect(await open(own)).toBe('separation_of_duties');
      const recoveryCase = await openCase(core, { policy, subjectId: id });
      expect([await authorize(recoveryCase.id, own), (await rowOf(recoveryCase.id)).state]).toEqual([
        'separation_of_duties',
        'awaiting_authorization',
      ]);
      expect(await authorize(recoveryCase.id, 'second')).toBe('done');
    },
  );

  it('authorizes once: a refusal leaves no row behind', async () => {
    const caseId = await waiting('opener');
    const codes = await Promise.all(['a', 'b', 'c', 'd'].map((by) => authorize(caseId, by)));
    expect(codes.filter((code) => code === 'done')).toHaveLength(1);
    expect(await givenTo(caseId)).toHaveLength(1);
  });

  it('cannot be skipped by a fresh link: none is made before', async () => {
    const caseId = await waiting('opener');
    expect(await codeOf(core.help.resendLink(caseId, staff('opener')))).toBe('wrong_state');
  });

  it('of an unknown case is not found', async () => {
    expect(await authorize('rc_00000000000000000000000000', 'second')).toBe('not_found');
  });
});

describe('two people for a privileged case that nobody of staff is named to have opened (T49)', () => {
  async function waiting(kind: 'self_service' | 'api_key', id: string = kind): Promise<string> {
    const { id: subjectId } = await addPerson(core, { privileged: true });
    const opened = await test.database.transaction(async (tx) => {
      const subject = await core.subjects.find(tx, subjectId);
      return subject && core.opening.open(tx, { subject, policy, opener: { kind, id }, channel: 'email' });
    });
    expect(opened?.state).toBe('awaiting_authorization');
    return opened?.id ?? '';
  }
  const view = (caseId: string) =>
    test.database.read(async (tx) =>
      new CaseViews(core.subjects, core.policies).of(tx, await core.service.require(tx, caseId)),
    );

  it.each(['self_service', 'api_key'] as const)(
    'T49: one agent alone is not enough, however often they ask: opened by %s',
    async (kind) => {
      const caseId = await waiting(kind);
      expect((await view(caseId)).authorizations).toEqual({ given: 0, needed: 2, lapsesAt: null });
      expect([await authorize(caseId, 'agent'), await authorize(caseId, 'agent')]).toEqual([
        'done',
        'separation_of_duties',
      ]);
      expect(await rowOf(caseId)).toMatchObject({
        state: 'awaiting_authorization',
        stateReason: 'waiting_for_second_person',
      });
      expect((await view(caseId)).authorizations).toMatchObject({ given: 1, needed: 2 });
      expect(await codeOf(core.help.resendLink(caseId, staff('agent')))).toBe('wrong_state');
      expect([await authorize(caseId, 'other'), (await rowOf(caseId)).state]).toEqual(['done', 'link_sent']);
      expect((await view(caseId)).authorizations).toBeNull();
    },
  );

  const minutesPass = async (caseId: string, minutes: number): Promise<void> => {
    for (const table of ['authorizations_renewed', 'case_authorizations'])
      await test.asOwner(
        `UPDATE ${table} SET authorized_at = authorized_at - make_interval(mins => $2) WHERE case_id = $1`,
        [caseId, minutes],
      );
  };

  it('T49: their yeses count within thirty minutes of one another; one that lapsed is given anew, by whomever', async () => {
    const caseId = await waiting('self_service');
    await authorize(caseId, 'first');
    const until = new Date((await view(caseId)).authorizations?.lapsesAt ?? 0).getTime() - Date.now();
    expect(Math.round(until / 60_000)).toBe(30);
    await minutesPass(caseId, 31);
    expect((await view(caseId)).authorizations).toEqual({ given: 0, needed: 2, lapsesAt: null });
    expect([await authorize(caseId, 'other'), (await rowOf(caseId)).state]).toEqual(['done', 'awaiting_authorization']);
    await minutesPass(caseId, 31);
    expect([await authorize(caseId, 'first'), await authorize(caseId, 'first')]).toEqual([
      'done',
      'separation_of_duties',
    ]);
    await minutesPass(caseId, 29);
    expect([await authorize(caseId, 'other'), (await rowOf(caseId)).state]).toEqual(['done', 'link_sent']);
    // What was given together stays given.
    await minutesPass(caseId, 600);
    expect(await authorize(caseId, 'third')).toBe('wrong_state');
    expect((await auditOf(test.database, caseId)).filter((type) => type.startsWith('case.authoriz'))).toEqual([
      'case.authorization_given',
      'case.authorization_given',
      'case.authorization_given',
      'case.authorized',
    ]);
  });

  it('T49: whose yes lapsed is asked for it again; whose yes counts is not', async () => {
    const caseId = await waiting('self_service');
    const mayGive = (who: string) =>
      test.database.read(async (tx) =>
        core.authorizations.mayGive(tx, await core.service.require(tx, caseId), staff(who)),
      );
    await authorize(caseId, 'agent');
    expect(await mayGive('agent')).toBe(false);
    await minutesPass(caseId, 31);
    expect(await mayGive('agent')).toBe(true);
    await Promise.all(Array.from({ length: 4 }, () => authorize(caseId, 'agent')));
    expect((await view(caseId)).authorizations).toMatchObject({ given: 1, needed: 2 });
  });

  it('T49: the audit trail names both, and which of them was the first of two', async () => {
    const caseId = await waiting('self_service');
    await authorize(caseId, 'first');
    await authorize(caseId, 'second');
    const rows = await test.database.read(
      (tx) => tx.many<{ type: string; actorId: string; data: object }>`SELECT type, actor_id, data FROM audit_events
        WHERE chain_id = ${caseId} AND type LIKE 'case.authoriz%' ORDER BY seq`,
    );
    expect(rows).toEqual([
      { type: 'case.authorization_given', actorId: 'first', data: { given: 1, needed: 2 } },
      { type: 'case.authorized', actorId: 'second', data: expect.objectContaining({ given: 2, needed: 2 }) },
    ]);
  });

  it('T49: racing each other they are two; one of them racing themself is one', async () => {
    const alone = await waiting('api_key', 'key_of_the_ticket_tool');
    const tries = await Promise.all(Array.from({ length: 6 }, () => authorize(alone, 'agent')));
    expect(tries.filter((code) => code === 'done')).toHaveLength(1);
    expect((await rowOf(alone)).state).toBe('awaiting_authorization');
    const together = await waiting('self_service');
    await Promise.all(['a', 'b'].map((by) => authorize(together, by)));
    expect((await rowOf(together)).state).toBe('link_sent');
    expect((await auditOf(test.database, together)).filter((type) => type === 'case.authorized')).toHaveLength(1);
  });

  it('T49: a case that went on with fewer takes the other one wherever it is, by the same rules, and stays there', async () => {
    const caseId = await waiting('api_key');
    await authorize(caseId, 'agent');
    for (const state of ['link_sent', 'in_review', 'held']) {
      await test.asOwner('UPDATE recovery_cases SET state = $2 WHERE id = $1', [caseId, state]);
      expect(await authorize(caseId, 'agent')).toBe('separation_of_duties');
    }
    expect([await authorize(caseId, 'other'), (await rowOf(caseId)).state]).toEqual(['done', 'held']);
    expect(await authorize(caseId, 'third')).toBe('wrong_state');
    expect((await auditOf(test.database, caseId)).filter((type) => type.startsWith('case.authoriz'))).toEqual([
      'case.authorization_given',
      'case.authorization_given',
    ]);
  });

  it('T49: nor does one that is closed, or whose account is not privileged', async () => {
    const closed = await waiting('api_key');
    await core.service.cancel(closed, { reason: 'x', principal: staff('agent') });
    expect([await authorize(closed, 'other'), await givenTo(closed)]).toEqual(['wrong_state', []]);
    const { id } = await addPerson(core);
    const ordinary = await openCase(core, { policy, subjectId: id });
    expect([await authorize(ordinary.id, 'other'), await givenTo(ordinary.id)]).toEqual(['wrong_state', []]);
  });

  it('T49: an account that became privileged after its case was opened has its second person then', async () => {
    const { id } = await addPerson(core);
    const { id: caseId } = await openCase(core, { policy, subjectId: id });
    await test.asOwner('UPDATE subjects SET privileged = true WHERE id = $1', [id]);
    expect([await authorize(caseId, 'second'), await authorize(caseId, 'third')]).toEqual(['done', 'wrong_state']);
    expect((await givenTo(caseId)).map(({ authorizedBy }) => authorizedBy)).toEqual(['second']);
  });

  it('T49: a refusal leaves no row behind, nor does a yes that comes too late', async () => {
    const caseId = await waiting('self_service');
    await test.database.transaction(
      (tx) => tx.run`UPDATE recovery_cases SET expires_at = clock_timestamp() WHERE id = ${caseId}`,
    );
    expect([await authorize(caseId, 'agent'), await givenTo(caseId)]).toEqual(['wrong_state', []]);
  });
});
