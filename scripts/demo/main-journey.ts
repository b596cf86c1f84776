import { addVirtualAuthenticator } from '../harness/chromium/index.js';
import type { DemoStage } from './demo-stage.js';
import { assertApproved, describeOutcome, isDecided } from '../harness/outcome.js';
import type { PageWalk } from '../harness/page-walk.js';

/** The first comparison loads the models. */
const DECISION_TIMEOUT_MS = 60_000;

/** Whose way back this is, and what they hold into the camera. */
export interface LockedOutPerson {
  login: string;
  email: string;
  document: Buffer;
  /** Left out when the document says everything on its front. */
  back?: Buffer;
  selfie: Buffer;
}

export interface RecoveredPerson {
  walk: PageWalk;
  caseId: string;
  /** The recovery token as the page received it; spent by now. */
  token: string;
}

/** One of the demo people, with the service's own pictures of them. */
export async function demoPerson(stage: DemoStage, login: 'demo.ana' | 'demo.bea'): Promise<LockedOutPerson> {
  const [document, back, selfie] = await Promise.all([
    stage.trial.picture(login, 'document_front'),
    stage.trial.picture(login, 'document_back'),
    stage.trial.picture(login, 'selfie'),
  ]);
  return { login, email: `${login.replace('demo.', '')}@example.test`, document, back, selfie };
}

/** From the call to the help desk to a sign-in with the new passkey; the machine's own check decides. */
export async function walkMainJourney(stage: DemoStage, person: LockedOutPerson): Promise<RecoveredPerson> {
  const { story, desk } = stage;
  const opened = await story.step(
    'help desk opens a case, and the link arrives by mail',
    () => stage.openCase(person.login, person.email),
    ({ reference }) => reference,
  );
  const walk = await stage.newPerson();
  const token = await watchToken(walk);
  await walkToDecision(stage, walk, { ...person, link: opened.link });
  await story.step(
    'the case is decided: name, birth date, number, face match',
    async () => {
      const decided = await desk.caseWhen(opened.id, isDecided, DECISION_TIMEOUT_MS);
      assertApproved(decided);
      await walk.awaitPasskeyPage();
      return decided;
    },
    describeOutcome,
  );
  await createPasskeyAndSignIn(stage, walk);
  await story.step(
    'the case is completed',
    () => desk.caseWhen(opened.id, ({ state }) => state === 'completed'),
    ({ reference, state }) => `${reference} ${state}`,
  );
  return { walk, caseId: opened.id, token: await token.seen };
}

async function walkToDecision(
  { story }: DemoStage,
  walk: PageWalk,
  person: LockedOutPerson & { link: string },
): Promise<void> {
  await story.step('opens the link from the mail', () => walk.openLink(person.link));
  await story.step('starts in this browser', () => walk.start());
  await story.step('agrees to the check', () => walk.agree());
  await story.step('chooses the document', () => walk.chooseDocument());
  await story.step('chooses the check on the organisation’s own machine', () => walk.chooseOwnCheck());
  await story.step(
    'takes photos of the document',
    () => photographDocument(walk, person),
    () => [person.document, person.back].flatMap((picture) => (picture ? [kilobytes(picture)] : [])).join(' and '),
  );
  await story.step(
    'takes a photo of the face',
    () => walk.photographFace({ bytes: person.selfie }),
    () => kilobytes(person.selfie),
  );
  await story.step('sends the photos', () => walk.send());
}

async function photographDocument(walk: PageWalk, { document, back }: LockedOutPerson): Promise<void> {
  if (!back) return walk.photographDocument({ bytes: document });
  await walk.photographFront({ bytes: document });
  await walk.photographBack({ bytes: back });
}

/** The last two steps, the same whoever verified. */
export async function createPasskeyAndSignIn({ story }: Pick<DemoStage, 'story'>, walk: PageWalk): Promise<void> {
  const authenticator = await addVirtualAuthenticator(walk.page);
  await story.step(
    'creates a passkey with the recovery token',
    async () => {
      await walk.createPasskey();
      return authenticator.credentials();
    },
    (credentials) => `${credentials.length} passkey for ${credentials[0]?.rpId ?? '?'}`,
  );
  await story.step(
    'signs in with the new passkey',
    async () => {
      const says = await walk.signIn();
      if (!says.includes('signed in as')) throw new Error(`the page says "${says}"`);
      return says;
    },
    (says) => says.replace(/^It works\. /, ''),
  );
}

/** A spent token buys nothing, not even in the browser that spent it. */
export async function refuseSpentToken({ story }: DemoStage, { walk, token }: RecoveredPerson): Promise<void> {
  await story.step(
    'a spent token is refused in the same browser',
    async () => {
      const answer = await presentInPage(walk, token);
      if (answer.status !== 410) throw new Error(`it was answered with ${answer.status} ${answer.code}`);
      return answer;
    },
    ({ status, code }) => `${status} ${code}`,
  );
}

/** Asks as the page's own script would, cookies included. */
async function presentInPage(walk: PageWalk, token: string): Promise<{ status: number; code: string }> {
  return walk.page.evaluate(async (presented) => {
    const answer = await fetch('/v1/passkey-registrations/options', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: presented }),
    });
    const body = (await answer.json()) as { code?: string };
    return { status: answer.status, code: body.code ?? 'accepted' };
  }, token);
}

/**
 * The page keeps the token in its script's memory only: its own `fetch` says here what it was given, because the browser
 * forgets an answer as soon as the page has gone on. Nobody asks for it when an earlier step fails.
 */
async function watchToken({ page }: PageWalk): Promise<{ seen: Promise<string> }> {
  let see: (token: string) => void = () => undefined;
  const seen = new Promise<string>((resolve) => (see = resolve));
  await page.exposeFunction('demoSees', (token: string) => see(token));
  await page.addInitScript(`const ask = globalThis.fetch;
    globalThis.fetch = async (...request) => {
      const answer = await ask(...request);
      if (answer.ok && new URL(answer.url).pathname === '/v1/flow/token') await globalThis.demoSees((await answer.clone().json()).token);
      return answer;
    };`);
  return { seen };
}

function kilobytes(picture: Buffer): string {
  return `${Math.round(picture.length / 1024)} kB`;
}
