import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../../scripts/harness/chromium/index.js';
import { linkTokenOf, type Applicant } from '../../scripts/harness/applicant.js';
import { eventually } from '../../scripts/harness/eventually.js';
import { PageWalk } from '../../scripts/harness/page-walk.js';
import { assertNotApproved, isDecided } from '../../scripts/harness/outcome.js';
import { startService, type TestService } from '../support/service.js';
import { SoftwareAuthenticator } from '../support/software-authenticator.js';

describe('what must not work', () => {
  let service: TestService;
  let document: Buffer;
  let selfie: Buffer;

  beforeAll(async () => {
    service = await startService({ env: { RATE_LIMIT_SCALE: '10' } });
    document = await service.trial.picture('demo.bea', 'document_front');
    selfie = await service.trial.picture('demo.bea', 'selfie');
  });

  afterAll(() => service?.end());

  beforeEach(async () => {
    await service.desk.cancelOpenCases(await service.desk.subjectId('demo.bea'));
  });

  const openCase = async (): Promise<{ id: string; link: string }> => {
    const earlier = await service.trial.recoveryLinks('bea@example.test');
    const { id } = await service.desk.openCase({ login: 'demo.bea' });
    return { id, link: await service.trial.recoveryLink('bea@example.test', earlier) };
  };

  const approved = async (): Promise<{ id: string; link: string; applicant: Applicant }> => {
    const { id, link } = await openCase();
    const applicant = service.applicant();
    await applicant.proveLocally(link, { document, selfie });
    await service.desk.caseWhen(id, ({ state }) => state === 'approved');
    return { id, link, applicant };
  };

  const register = async (applicant: Applicant, token: string): Promise<number> => {
    const options = (await applicant.present(token)).expect(200).json<Parameters<SoftwareAuthenticator['create']>[0]>();
    const credential = new SoftwareAuthenticator({ origin: service.url }).create(options);
    return (await applicant.http.post('/v1/passkey-registrations', { token, credential })).status;
  };

  it('another person’s selfie, with the right document', async () => {
    const { id, link } = await openCase();
    const stranger = await service.trial.picture('demo.bea', 'other_selfie');
    await service.applicant().proveLocally(link, { document, selfie: stranger });
    const decided = await service.desk.caseWhen(id, isDecided);
    assertNotApproved(decided);
    expect(decided.outcome?.verdict).not.toBe('approve');
  });

  it('a card of the same name and birth date with another number, and nothing else is wrong with it', async () => {
    const { id, link } = await openCase();
    const other = await service.trial.picture('demo.bea', 'other_document');
    await service.applicant().proveLocally(link, { document: other, selfie });
    assertNotApproved(await service.desk.caseWhen(id, isDecided));
    expect(await service.desk.reasons(id)).toEqual(['document_number_differs', 'opened_or_helped_by_key']);
  });

  it('a portrait held up instead of a face: the selfie is the document’s own photograph', async () => {
    const { id, link } = await openCase();
    const applicant = service.applicant();
    await applicant.start(link);
    await applicant.agree();
    await applicant.chooseDocument();
    await applicant.chooseProvider('local');
    await applicant.upload('document_front', document);
    const answer = await applicant.http.send('PUT', '/v1/flow/evidence/selfie', {
      body: { bytes: document, type: 'image/jpeg' },
    });
    // Either it is refused while it is taken, or it does not lead to an approval.
    if (answer.json<{ accepted?: boolean }>().accepted === true) {
      (await applicant.http.post('/v1/flow/submit')).expect(202);
      assertNotApproved(await service.desk.caseWhen(id, isDecided));
    }
    expect((await service.desk.readCase(id)).state).not.toBe('approved');
  });

  it('a spent token: 410 with another passkey, and one passkey only', async () => {
    const { id, applicant } = await approved();
    const { token } = await applicant.token();
    const options = (await applicant.present(token)).expect(200).json<Parameters<SoftwareAuthenticator['create']>[0]>();
    const spare = (await applicant.present(token)).expect(200).json<Parameters<SoftwareAuthenticator['create']>[0]>();
    const authenticator = new SoftwareAuthenticator({ origin: service.url });
    const path = '/v1/passkey-registrations';
    (await applicant.http.post(path, { token, credential: authenticator.create(options) })).expect(201);
    const again = await applicant.http.post(path, { token, credential: authenticator.create(spare) });
    expect([again.status, again.code]).toEqual([410, 'token_not_redeemable']);
    expect((await applicant.present(token)).status).toBe(410);
    expect((await service.desk.readCase(id)).state).toBe('completed');
    const registered = (await service.desk.timeline(id)).filter(({ type }) => type === 'passkey.registered');
    expect(registered).toHaveLength(1);
  });

  it('a superseded token, while the newest one works', async () => {
    const { applicant } = await approved();
    const old = await applicant.token();
    const fresh = await applicant.token();
    expect((await applicant.present(old.token)).status).toBe(410);
    expect(await register(applicant, fresh.token)).toBe(201);
  });

  it('a token in another browser', async () => {
    const { applicant } = await approved();
    const { token } = await applicant.token();
    const thief = await service.applicant().present(token);
    expect([thief.status, thief.code]).toEqual([410, 'token_not_redeemable']);
  });

  it('a token before the decision, or in a browser without the flow', async () => {
    const { link } = await openCase();
    const applicant = service.applicant();
    await applicant.start(link);
    expect((await applicant.http.post('/v1/flow/token')).status).toBeGreaterThanOrEqual(400);
    expect((await service.applicant().http.post('/v1/flow/token')).status).toBe(401);
  });

  it('an expired link', async () => {
    const operator = await service.colleague('operator-1', ['operator']);
    await operator.createPolicy({
      name: 'Short links',
      group: 'short-links',
      changes: { limits: { linkTtlSeconds: 1 } },
    });
    const late = { login: 'lena.late', givenName: 'Lena', familyName: 'Late', birthDate: '1990-01-01' };
    const account = await service.desk.createAccount({ ...late, groups: ['short-links'] });
    await service.desk.openCase({ id: account.id });
    const link = await service.trial.recoveryLink(account.email);
    const applicant = service.applicant();
    await eventually(
      'the link runs out',
      async () => (await applicant.http.get(new URL(link).pathname)).status === 410,
    );
    const answer = await applicant.tryStart(link);
    expect([answer.status, answer.code]).toEqual([410, 'link_not_usable']);
  });

  it('an earlier link after a new one was sent', async () => {
    const { id, link } = await openCase();
    const earlier = await service.trial.recoveryLinks('bea@example.test');
    await service.desk.resendLink(id);
    const fresh = await service.trial.recoveryLink('bea@example.test', earlier);
    expect((await service.applicant().tryStart(link)).status).toBe(410);
    await service.applicant().start(fresh);
  });

  it('a second browser', async () => {
    const { link } = await openCase();
    await service.applicant().start(link);
    const browser: Browser = await openBrowser();
    try {
      const walk = new PageWalk(await browser.newPage());
      expect((await walk.page.goto(link))?.status()).toBe(410);
      expect(await walk.isAt('landing')).toBe(false);
      expect((await walk.page.goto(`${service.url}/flow`))?.status()).toBe(401);
    } finally {
      await browser.close();
    }
    expect((await service.applicant().tryStart(link)).status).toBe(410);
  });

  it('pictures before an agreement, and from another site', async () => {
    const { link } = await openCase();
    const applicant = service.applicant();
    await applicant.start(link);
    const body = { bytes: selfie, type: 'image/jpeg' };
    const early = await applicant.http.send('PUT', '/v1/flow/evidence/selfie', { body });
    expect([early.status, early.code]).toEqual([403, 'consent_required']);
    const foreign = await applicant.http.post('/v1/flow/stop', {}, { headers: { origin: 'https://evil.example' } });
    expect([foreign.status, foreign.code]).toEqual([403, 'origin_not_allowed']);
  });

  it('a look at a link uses nothing up, however often', async () => {
    const { link } = await openCase();
    const scanner = service.client();
    for (let round = 0; round < 5; round++) expect((await scanner.get(new URL(link).pathname)).status).toBe(200);
    expect(linkTokenOf(link)).toMatch(/^[A-Za-z0-9_-]{43}$/);
    await service.applicant().start(link);
  });

  it('left no error in the log', () => {
    expect(service.errorLines()).toEqual([]);
  });
});
