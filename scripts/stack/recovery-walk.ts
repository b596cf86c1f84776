import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import type { DemoPictures } from '../../src/embedded/demo-people/index.js';
import { linkTokenOf } from '../harness/applicant.js';
import { eventually } from '../harness/eventually.js';
import { HelpDesk } from '../harness/help-desk.js';
import { HttpClient } from '../harness/http-client.js';
import { createPasskeyAndSignIn } from '../demo/main-journey.js';
import { assertApproved, describeOutcome, isDecided } from '../harness/outcome.js';
import { PageWalk } from '../harness/page-walk.js';
import type { Story } from '../demo/story.js';
import { ISSUER, type LockedOut } from './locked-out.js';
import type { ProductionStack } from './production-stack.js';

const PHONE = { width: 390, height: 844 };
const DECISION_TIMEOUT_MS = 60_000;
const GROUP = 'staff';

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

export interface OpenedCase {
  caseId: string;
  email: string;
}

/** Staff and people before the proxy: policy, account, case, mail, photos, the partner's answer, a passkey, a sign-in. */
export class RecoveryWalk {
  /** What must be in no log: the links' secrets and the recovery tokens. */
  readonly secrets: string[] = [];

  constructor(
    private readonly story: Story,
    private readonly stack: ProductionStack,
    private readonly browser: Browser,
  ) {}

  async makePolicy(): Promise<void> {
    await this.story.step('an operator makes the profile, a second one confirms it', async () => {
      const [first, second] = [await this.staff('operator'), await this.staff('operator', 'second')];
      const document = policyFor(this.stack.around.network.partner.id);
      const headers = { 'idempotency-key': randomUUID() };
      const answer = await first.post('/v1/policies', document, { headers });
      if (answer.status !== 202) return void answer.expect(201);
      const { id } = answer.json<{ id: string }>();
      (await second.post(`/v1/policy-changes/${id}/confirm`)).expect(200);
    });
  }

  async makeAccount({ login, person }: LockedOut, record: { portrait?: Uint8Array } = {}): Promise<void> {
    const { givenName, familyName, birthDate, documentNumber } = person;
    const document = { documentNumber, issuingCountry: ISSUER };
    await this.story.step('provisioning makes an account with a proofing record', async () => {
      const provisioner = new HelpDesk(await this.staff('provisioner'));
      await provisioner.createAccount({ login, givenName, familyName, birthDate, document, ...record });
    });
  }

  async openCase({ login }: LockedOut): Promise<OpenedCase> {
    const desk = await this.desk();
    const { id } = await this.story.step(
      'the help desk opens a case',
      () => desk.openCase({ login }),
      ({ reference }) => reference,
    );
    return { caseId: id, email: `${login}@example.test` };
  }

  /** From the mail to the page that makes a passkey. */
  async walkToPasskey({ pictures }: LockedOut, { caseId, email }: OpenedCase): Promise<PageWalk> {
    const { story, stack } = this;
    const link = await story.step('the link arrives by mail', () =>
      eventually('a mail with a link', async () => stack.around.mail.linksFor(email)[0]),
    );
    this.secrets.push(linkTokenOf(link));
    const walk = await this.walkPages(link, pictures);
    const desk = await this.desk();
    await story.step(
      'the partner is asked, and the case is decided',
      async () => {
        const decided = await desk.caseWhen(caseId, isDecided, DECISION_TIMEOUT_MS);
        assertApproved(decided);
        await walk.awaitPasskeyPage();
        return decided;
      },
      describeOutcome,
    );
    return walk;
  }

  async complete(walk: PageWalk, { caseId }: OpenedCase): Promise<void> {
    const { story } = this;
    await createPasskeyAndSignIn({ story }, walk);
    const desk = await this.desk();
    await story.step('the case is completed', () => desk.caseWhen(caseId, ({ state }) => state === 'completed'));
  }

  async desk(): Promise<HelpDesk> {
    return new HelpDesk(await this.staff('helpdesk'));
  }

  /** A signed-in person of the bank with one role. */
  async staff(role: string, name = 'first'): Promise<HttpClient> {
    const bearer = await this.stack.around.network.signIn(`${role}.${name}`, role);
    return new HttpClient({ baseUrl: this.stack.publicUrl, bearer });
  }

  /** In a browser of its own. */
  async newPage(): Promise<Page> {
    const context = await this.browser.newContext({ viewport: PHONE, locale: 'en-GB' });
    return context.newPage();
  }

  private async walkPages(link: string, pictures: DemoPictures): Promise<PageWalk> {
    const { story } = this;
    const walk = new PageWalk(await this.newPage());
    this.rememberToken(walk);
    await story.step('a person opens the link in Chromium, starts and agrees', async () => {
      await walk.openLink(link);
      await walk.start();
      await walk.agree();
    });
    await story.step('takes photos of the document and of the face, and sends them', async () => {
      await walk.chooseDocument();
      if (await walk.isAt('provider')) await walk.choosePartner(this.stack.around.network.partner.id);
      await walk.photographDocument({ bytes: Buffer.from(pictures.documentFront) });
      await walk.photographFace({ bytes: Buffer.from(pictures.selfie) });
      await walk.send();
    });
    return walk;
  }

  /** The page's script alone gets it; here it is read off the wire. */
  private rememberToken({ page }: PageWalk): void {
    page.on('response', (response) => {
      if (new URL(response.url()).pathname !== '/v1/flow/token' || !response.ok()) return;
      void response.json().then(
        (body: { token: string }) => this.secrets.push(body.token),
        () => undefined,
      );
    });
  }
}
