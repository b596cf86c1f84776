import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BrowserStub, codeOf } from '../../test/model/browser-stub.js';
import { addPerson, addPolicy, buildCore, openCase, type Core } from '../../test/model/core-stage.js';
import { auditOf } from '../../test/support/approved-case.js';
import { caseRow, secretOf, staff } from '../../test/support/case-desk.js';
import { nextVersion } from '../../test/support/next-version.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { CallCodes } from './call-codes.js';
import { CaseOpening } from './case-opening.js';
import { appendAudit } from '../audit-trail/append.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import type { Principal } from '../platform/http/request-context.js';
import type { Policy } from '../policy/policy.js';
import { CASE_STATES } from '../recovery-case/case-states.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';

const UNKNOWN = 'rc_00000000000000000000000000';

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

/** A relayed case whose person has started, with the code they see. */
async function relayed(): Promise<{ caseId: string; login: string; code: string; wrong: string }> {
  const { login } = await addPerson(core);
  const { recoveryCase, link = '' } = await core.service.open(
    { subject: { login }, delivery: { channel: 'relay' }, reason: 'call' },
    staff('agent'),
  );
  await core.entry.start(secretOf(link), new BrowserStub().exchange);
  const code = await test.database.read(async (tx) => {
    const row = await core.cases.find(tx, recoveryCase.id);
    return (
      await core.keys.open(tx, recoveryCase.id, { sealed: row?.callCodeSealed ?? Buffer.alloc(0), use: 'call-code' })
    ).toString();
  });
  return { caseId: recoveryCase.id, login, code, wrong: code === '0000' ? '0001' : '0000' };
}
const confirm = (caseId: string, code: string): Promise<string> =>
  codeOf(core.help.confirmCallCode(caseId, { code, principal: staff('agent') }));

describe('opening', () => {
  it('gives a case a reference that no other has, and says nothing of another case when one is drawn that is taken', async () => {
    const { reference } = await openCase(core, { policy, subjectId: (await addPerson(core)).id });
    class Unlucky extends CaseOpening {
      protected override references(): string[] {
        return [reference, ...super.references()];
      }
    }
    const opening = new Unlucky(core.clock, core.keys, core.metrics);
    const { id: subjectId } = await addPerson(core);
    const opened = await openCase({ ...core, opening }, { policy, subjectId });
    expect([opened.subjectId, opened.reference === reference]).toEqual([subjectId, false]);
  });

  it('gives a link for relay alone, once', async () => {
    const [first, second] = [await addPerson(core), await addPerson(core)];
    const mailed = await core.service.open(
      { subject: { id: first.id }, delivery: { channel: 'email' }, reason: 'call' },
      staff('agent'),
    );
    const relay = await core.service.open(
      { subject: { login: second.login }, delivery: { channel: 'relay' }, reason: 'call' },
      staff('agent'),
    );
    expect([mailed.link, relay.link]).toEqual([undefined, expect.stringMatching(/\/r\/[\w-]{43}$/)]);
  });

  it('tells the help desk why not, and changes nothing', async () => {
    const [busy, disabled, unreachable] = [
      await addPerson(core),
      await addPerson(core, { status: 'disabled' }),
      await addPerson(core, { emails: [] }),
    ];
    await openCase(core, { policy, subjectId: busy.id });
    const open = (login: string, channel: RecoveryCase['channel'] = 'email'): Promise<string> =>
      codeOf(core.service.open({ subject: { login }, delivery: { channel }, reason: 'x' }, staff('agent')));
    expect([
      await open(busy.login),
      await open(disabled.login),
      await open(unreachable.login),
      await open('nobody'),
      await open(disabled.login, 'sms'),
    ]).toEqual([
      'case_already_open',
      'subject_not_recoverable',
      'subject_not_recoverable',
      'not_found',
      'subject_not_recoverable',
    ]);
  });

  it('stops an agent who opens too many (T50)', async () => {
    const strict = buildCore(test.database, { ring: core.ring, limitScale: 0.05 });
    const codes: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      const { login } = await addPerson(core);
      codes.push(
        await codeOf(
          strict.service.open({ subject: { login }, delivery: { channel: 'email' }, reason: 'x' }, staff('busy agent')),
        ),
      );
    }
    expect(codes).toEqual(['done', 'done', 'done', 'too_many_requests', 'too_many_requests']);
  });

  it('T51: says of an id that names nothing that there is nothing, the same for every call', async () => {
    const { service, help } = core;
    const [id, principal] = ['rc_00000000000000000000000000', staff('agent')];
    const calls = [
      help.resendLink(id, principal),
      help.confirmCallCode(id, { code: '0000', principal }),
      core.authorizations.authorize(id, principal),
      service.cancel(id, { reason: 'x', principal }),
      test.database.read((tx) => service.require(tx, id)),
    ];
    const answers = await Promise.all(
      calls.map((call) =>
        call.then(
          () => 'done',
          (error: { code?: string; options?: { detail?: string } }) => [error.code, error.options?.detail],
        ),
      ),
    );
    expect(answers).toEqual(calls.map(() => ['not_found', undefined]));
  });

  it('T50: names an agent who opens fifty cases in an hour, once, and stops them at sixty', async () => {
    const real = buildCore(test.database, { ring: core.ring, limitScale: 1 });
    const alarms = () =>
      test.database.read(
        (tx) => tx.many<{ data: object }>`SELECT data FROM audit_events
          WHERE chain_id = 'staff' AND type = 'staff.alarm' AND actor_kind = 'person' AND actor_id = 'tireless'`,
      );
    const openOne = async (): Promise<string> => {
      const { login } = await addPerson(core);
      const body = { subject: { login }, delivery: { channel: 'email' as const }, reason: 'x' };
      return codeOf(real.service.open(body, staff('tireless')));
    };
    for (let count = 1; count < 50; count += 1) expect(await openOne()).toBe('done');
    expect(await alarms()).toEqual([]);
    for (let count = 50; count <= 60; count += 1) expect(await openOne()).toBe('done');
    expect(await openOne()).toBe('too_many_requests');
    expect(await alarms()).toEqual([{ data: { alarm: 'openings', count: 50 } }]);
    expect(await real.metrics.registry.getSingleMetricAsString('regain_staff_alarms_total')).toMatch(/"openings"} 1/);
    expect(real.logLines.filter((line) => line.includes('staff_alarm')).join()).not.toContain('tireless');
  });

  it('T50: names an agent also when the process died between the count and the alarm', async () => {
    const real = buildCore(test.database, { ring: core.ring, limitScale: 1 });
    for (let count = 1; count <= 50; count += 1)
      await test.database.write((tx) => real.limits.take(tx, 'open_per_agent', 'person:unlucky'));
    const { login } = await addPerson(core);
    const body = { subject: { login }, delivery: { channel: 'email' as const }, reason: 'x' };
    expect(await codeOf(real.service.open(body, staff('unlucky')))).toBe('done');
    const alarms = await test.database.read(
      (tx) =>
        tx.many`SELECT 1 FROM audit_events WHERE chain_id = 'staff' AND actor_id = 'unlucky' AND data->>'count' = '51'`,
    );
    expect(alarms).toHaveLength(1);
  });

  it.each([
    ['links sent again', (of: Core, by: Principal) => of.help.resendLink(UNKNOWN, by)],
    ['call codes', (of: Core, principal: Principal) => of.help.confirmCallCode(UNKNOWN, { code: '0000', principal })],
    ['authorizations', (of: Core, by: Principal) => of.authorizations.authorize(UNKNOWN, by)],
  ])('T50: counts what an agent does in cases, tells of it in time, and stops them: %s', async (name, step) => {
    const strict = buildCore(test.database, { ring: core.ring, limitScale: 0.05 });
    const agent = staff(`restless with ${name}`);
    const alarms = () =>
      test.database.read(
        (tx) => tx.many<{ data: object }>`SELECT data FROM audit_events
          WHERE chain_id = 'staff' AND type = 'staff.alarm' AND actor_id = ${agent.id}`,
      );
    for (let use = 0; use < 4; use += 1) expect(await codeOf(step(strict, agent))).toBe('not_found');
    expect(await alarms()).toEqual([]);
    for (let use = 4; use < 6; use += 1) expect(await codeOf(step(strict, agent))).toBe('not_found');
    expect(await alarms()).toEqual([{ data: { alarm: 'steps', count: 5 } }]);
    expect(await codeOf(step(strict, agent))).toBe('too_many_requests');
    expect(await codeOf(step(strict, staff(`calm with ${name}`)))).toBe('not_found');
  });

  it('T50: counts cancellations and tells of them, and refuses none: whoever attacks opens as many', async () => {
    const strict = buildCore(test.database, { ring: core.ring, limitScale: 0.05 });
    const principal = staff('vigilant');
    for (let use = 0; use < 9; use += 1)
      expect(await codeOf(strict.service.cancel(UNKNOWN, { reason: 'x', principal }))).toBe('not_found');
    const alarms = await test.database.read(
      (tx) => tx.many`SELECT 1 FROM audit_events WHERE chain_id = 'staff' AND actor_id = ${principal.id}`,
    );
    expect(alarms).toHaveLength(1);
  });

  it('keeps the reason sealed, in the case’s own key', async () => {
    const { login } = await addPerson(core);
    const { recoveryCase } = await core.service.open(
      { subject: { login }, delivery: { channel: 'email' }, reason: 'canary reason' },
      staff('agent'),
    );
    const { text } = await test.database.read(
      (tx) =>
        tx.one<{
          text: string;
        }>`SELECT row_to_json(c)::text || encode(c.reason_sealed, 'escape') AS text FROM recovery_cases c WHERE id = ${recoveryCase.id}`,
    );
    expect(text).not.toContain('canary');
    await core.service.cancel(recoveryCase.id, { reason: 'second reason', principal: staff('agent') });
    const row = await rowOf(recoveryCase.id);
    const plain = await test.database.read((tx) =>
      core.keys.open(tx, row.id, { sealed: (row as unknown as { reasonSealed: Buffer }).reasonSealed, use: 'reason' }),
    );
    expect(JSON.parse(plain.toString())).toEqual({ opened: 'canary reason', cancelled: 'second reason' });
  });
});

describe('the call code', () => {
  it('confirms with the digits the person sees, once', async () => {
    const { caseId, code } = await relayed();
    expect([await confirm(caseId, code), await confirm(caseId, code)]).toEqual(['done', 'wrong_state']);
    expect(await rowOf(caseId)).toMatchObject({ stateReason: null, callConfirmedAt: expect.any(Date) });
    expect(await auditOf(test.database, caseId)).toContain('call_code.confirmed');
  });

  it('is dead after five wrong tries, for the right digits too', async () => {
    const { caseId, code, wrong } = await relayed();
    for (let guess = 0; guess < 5; guess += 1) expect(await confirm(caseId, wrong)).toBe('invalid_request');
    expect(await confirm(caseId, code)).toBe('wrong_state');
    expect((await auditOf(test.database, caseId)).filter((type) => type === 'call_code.refused')).toHaveLength(5);
    const codes = new CallCodes(core.keys);
    expect(await test.database.read(async (tx) => codes.shown(tx, await core.service.require(tx, caseId)))).toBeNull();
  });

  it('counts guesses that race', async () => {
    const { caseId, wrong } = await relayed();
    const codes = await Promise.all(Array.from({ length: 20 }, () => confirm(caseId, wrong)));
    expect(codes.filter((code) => code === 'invalid_request')).toHaveLength(5);
    expect((await rowOf(caseId)).callCodeTries).toBe(5);
  });

  it('of a closed case confirms nothing (T53)', async () => {
    const { caseId, code } = await relayed();
    await test.database.transaction((tx) => core.cases.transition(tx, { caseId, name: 'cancel', actor: SYSTEM }));
    expect(await confirm(caseId, code)).toBe('wrong_state');
    expect((await rowOf(caseId)).callConfirmedAt).toBeNull();
  });

  it('T49: is never confirmed by the one whose account it is, not even wrongly', async () => {
    const { caseId, login, code } = await relayed();
    const own = staff(`${login}@example.org`);
    expect(await codeOf(core.help.confirmCallCode(caseId, { code, principal: own }))).toBe('separation_of_duties');
    expect(await rowOf(caseId)).toMatchObject({ callConfirmedAt: null, callCodeTries: 0 });
    expect(await confirm(caseId, code)).toBe('done');
  });

  it('is not in any column in the clear', async () => {
    const { caseId } = await relayed();
    expect(Object.keys((await rowOf(caseId)) as object).filter((name) => /code/i.test(name))).toEqual([
      'callCodeSealed',
      'callCodeTries',
    ]);
  });

  it('does not exist for a mailed link', async () => {
    const { id: subjectId } = await addPerson(core);
    const { id } = await openCase(core, { policy, subjectId });
    expect(await confirm(id, '0000')).toBe('wrong_state');
  });
});

describe('a fresh link', () => {
  it('is passed on by nobody where the policy stopped that since the case began (rule 10)', async () => {
    const groups = ['no relay any more'];
    const own = await addPolicy(core, { include: groups, priority: 1, relay: { allowed: true, holdSeconds: 0 } });
    const { id: subjectId } = await addPerson(core, { groups });
    const { id } = await openCase(core, { policy: own, subjectId, channel: 'relay' });
    expect(await codeOf(core.help.resendLink(id, staff('agent')))).toBe('done');
    await nextVersion(test.database, own.id, ({ relay }) => ({ relay: { ...relay, allowed: false } }));
    expect(await codeOf(core.help.resendLink(id, staff('agent')))).toBe('subject_not_recoverable');
    const living = await test.database.read(
      (tx) => tx.many`SELECT id FROM recovery_links WHERE case_id = ${id} AND dead_at IS NULL`,
    );
    expect(living).toHaveLength(1);
  });

  it.each(CASE_STATES)('in %s is made only where a person may still come in', async (state) => {
    const { id: subjectId } = await addPerson(core);
    const { id } = await openCase(core, { policy, subjectId, channel: 'relay' });
    await test.database.transaction(
      (tx) =>
        tx.run`UPDATE recovery_cases SET state = ${state}, closed_at = CASE WHEN ${['completed', 'denied', 'expired', 'cancelled'].includes(state)} THEN now() END WHERE id = ${id}`,
    );
    const allowed = ['link_sent', 'awaiting_evidence', 'verifying', 'in_review', 'held', 'approved'].includes(state);
    expect(await codeOf(core.help.resendLink(id, staff('agent')))).toBe(allowed ? 'done' : 'wrong_state');
  });

  it('T49: is never made by the one whose account it is, who may stop it though', async () => {
    const { id: subjectId, login } = await addPerson(core);
    const { id } = await openCase(core, { policy, subjectId, channel: 'relay' });
    const links = () => test.database.read((tx) => tx.many`SELECT id FROM recovery_links WHERE case_id = ${id}`);
    expect([await codeOf(core.help.resendLink(id, staff(login.toUpperCase()))), await links()]).toEqual([
      'separation_of_duties',
      [],
    ]);
    expect(await codeOf(core.help.resendLink(id, staff('agent')))).toBe('done');
    expect(await codeOf(core.service.cancel(id, { reason: 'not me', principal: staff(login) }))).toBe('done');
  });

  it('T49: is not made by one who voted on the case', async () => {
    const { id: subjectId } = await addPerson(core);
    const { id } = await openCase(core, { policy, subjectId, channel: 'relay' });
    const [rita, agent] = [staff('rita'), staff('agent')];
    await test.database.transaction((tx) => appendAudit(tx, { chainId: id, type: 'review.voted', actor: rita }));
    expect(await codeOf(core.help.resendLink(id, rita))).toBe('separation_of_duties');
    expect(await codeOf(core.help.resendLink(id, agent))).toBe('done');
  });

  it('is refused when the time of the case is over', async () => {
    const { id: subjectId } = await addPerson(core);
    const { id } = await openCase(core, { policy, subjectId, channel: 'relay' });
    await test.database.transaction(
      (tx) => tx.run`UPDATE recovery_cases SET expires_at = clock_timestamp() WHERE id = ${id}`,
    );
    expect(await codeOf(core.help.resendLink(id, staff('agent')))).toBe('wrong_state');
  });

  it('comes five times in ten minutes and no more', async () => {
    const strict = buildCore(test.database, { ring: core.ring, limitScale: 1 });
    const { id: subjectId } = await addPerson(core);
    const { id } = await openCase(core, { policy, subjectId });
    const codes: string[] = [];
    for (let ask = 0; ask < 7; ask += 1) codes.push(await codeOf(strict.help.resendLink(id, staff('agent'))));
    expect(codes).toEqual(['done', 'done', 'done', 'done', 'done', 'too_many_requests', 'too_many_requests']);
  });
});

describe('cancelling', () => {
  it('ends links, once, and leaves the person a page that says so and does nothing else', async () => {
    const { id: subjectId } = await addPerson(core);
    const { recoveryCase, link = '' } = await core.service.open(
      { subject: { id: subjectId }, delivery: { channel: 'relay' }, reason: 'x' },
      staff('agent'),
    );
    const browser = new BrowserStub();
    await core.entry.start(secretOf(link), browser.exchange);
    const cancel = (): Promise<string> =>
      codeOf(core.service.cancel(recoveryCase.id, { reason: 'mistake', principal: staff('agent') }));
    expect([await cancel(), await cancel()]).toEqual(['done', 'wrong_state']);
    expect(
      await test.database.transaction((tx) => core.flows.touch(tx, browser.cookies['__Host-regain_flow'])),
    ).toMatchObject({ caseId: recoveryCase.id });
    expect(await codeOf(core.entry.start(secretOf(link), new BrowserStub('192.0.2.9').exchange))).toBe(
      'link_not_usable',
    );
    expect(await codeOf(core.participation.stop(recoveryCase.id))).toBe('wrong_state');
  });
});
