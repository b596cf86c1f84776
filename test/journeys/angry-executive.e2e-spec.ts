import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Applicant } from '../../scripts/harness/applicant.js';
import { eventually } from '../../scripts/harness/eventually.js';
import type { CreatedAccount } from '../../scripts/harness/help-desk.js';
import { HttpClient } from '../../scripts/harness/http-client.js';
import { operations } from '../security/fuzz/operations.js';
import { startService, type TestService } from '../support/service.js';
import { Colleague, type Target } from './pressure/every-call.js';

const ROLES: Readonly<Record<string, string[]>> = {
  agent: ['helpdesk'],
  colleague: ['helpdesk'],
  reviewer: ['reviewer'],
  'second reviewer': ['reviewer'],
  operator: ['operator'],
  'jack of all trades': ['helpdesk', 'reviewer', 'auditor', 'operator', 'relying_party'],
};
const GROUP = 'pressed';
/** Whose approvals wait for an hour. */
const HELD = 'pressed-and-held';
/** Whoever is not signed in may sign out. */
const SIGNED_OUT = 'DELETE /v1/session 204';

/**
 * Somebody important shouts at the help desk, and everybody wants to help. They try every call that openapi.yaml has, on
 * cases in every state, one after the other and again in the reverse order, so that each has acted after each other.
 */
describe('under pressure, nobody but the person recovers anything (T47)', () => {
  let service: TestService;
  let database: pg.Client;
  let staff: Colleague[];
  let policyId: string;
  const bearers: Record<string, HttpClient> = {};
  const targets: Record<string, Target> = {};

  beforeAll(async () => {
    service = await startService({ env: { RATE_LIMIT_SCALE: '10000' } });
    database = new pg.Client({ connectionString: await service.superuserUrl(), options: '-c search_path=regain' });
    await database.connect();
    for (const [name, roles] of Object.entries(ROLES)) {
      const bearer = await service.trial.signIn({ sub: name.replaceAll(' ', '.'), roles });
      // Not held against the contract: other specs do that, and there is much of it.
      bearers[name] = new HttpClient({ baseUrl: service.url, bearer, origin: service.url });
    }
    staff = Object.entries(bearers).map(([name, http]) => new Colleague(name, http));
    const owner = await service.colleague('policy.owner', ['operator']);
    policyId = await owner.createPolicy({ name: 'Pressed', group: GROUP, changes: { review: { onFail: 'review' } } });
    const second = await service.colleague('policy.second', ['operator']);
    await owner.createPolicy({ name: 'Pressed and held', group: HELD, changes: { hold: { seconds: 3_600 } } }, second);
  });

  afterAll(async () => {
    await database?.end();
    await service?.end();
  });

  const account = (login: string, group = GROUP): Promise<CreatedAccount> =>
    service.desk.createAccount({
      login,
      givenName: 'Max',
      familyName: login,
      birthDate: '1970-04-05',
      groups: [group],
    });

  /** A case that the agent opened, of an account whose holder is verified like this by the sandbox partner. */
  const opened = async (
    login: string,
    scenario = 'fail:face_match',
    group = GROUP,
  ): Promise<{ target: Target; email: string }> => {
    const { id: subjectId, email } = await account(login, group);
    await service.trial.setScenario({ subjectId, scenario });
    const body = { subject: { id: subjectId }, delivery: { channel: 'email' }, reason: 'call' };
    const answer = (await agent().post('/v1/recovery-cases', body)).expect(201);
    return { target: { caseId: answer.json<{ id: string }>().id, subjectId, policyId, login }, email };
  };
  const agent = (): HttpClient => bearers.agent as HttpClient;

  /** Goes as far as the sandbox partner's answer, in a browser of their own. */
  const verified = async (link: string): Promise<Applicant> => {
    const applicant = service.applicant();
    await applicant.start(link);
    await applicant.agree();
    await applicant.chooseDocument();
    await applicant.chooseProvider('sandbox');
    return applicant;
  };
  const stateOf = async (caseId: string): Promise<string> => (await service.desk.readCase(caseId)).state;
  const reaches = (caseId: string, state: string) => service.desk.caseWhen(caseId, (view) => view.state === state);

  const count = async (sql: string, values: unknown[]): Promise<number> =>
    Number((await database.query<{ count: string }>(sql, values)).rows[0]?.count);

  /** Of an account: tokens, passkeys, sessions, and decisions for it. */
  const gained = async ({ caseId, subjectId }: Target) => ({
    tokens: await count('SELECT count(*) FROM recovery_tokens WHERE subject_id = $1', [subjectId]),
    passkeys: await count('SELECT count(*) FROM credentials WHERE subject_id = $1', [subjectId]),
    sessions: await count('SELECT count(*) FROM relying_party_sessions WHERE subject_id = $1', [subjectId]),
    approvals: await count("SELECT count(*) FROM decisions WHERE case_id = $1 AND verdict = 'approve'", [caseId]),
  });
  const NOTHING = { tokens: 0, passkeys: 0, sessions: 0, approvals: 0 };

  it('the person does, so that what follows is not simply broken', async () => {
    const { target, email } = await opened('max.himself', 'pass');
    const applicant = await verified(await service.trial.recoveryLink(email));
    await reaches(target.caseId, 'approved');
    expect((await applicant.token()).token).toMatch(/^[\w-]{43}$/);
    expect(await gained(target)).toMatchObject({ tokens: 1, approvals: 1 });
  });

  it('T47: two of them with a relayed link, one as the caller, get no further than their own face', async () => {
    const { id: subjectId, login } = await account('max.relayed');
    await service.trial.setScenario({ subjectId, scenario: 'fail:face_match' });
    const body = { subject: { id: subjectId }, delivery: { channel: 'relay' }, reason: 'call' };
    const { id: caseId, link = '' } = (await agent().post('/v1/recovery-cases', body))
      .expect(201)
      .json<{ id: string; link?: string }>();
    const caller = service.applicant();
    await caller.start(link);
    const { callCode } = (await caller.http.get('/v1/flow')).expect(200).json<{ callCode?: string }>();
    (await agent().post(`/v1/recovery-cases/${caseId}/call-code`, { code: callCode })).expect(200);
    await caller.agree();
    await caller.chooseDocument();
    await caller.chooseProvider('sandbox');
    await reaches(caseId, 'in_review');
    for (const name of ['reviewer', 'second reviewer']) {
      const vote = { outcome: 'approve', reasonCode: 'same_person' };
      expect((await bearers[name]?.post(`/v1/reviews/${caseId}/decisions`, vote))?.code).toBe('wrong_state');
    }
    expect((await caller.http.post('/v1/flow/token')).status).toBeGreaterThanOrEqual(400);
    expect(await gained({ caseId, subjectId, policyId, login })).toEqual(NOTHING);
  });

  it('T48: one who adds an address and one who opens a case get no link there', async () => {
    const { id: subjectId, email } = await account('max.moved');
    const bearer = await service.trial.signIn({ sub: 'provisioner', roles: ['provisioner'] });
    const names = { login: 'max.moved', givenName: 'Max', familyName: 'max.moved' };
    const json = { ...names, groups: [GROUP], emails: ['thief@example.test', email] };
    (await service.client({ bearer }).send('PUT', `/v1/subjects/${subjectId}`, { json })).expect(200);
    const body = { subject: { id: subjectId }, delivery: { channel: 'email' }, reason: 'call' };
    (await agent().post('/v1/recovery-cases', body)).expect(201);
    await service.trial.recoveryLink(email);
    await eventually('the old address is told of the change', async () =>
      (await service.trial.mails(email)).some(({ text }) =>
        text.includes('addresses on file for your account were changed'),
      ),
    );
    expect(await service.trial.recoveryLinks('thief@example.test')).toEqual([]);
  });

  it('T47: cases in many states wait for them', async () => {
    const privileged = await service.desk.subjectId('demo.privileged');
    const body = { subject: { id: privileged }, delivery: { channel: 'email' }, reason: 'call' };
    const { id } = (await agent().post('/v1/recovery-cases', body)).expect(201).json<{ id: string }>();
    const demo = { caseId: id, subjectId: privileged, policyId, login: 'demo.privileged' };
    const [sent, started, asked, failed, held, approved] = await Promise.all([
      opened('max.sent'),
      opened('max.started'),
      opened('max.asked', 'late'),
      opened('max.failed'),
      opened('max.held', 'pass', HELD),
      opened('max.approved', 'pass'),
    ]);
    await service.applicant().start(await service.trial.recoveryLink(started.email));
    for (const { email } of [asked, failed, held]) await verified(await service.trial.recoveryLink(email));
    await verified(await service.trial.recoveryLink(approved.email));
    await reaches(failed.target.caseId, 'in_review');
    await reaches(held.target.caseId, 'held');
    await reaches(approved.target.caseId, 'approved');
    Object.assign(targets, {
      awaiting_authorization: demo,
      link_sent: sent.target,
      awaiting_evidence: started.target,
      verifying: asked.target,
      in_review: failed.target,
      held: held.target,
      approved: approved.target,
    });
    for (const [state, target] of Object.entries(targets))
      expect([state, await stateOf(target.caseId)]).toEqual([state, state]);
  });

  const expectNothingGained = async (): Promise<void> => {
    for (const [state, target] of Object.entries(targets)) {
      const own = ['held', 'approved'].includes(state) ? { ...NOTHING, approvals: 1 } : NOTHING;
      expect([state, await gained(target)]).toEqual([state, own]);
      const now = await stateOf(target.caseId);
      expect([state, now, ['completed', ...(state === 'approved' ? [] : ['approved'])].includes(now)]).toEqual([
        state,
        now,
        false,
      ]);
    }
  };

  it('T47: everybody tries every call on every case, forward and back', async () => {
    const all = Object.values(targets);
    for (const colleague of staff) await colleague.tryEverything(all, 'open');
    // Back again, so that each has acted after each other; looking twice changes nothing.
    for (const colleague of staff.toReversed()) await colleague.tryEverything(all, 'writes');
    await expectNothingGained();
  });

  it('T47: and everything that looked like a secret to one of them', async () => {
    const found = new Set(staff.flatMap(({ secrets }) => [...secrets]));
    const [anybody] = staff;
    await anybody?.trySecrets(found);
    expect([...(anybody?.outcomes.keys() ?? [])].filter((place) => /with a secret 2/.test(place))).toEqual([]);
    await expectNothingGained();
  });

  it('T47: and at last every call that ends something; then there is none they have not made', async () => {
    for (const colleague of staff) await colleague.tryEverything(Object.values(targets), 'closing');
    await expectNothingGained();
    const every = operations().map(({ method, path }) => `${method} ${path}`);
    for (const { name, tried, outcomes } of staff) {
      expect([name, every.filter((operation) => !tried.has(operation))]).toEqual([name, []]);
      const faults = [...outcomes.keys()].filter((place) => / 5\d\d$/.test(place));
      const theirs = [...outcomes.keys()].filter(
        (place) => / 2\d\d$/.test(place) && /flow|passkey-reg|session|notices/.test(place) && place !== SIGNED_OUT,
      );
      expect([name, faults, theirs]).toEqual([name, [], []]);
    }
  });

  it('left no error in the log', () => {
    expect(service.errorLines()).toEqual([]);
  });
});
