import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../scripts/harness/eventually.js';
import { expectGolden, GoldenStage, type Begun } from './golden-stage.js';

const PRIVILEGED = {
  authorization: { privilegedGroups: ['second-person', 'two-second-people', 'second-person-refused'] },
};

/** Who stops a journey, who has to help it on, and what goes wrong on the way: the audit trail of each, as in `golden/`. */
describe('the audit trail of a detour', () => {
  let stage: GoldenStage;

  beforeAll(async () => {
    stage = await GoldenStage.start();
  });

  afterAll(() => stage?.end());

  it('that the person stops', async () => {
    const begun = await stage.begin(await stage.account('cancelled'));
    (await begun.applicant.http.post('/v1/flow/stop')).expect(200);
    expectGolden('cancelled', await stage.trail(begun));
  });

  it('that the help desk cancels', async () => {
    const begun = await stage.begin(await stage.account('cancelled-by-desk'));
    await (await stage.colleague('agent-1', ['helpdesk'])).cancel(begun.caseId);
    expectGolden('cancelled-by-desk', await stage.trail(begun));
  });

  it('that its owner repudiates', async () => {
    const begun = await stage.begin(await stage.account('repudiated'));
    await stage.repudiate(begun.account);
    expectGolden('repudiated', await stage.trail(begun));
  });

  it('that its owner repudiates while it is held', async () => {
    const account = await stage.account('held-repudiated', { changes: { hold: { seconds: 600 } } });
    const begun = await stage.verified(account, 'pass');
    await stage.reaches(begun, 'held');
    await stage.noticesAre(begun.caseId, 'recovery_held', begun.account.addresses);
    await stage.repudiate(begun.account);
    expectGolden('held-repudiated', await stage.trail(begun));
  });

  it('that its owner repudiates when it is over', async () => {
    const begun = await stage.verified(await stage.account('over-repudiated'), 'pass');
    await stage.finish(begun);
    await stage.repudiate(begun.account);
    expectGolden('over-repudiated', await stage.trail(begun));
  });

  it('of a privileged account, with a second person', async () => {
    const account = await stage.account('second-person', { changes: PRIVILEGED });
    await stage.partnerSays(account, 'pass');
    const { id: caseId } = await (await stage.colleague('agent-1', ['helpdesk'])).openCase({ id: account.id });
    await stage.noticesAre(caseId, 'recovery_started', 1);
    const other = await stage.signedIn('agent-2', ['helpdesk']);
    (await other.post(`/v1/recovery-cases/${caseId}/authorizations`)).expect(201);
    const applicant = stage.service.applicant();
    await applicant.start(await stage.linkOf(caseId, account));
    const begun = await stage.agreed({ caseId, account, applicant });
    await applicant.chooseProvider('sandbox');
    await stage.finish(begun);
    expectGolden('second-person', await stage.trail(begun));
  });

  it('of a privileged account, asked for on the public page: two people', async () => {
    const account = await stage.account('two-second-people', { changes: PRIVILEGED });
    await stage.partnerSays(account, 'pass');
    const browser = stage.service.client({ origin: stage.service.url });
    (await browser.post('/v1/recovery-requests', { login: account.login })).expect(202);
    const [one, other] = [await stage.signedIn('agent-1', ['helpdesk']), await stage.signedIn('agent-2', ['helpdesk'])];
    const caseId = await eventually('the case is open', async () => {
      const page = (await one.get(`/v1/recovery-cases?subjectId=${account.id}`)).expect(200);
      return page.json<{ data: { id: string }[] }>().data[0]?.id;
    });
    await stage.noticesAre(caseId, 'recovery_started', 1);
    const authorize = (by: typeof one) => by.post(`/v1/recovery-cases/${caseId}/authorizations`);
    const first = (await authorize(one)).expect(201).json<{ state: string; authorizations: object }>();
    expect(first).toMatchObject({ state: 'awaiting_authorization', authorizations: { given: 1, needed: 2 } });
    expect((await authorize(one)).code).toBe('separation_of_duties');
    (await authorize(other)).expect(201);
    const applicant = stage.service.applicant();
    await applicant.start(await stage.linkOf(caseId, account));
    const begun = await stage.agreed({ caseId, account, applicant });
    await applicant.chooseProvider('sandbox');
    await stage.finish(begun);
    expectGolden('two-second-people', await stage.trail(begun));
  });

  it('of a privileged account, without one', async () => {
    const account = await stage.account('second-person-refused', { changes: PRIVILEGED });
    const opener = await stage.colleague('agent-1', ['helpdesk']);
    const { id: caseId } = await opener.openCase({ id: account.id });
    await stage.noticesAre(caseId, 'recovery_started', 1);
    const same = await stage.signedIn('agent-1', ['helpdesk']);
    expect((await same.post(`/v1/recovery-cases/${caseId}/authorizations`)).code).toBe('separation_of_duties');
    await opener.cancel(caseId);
    expectGolden('second-person-refused', await stage.trail({ caseId }));
  });

  it.each([
    ['relayed', []],
    ['relayed-wrong-code', ['wrong']],
  ])('by telephone: %s', async (journey, wrong) => {
    const account = await stage.account(journey);
    await stage.partnerSays(account, 'pass');
    const agent = await stage.signedIn('agent-1', ['helpdesk']);
    const body = { subject: { id: account.id }, delivery: { channel: 'relay' }, reason: 'On the telephone' };
    const opened = (await agent.post('/v1/recovery-cases', body)).expect(201).json<{ id: string; link: string }>();
    await stage.noticesAre(opened.id, 'recovery_started', 1);
    const applicant = stage.service.applicant();
    await applicant.start(opened.link);
    const { callCode } = (await applicant.http.get('/v1/flow')).expect(200).json<{ callCode: string }>();
    const read = (code: string) => agent.post(`/v1/recovery-cases/${opened.id}/call-code`, { code });
    for (const _each of wrong) await read(callCode === '0000' ? '1111' : '0000');
    (await read(callCode)).expect(200);
    const begun = await stage.agreed({ caseId: opened.id, account, applicant });
    await applicant.chooseProvider('sandbox');
    await stage.finish(begun);
    expectGolden(journey, await stage.trail(begun));
  });

  it('that the person starts', async () => {
    const account = await stage.account('self-service');
    await stage.partnerSays(account, 'pass');
    const browser = stage.service.client({ origin: stage.service.url });
    (await browser.post('/v1/recovery-requests', { login: account.login })).expect(202);
    const reader = await stage.signedIn('agent-1', ['helpdesk']);
    const caseId = await eventually('the case is opened', async () => {
      const page = (await reader.get(`/v1/recovery-cases?subjectId=${account.id}`)).expect(200);
      return page.json<{ data: { id: string }[] }>().data[0]?.id;
    });
    const applicant = stage.service.applicant();
    await applicant.start(await stage.linkOf(caseId, account));
    const begun = await stage.agreed({ caseId, account, applicant });
    await applicant.chooseProvider('sandbox');
    await stage.finish(begun);
    expectGolden('self-service', await stage.trail(begun));
  });

  it('that nobody follows until it expires', async () => {
    const account = await stage.account('expired', { changes: { limits: { caseTtlSeconds: 3 } } });
    const { caseId } = await stage.open(account);
    await stage.reaches({ caseId }, 'expired');
    expectGolden('expired', await stage.trail({ caseId }));
  });

  it('with a link that was sent again', async () => {
    const account = await stage.account('link-again');
    await stage.partnerSays(account, 'pass');
    const first = await stage.open(account);
    await (await stage.colleague('agent-1', ['helpdesk'])).resendLink(first.caseId);
    await stage.trailHas(first.caseId, 'link.sent', 2);
    const applicant = stage.service.applicant();
    expect((await stage.service.applicant().tryStart(first.link)).status).toBe(410);
    await applicant.start(await stage.service.trial.recoveryLink(account.email, [first.link]));
    const begun = await stage.agreed({ caseId: first.caseId, account, applicant });
    await applicant.chooseProvider('sandbox');
    await stage.finish(begun);
    expectGolden('link-again', await stage.trail(begun));
  });

  it('with a second browser at the same link', async () => {
    const account = await stage.account('second-browser');
    const { caseId, link } = await stage.open(account);
    const applicant = stage.service.applicant();
    await applicant.start(link);
    const thief = stage.service.applicant();
    for (const _try of [1, 2]) expect((await thief.tryStart(link)).status).toBe(410);
    await applicant.start(link);
    (await applicant.http.post('/v1/flow/stop')).expect(200);
    expectGolden('second-browser', await stage.trail({ caseId }));
  });

  it('with a token that another browser presents', async () => {
    const begun = await stage.verified(await stage.account('stolen-token'), 'pass');
    await stage.reaches(begun, 'approved');
    await stage.noticesAre(begun.caseId, 'recovery_approved', 1);
    const { token } = await begun.applicant.token();
    expect((await stage.service.applicant().present(token)).status).toBe(410);
    await stage.finish(begun);
    expectGolden('stolen-token', await stage.trail(begun));
  });

  it.each(['duplicate', 'late_push'])('with a partner whose push is: %s', async (push) => {
    const begun = await stage.verified(await stage.account(push.replace('_', '-')), push);
    await settled(stage, begun);
    expectGolden(`push-${push.replace('_', '-')}`, await stage.trail(begun));
  });

  it('with a partner that is down for a moment', async () => {
    const changes = { providers: [{ id: 'sandbox', unprovenDevice: 'allow' }] };
    const account = await stage.account('outage', { changes });
    await stage.partnerSays(account, 'outage');
    const begun = await stage.begin(account);
    const answer = await begun.applicant.http.post('/v1/flow/verification', { provider: 'sandbox' });
    expect(answer.code).toBe('dependency_unavailable');
    await stage.partnerSays(account, 'pass');
    await stage.finish(begun);
    expectGolden('outage', await stage.trail(begun));
  });

  it('is whole: no chain was cut, changed or left open', async () => {
    expect(await stage.verification()).toMatchObject({ intact: true, firstFault: null });
  });
});

async function settled(stage: GoldenStage, { caseId, account }: Begun): Promise<void> {
  const { state } = await stage.service.desk.caseWhen(caseId, (view) => ['approved', 'in_review'].includes(view.state));
  if (state === 'approved') await stage.noticesAre(caseId, 'recovery_approved', account.addresses);
}
