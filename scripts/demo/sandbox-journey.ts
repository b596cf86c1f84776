import { randomBytes } from 'node:crypto';
import type { DemoStage } from './demo-stage.js';
import { createPasskeyAndSignIn } from './main-journey.js';
import { assertApproved, assertNotApproved, describeOutcome, isDecided } from '../harness/outcome.js';

/** Once more, verified by the sandbox partner: its signed push is the nudge, and what it read is matched to the account. */
export async function walkSandboxJourney(stage: DemoStage, person: { login: string; email: string }): Promise<void> {
  const { story, desk } = stage;
  const opened = await story.step(
    'help desk opens a case, and the link arrives by mail',
    () => stage.openCase(person.login, person.email),
    ({ reference }) => reference,
  );
  const walk = await stage.newPerson();
  await story.step('opens the link, starts and agrees', async () => {
    await walk.openLink(opened.link);
    await walk.start();
    await walk.agree();
    await walk.chooseDocument();
  });
  await story.step('chooses the sandbox partner and goes there', () => walk.goToPartner());
  await story.step('plays the verification there and comes back', () => walk.decideAtPartner('pass'));
  await story.step(
    'the case is decided: name, birth date and number match',
    async () => {
      const decided = await desk.caseWhen(opened.id, isDecided);
      assertApproved(decided);
      await walk.awaitPasskeyPage();
      return decided;
    },
    describeOutcome,
  );
  await story.step('the partner’s signed webhook is on record', () => requirePush(stage, opened.id));
  await createPasskeyAndSignIn(stage, walk);
  await refuseOtherIdentity(stage);
}

async function requirePush({ desk }: DemoStage, caseId: string): Promise<void> {
  const events = await desk.timeline(caseId);
  if (!events.some(({ type }) => type === 'verification.push_matched')) throw new Error('the audit trail has no push');
}

/** A genuine document of somebody else, every check clear, must not recover this account (rule 6). */
async function refuseOtherIdentity(stage: DemoStage): Promise<void> {
  const { desk, trial, story } = stage;
  await story.step(
    'a genuine document of somebody else is not approved',
    async () => {
      const login = `demo.owner.${randomBytes(4).toString('hex')}`;
      const account = await desk.createAccount({
        login,
        givenName: 'Olga',
        familyName: 'Owner',
        birthDate: '1979-09-09',
      });
      const identity = { givenName: 'Iris', familyName: 'Intruder', birthDate: '1995-05-05' };
      await trial.setScenario({ subjectId: account.id, scenario: 'pass', identity });
      const { id } = await desk.openCase({ id: account.id });
      const applicant = stage.newApplicant();
      await applicant.start(await trial.recoveryLink(account.email));
      await applicant.agree();
      await applicant.chooseDocument();
      await applicant.chooseProvider('sandbox');
      const decided = await desk.caseWhen(id, isDecided);
      assertNotApproved(decided);
      await desk.cancelOpenCases(account.id);
      return decided;
    },
    describeOutcome,
  );
}
