import type { DemoStage } from './demo-stage.js';
import { createPasskeyAndSignIn, demoPerson } from './main-journey.js';
import { describeOutcome, isDecided } from '../harness/outcome.js';
import { answerQuestion, type PageWalk } from '../harness/page-walk.js';

/** The seeded account whose policy asks the simulated partners and nobody else (src/embedded/seed.ts). */
export const PARTNER_PERSON = {
  login: 'demo.pia',
  email: 'pia@example.test',
  /** Where questions go: never to the mailbox of the link. */
  otherEmail: 'pia.private@example.test',
};

/** One whole recovery through one partner's simulator, the person's clicks on its page included. */
export async function walkPartnerJourney(stage: DemoStage, provider: string): Promise<{ caseId: string }> {
  const { story, desk } = stage;
  const opened = await story.step(
    'help desk opens a case, and the link arrives by mail',
    () => stage.openCase(PARTNER_PERSON.login, PARTNER_PERSON.email),
    ({ reference }) => reference,
  );
  const earlier = (await stage.trial.mails(PARTNER_PERSON.otherEmail)).flatMap((mail) => mail.links);
  const walk = await stage.newPerson();
  await story.step('opens the link, starts and agrees', async () => {
    await walk.openLink(opened.link);
    await walk.start();
    await walk.agree();
    await walk.chooseDocument({ type: 'passport' });
  });
  await verifyAt(stage, walk, provider);
  await story.step(
    'the case is decided',
    async () => {
      await desk.caseWhen(opened.id, isDecided, 60_000);
      await confirmIfAsked(stage, walk, { caseId: opened.id, earlier });
      await walk.awaitPasskeyPage();
      return desk.readCase(opened.id);
    },
    describeOutcome,
  );
  await createPasskeyAndSignIn(stage, walk);
  return { caseId: opened.id };
}

/** Whichever way the partner works: on its page and back, on its page beside ours, in an app, or with our own photos. */
async function verifyAt(stage: DemoStage, walk: PageWalk, provider: string): Promise<void> {
  const { story } = stage;
  if (await walk.isAt('provider')) await story.step('chooses the partner', () => walk.choosePartner(provider));
  if (await walk.isAt('front')) return photograph(stage, walk);
  const { handoff, partnerReturns } = await walk.flow();
  if (handoff?.kind === 'redirect' && partnerReturns) {
    await story.step('goes there, plays the verification and comes back', async () => {
      await walk.followPartnerLink();
      await walk.decideAtPartner('pass');
    });
  } else {
    const where = handoff?.kind === 'qr_deeplink' ? 'in the wallet app' : 'on the partner’s page beside ours';
    await story.step(`plays the verification ${where}`, () => walk.decideBeside('pass'));
  }
}

async function photograph(stage: DemoStage, walk: PageWalk): Promise<void> {
  const person = await demoPerson(stage, 'demo.ana');
  await stage.story.step('takes the photos on our own pages, for the partner to check', async () => {
    await walk.photographDocument({ bytes: person.document });
    await walk.photographFace({ bytes: person.selfie });
    await walk.send();
  });
}

/** A partner that cannot prove the device: another address on file is asked, and the number is on this person's own screen. */
async function confirmIfAsked(
  stage: DemoStage,
  walk: PageWalk,
  about: { caseId: string; earlier: readonly string[] },
): Promise<void> {
  const { state, stateReason } = await stage.desk.readCase(about.caseId);
  if (state !== 'held' || stateReason !== 'waiting_for_confirmation') return;
  const link = await stage.trial.confirmationLink(PARTNER_PERSON.otherEmail, about.earlier);
  const number = await walk.confirmationNumber();
  const mailProgram = await stage.newPerson();
  await answerQuestion(mailProgram.page, { link, number });
  stage.story.note(
    'Another address on file than the one of the link was asked, and the number on the screen was typed there.',
  );
}
