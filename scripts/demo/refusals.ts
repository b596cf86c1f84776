import { randomBytes } from 'node:crypto';
import { assertRefused, type Applicant } from '../harness/applicant.js';
import type { DemoStage } from './demo-stage.js';
import { eventually } from '../harness/eventually.js';
import type { LockedOutPerson } from './main-journey.js';
import { assertApproved, assertNotApproved, describeOutcome, isDecided } from '../harness/outcome.js';

const SHORT_LINKS = 'demo-short-links';

/** Each of these is tried for real, and has to fail. */
export async function walkRefusals(stage: DemoStage, person: LockedOutPerson): Promise<void> {
  await refuseOtherSelfie(stage, person);
  await refuseOtherCard(stage, person);
  await refuseExpiredLink(stage);
  const { applicant, link, caseId } = await approveForRefusals(stage, person);
  await refuseSecondBrowser(stage, link);
  await refuseStolenToken(stage, applicant);
  await refuseSupersededToken(stage, applicant);
  await stage.desk.cancel(caseId);
}

/** A genuine document with somebody else's face leads to no approval. */
async function refuseOtherSelfie(stage: DemoStage, person: LockedOutPerson): Promise<void> {
  const stranger = await stage.trial.picture(person.login, 'other_selfie');
  await stage.story.step(
    'another person’s selfie is not approved',
    async () => {
      const { id, link } = await stage.openCase(person.login, person.email);
      await stage.newApplicant().proveLocally(link, { document: person.document, selfie: stranger });
      const decided = await stage.desk.caseWhen(id, isDecided);
      assertNotApproved(decided);
      await stage.desk.cancelOpenCases(decided.subject.id);
      return decided;
    },
    describeOutcome,
  );
}

/** The person's own face, name and birth date, on a card that reads without a fault and is not the one of their enrolment. */
async function refuseOtherCard(stage: DemoStage, person: LockedOutPerson): Promise<void> {
  const document = await stage.trial.picture(person.login, 'other_document');
  await stage.story.step(
    'the same name and birth date, another number: not approved',
    async () => {
      const { id, link } = await stage.openCase(person.login, person.email);
      await stage.newApplicant().proveLocally(link, { document, selfie: person.selfie });
      const decided = await stage.desk.caseWhen(id, isDecided);
      assertNotApproved(decided);
      const reasons = await stage.desk.reasons(id);
      if (!reasons.includes('document_number_differs'))
        throw new Error(`it was not the number, but ${reasons.join(', ')}`);
      await stage.desk.cancelOpenCases(decided.subject.id);
      return { decided, reasons };
    },
    ({ decided, reasons }) => [describeOutcome(decided), ...reasons].join(', '),
  );
}

/** The policy of one group lets links live for a second. */
async function refuseExpiredLink(stage: DemoStage): Promise<void> {
  const { story, desk, trial } = stage;
  await story.step(
    'an expired link is refused',
    async () => {
      const [operator, second] = [await stage.newColleague(['operator']), await stage.newColleague(['operator'])];
      const profile = { name: 'Demo: short links', group: SHORT_LINKS, changes: { limits: { linkTtlSeconds: 1 } } };
      const policy = await operator.createPolicy(profile, second);
      const login = `demo.late.${randomBytes(4).toString('hex')}`;
      const account = await desk.createAccount({
        login,
        givenName: 'Lena',
        familyName: 'Late',
        birthDate: '1990-01-01',
        groups: [SHORT_LINKS],
      });
      const { id } = await desk.openCase({ id: account.id });
      const link = await trial.recoveryLink(account.email);
      const late = stage.newApplicant();
      await eventually('the link runs out', async () => (await late.http.get(new URL(link).pathname)).status === 410);
      const answer = await late.tryStart(link);
      assertRefused(answer, { status: 410, code: 'link_not_usable' });
      await desk.cancel(id);
      await operator.deletePolicy(policy, second);
      return answer;
    },
    ({ status, code }) => `${status} ${code ?? ''}`,
  );
}

async function approveForRefusals(
  stage: DemoStage,
  person: LockedOutPerson,
): Promise<{ applicant: Applicant; link: string; caseId: string }> {
  return stage.story.step('the right selfie is approved (for what follows)', async () => {
    const { id, link } = await stage.openCase(person.login, person.email);
    const applicant = stage.newApplicant();
    await applicant.proveLocally(link, person);
    assertApproved(await stage.desk.caseWhen(id, isDecided));
    return { applicant, link, caseId: id };
  });
}

/** The link was used by the first browser; in another one its page is dead. */
async function refuseSecondBrowser(stage: DemoStage, link: string): Promise<void> {
  await stage.story.step(
    'a second browser cannot use the link',
    async () => {
      const walk = await stage.newPerson();
      const response = await walk.page.goto(link);
      if (response?.status() !== 410 || (await walk.isAt('landing')))
        throw new Error('the link opened in a second browser');
      assertRefused(await stage.newApplicant().tryStart(link), { status: 410, code: 'link_not_usable' });
      const says = await walk.heading();
      await walk.page.context().close();
      return says;
    },
    (says) => `410 “${says}”`,
  );
}

/** A token that was copied out of the page is worth nothing without that browser's capture cookie. */
async function refuseStolenToken(stage: DemoStage, applicant: Applicant): Promise<void> {
  await stage.story.step(
    'a token is refused in another browser',
    async () => {
      const { token } = await applicant.token();
      const answer = await stage.newApplicant().present(token);
      assertRefused(answer, { status: 410, code: 'token_not_redeemable' });
      return answer;
    },
    ({ status, code }) => `${status} ${code ?? ''}`,
  );
}

/** A new token ends the one before it. */
async function refuseSupersededToken(stage: DemoStage, applicant: Applicant): Promise<void> {
  await stage.story.step(
    'a superseded token is refused, the new one is not',
    async () => {
      const old = await applicant.token();
      const fresh = await applicant.token();
      const answer = await applicant.present(old.token);
      assertRefused(answer, { status: 410, code: 'token_not_redeemable' });
      (await applicant.present(fresh.token)).expect(200);
      return answer;
    },
    ({ status, code }) => `${status} ${code ?? ''}`,
  );
}
