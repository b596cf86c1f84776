import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Applicant } from '../../scripts/demo/applicant.js';
import { eventually } from '../../scripts/demo/eventually.js';
import type { CreatedAccount } from '../../scripts/demo/help-desk.js';
import { packagePath } from '../../src/platform/package-root/package-root.js';
import { startService, type TestService } from '../support/service.js';
import { SoftwareAuthenticator } from '../support/software-authenticator.js';

type Journey = 'local' | 'sandbox' | 'denied' | 'cancelled';

/** A journey as the audit trail tells it. Notices go out beside everything else, so they are counted and not placed. */
interface Trail {
  events: string[];
  notices: Record<string, number>;
}

/**
 * What the audit trail says of whole journeys, against the files in `golden/`. `UPDATE_GOLDEN=1` writes them anew. Work
 * in the background is waited for before the person goes on, so that the order is always the same.
 */
describe('the audit trail of a journey', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService();
  });

  afterAll(() => service?.end());

  const trailHas = async (caseId: string, type: string, count = 1): Promise<void> => {
    await eventually(`the trail has ${count} ${type}`, async () => {
      const entries = await service.desk.timeline(caseId);
      return entries.filter((entry) => entry.type === type).length >= count;
    });
  };

  const trail = async (caseId: string): Promise<Trail> => {
    const entries = await service.desk.timeline(caseId);
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
    const notices: Record<string, number> = {};
    for (const { type, data } of entries) {
      if (type === 'notice.sent') notices[String(data.kind)] = (notices[String(data.kind)] ?? 0) + 1;
    }
    const events = entries.filter(({ type }) => type !== 'notice.sent');
    return { events: events.map(({ type, actor }) => `${type} by ${actor.kind}`), notices };
  };

  /** Opens a case and follows it to the choice of a document, when all mail is out. */
  const begin = async (account: { id: string; email: string; addresses: number }): Promise<Begun> => {
    const { id } = await service.desk.openCase({ id: account.id });
    const link = await service.trial.recoveryLink(account.email);
    await trailHas(id, 'link.sent');
    await trailHas(id, 'notice.sent', account.addresses);
    const applicant = service.applicant();
    await applicant.start(link);
    await applicant.agree();
    await applicant.chooseDocument();
    return { caseId: id, applicant };
  };

  const finish = async ({ caseId, applicant }: Begun, addresses: number): Promise<void> => {
    await service.desk.caseWhen(caseId, ({ state }) => state === 'approved');
    await trailHas(caseId, 'notice.sent', 2 * addresses);
    const { token } = await applicant.token();
    const options = (await applicant.present(token)).expect(200).json<Parameters<SoftwareAuthenticator['create']>[0]>();
    const credential = new SoftwareAuthenticator({ origin: service.url }).create(options);
    (await applicant.http.post('/v1/passkey-registrations', { token, credential })).expect(201);
    await trailHas(caseId, 'notice.sent', 3 * addresses);
  };

  const newAccount = async (login: string, groups?: string[]): Promise<CreatedAccount & { addresses: number }> => {
    const person = { login, givenName: 'Greta', familyName: `Golden-${login}`, birthDate: '1984-02-29' };
    return { ...(await service.desk.createAccount({ ...person, groups })), addresses: 1 };
  };

  it('with the organisation’s own check', async () => {
    const ana = { id: await service.desk.subjectId('demo.ana'), email: 'ana@example.test', addresses: 2 };
    const begun = await begin(ana);
    const document = await service.trial.picture('demo.ana', 'document_front');
    await begun.applicant.showPictures({ document, selfie: await service.trial.picture('demo.ana', 'selfie') });
    await finish(begun, ana.addresses);
    expectGolden('local', await trail(begun.caseId));
  });

  it('through the sandbox partner', async () => {
    const account = await newAccount('sandbox');
    await service.trial.setScenario({ subjectId: account.id, scenario: 'pass', delaySeconds: 0.5 });
    const begun = await begin(account);
    await begun.applicant.chooseProvider('sandbox');
    await finish(begun, account.addresses);
    expectGolden('sandbox', await trail(begun.caseId));
  });

  it('that is denied', async () => {
    const operator = await service.colleague('operator-1', ['operator']);
    await operator.createPolicy({ name: 'Strict', group: 'strict', changes: { review: { onFail: 'deny' } } });
    const account = await newAccount('denied', ['strict']);
    await service.trial.setScenario({ subjectId: account.id, scenario: 'fail:face_match', delaySeconds: 0.5 });
    const begun = await begin(account);
    await begun.applicant.chooseProvider('sandbox');
    await service.desk.caseWhen(begun.caseId, ({ state }) => state === 'denied');
    expectGolden('denied', await trail(begun.caseId));
  });

  it('that the person stops', async () => {
    const begun = await begin(await newAccount('cancelled'));
    (await begun.applicant.http.post('/v1/flow/stop')).expect(200);
    expectGolden('cancelled', await trail(begun.caseId));
  });

  it('is whole: no chain was cut, changed or left open', async () => {
    const auditor = service.client({ bearer: await service.trial.signIn({ sub: 'auditor-1', roles: ['auditor'] }) });
    const answer = (await auditor.get('/v1/audit-events/verification')).expect(200);
    expect(answer.json()).toMatchObject({ intact: true, firstFault: null });
  });
});

interface Begun {
  caseId: string;
  applicant: Applicant;
}

function expectGolden(journey: Journey, found: Trail): void {
  const file = packagePath(`test/journeys/golden/${journey}.json`);
  if (process.env.UPDATE_GOLDEN) writeFileSync(file, `${JSON.stringify(found, undefined, 2)}\n`);
  expect(found).toEqual(JSON.parse(readFileSync(file, 'utf8')));
}
