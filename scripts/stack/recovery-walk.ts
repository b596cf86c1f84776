import { randomUUID } from 'node:crypto';
import type { Browser } from 'playwright-core';
import { DEMO_PEOPLE, renderDemoPictures, type DemoPictures } from '../../src/embedded/demo-people/index.js';
import { linkTokenOf } from '../demo/applicant.js';
import { eventually } from '../demo/eventually.js';
import { HelpDesk } from '../demo/help-desk.js';
import { HttpClient } from '../demo/http-client.js';
import { createPasskeyAndSignIn } from '../demo/main-journey.js';
import { assertApproved, describeOutcome, isDecided } from '../demo/outcome.js';
import { PageWalk } from '../demo/page-walk.js';
import type { Story } from '../demo/story.js';
import type { ProductionStack } from './production-stack.js';

const PHONE = { width: 390, height: 844 };
const DECISION_TIMEOUT_MS = 60_000;
const GROUP = 'staff';

const [ANA] = DEMO_PEOPLE;
if (!ANA) throw new Error('nobody is there to be locked out');
const { givenName, familyName, birthDate } = ANA;
const LOGIN = 'ana.marsh';

/** What the partner reads on the document: the account's holder stands there. */
export const HOLDER = { givenName, familyName, birthDate, documentNumber: 'P12345678', issuingCountry: 'GBR' };

/** What a production profile of a bank could be; every member that is not here keeps its default. */
const policyFor = (provider: string) => ({
  name: 'Everybody',
  priority: 0,
  include: [GROUP],
  providers: [provider],
  requiredChecks: ['document_authenticity', 'face_match', 'presentation_attack', 'data_match'],
  matching: { require: ['data'], unproofed: 'review' },
  strength: { aal3Checks: ['document_authenticity', 'face_match', 'presentation_attack'] },
});

export interface WalkedCase {
  caseId: string;
  /** What must be in no log: the link's secret and the recovery token. */
  secrets: string[];
  pictures: DemoPictures;
}

/** One whole recovery through the proxy: policy, account, case, mail, photos, the partner's answer, a passkey, a sign-in. */
export class RecoveryWalk {
  readonly #secrets: string[] = [];

  constructor(
    private readonly story: Story,
    private readonly stack: ProductionStack,
    private readonly browser: Browser,
  ) {}

  async walk(): Promise<WalkedCase> {
    const { story, stack } = this;
    await story.step('an operator makes the profile, a second one confirms it', () => this.makePolicy());
    const { email } = await story.step('provisioning makes an account with a proofing record', async () =>
      new HelpDesk(await this.staff('provisioner')).createAccount({ login: LOGIN, givenName, familyName, birthDate }),
    );
    const desk = new HelpDesk(await this.staff('helpdesk'));
    const { id, reference } = await story.step(
      'the help desk opens a case',
      () => desk.openCase({ login: LOGIN }),
      (opened) => opened.reference,
    );
    const link = await story.step('the link arrives by mail', () =>
      eventually('a mail with a link', async () => stack.around.mail.linksFor(email)[0]),
    );
    this.#secrets.push(linkTokenOf(link));
    const { walk, pictures } = await this.walkPages(link);
    await story.step(
      'the partner is asked, and the case is decided',
      async () => {
        const decided = await desk.caseWhen(id, isDecided, DECISION_TIMEOUT_MS);
        assertApproved(decided);
        await walk.awaitPasskeyPage();
        return decided;
      },
      describeOutcome,
    );
    await createPasskeyAndSignIn({ story }, walk);
    await story.step(
      'the case is completed',
      () => desk.caseWhen(id, ({ state }) => state === 'completed'),
      () => reference,
    );
    return { caseId: id, secrets: this.#secrets, pictures };
  }

  private async walkPages(link: string): Promise<{ walk: PageWalk; pictures: DemoPictures }> {
    const { story } = this;
    const context = await this.browser.newContext({ viewport: PHONE, locale: 'en-GB' });
    const walk = new PageWalk(await context.newPage());
    this.rememberToken(walk);
    await story.step('a person opens the link in Chromium, starts and agrees', async () => {
      await walk.openLink(link);
      await walk.start();
      await walk.agree();
    });
    const pictures = (await renderDemoPictures()).get(ANA?.login ?? 'demo.ana');
    if (!pictures) throw new Error('there are no pictures');
    await story.step('takes photos of the document and of the face, and sends them', async () => {
      await walk.chooseDocument();
      if (await walk.isAt('provider')) await walk.choosePartner(this.stack.around.network.partner.id);
      await walk.photographDocument({ bytes: Buffer.from(pictures.documentFront) });
      await walk.photographFace({ bytes: Buffer.from(pictures.selfie) });
      await walk.send();
    });
    return { walk, pictures };
  }

  /** The page's script alone gets it; here it is read off the wire. */
  private rememberToken({ page }: PageWalk): void {
    page.on('response', (response) => {
      if (new URL(response.url()).pathname !== '/v1/flow/token' || !response.ok()) return;
      void response.json().then(
        (body: { token: string }) => this.#secrets.push(body.token),
        () => undefined,
      );
    });
  }

  private async makePolicy(): Promise<void> {
    const [first, second] = [await this.staff('operator'), await this.staff('operator', 'second')];
    const document = policyFor(this.stack.around.network.partner.id);
    const headers = { 'idempotency-key': randomUUID() };
    const answer = await first.post('/v1/policies', document, { headers });
    if (answer.status !== 202) return void answer.expect(201);
    (await second.post(`/v1/policy-changes/${answer.json<{ id: string }>().id}/confirm`)).expect(200);
  }

  /** A signed-in person of the bank with one role. */
  private async staff(role: string, name = 'first'): Promise<HttpClient> {
    const bearer = await this.stack.around.network.signIn(`${role}.${name}`, role);
    return new HttpClient({ baseUrl: this.stack.publicUrl, bearer });
  }
}
