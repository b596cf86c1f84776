import type { Page } from 'playwright-core';
import { eventually } from './eventually.js';

/** What tells one page of the flow from another: its form or its script's block, never its words. */
const MARKS = {
  landing: 'form[action="/flow/start"]',
  consent: 'form[action="/flow/consent"]',
  document: 'form[action="/flow/document"]',
  provider: 'form[action="/flow/verification"]',
  front: 'form[action="/flow/evidence/document_front"]',
  selfie: 'form[action="/flow/evidence/selfie"]',
  send: 'form[action="/flow/submit"]',
  passkey: '[data-passkey="create"]',
  done: '[data-passkey="try"]',
} as const;

export type PageMark = keyof typeof MARKS;

export interface Photo {
  bytes: Buffer;
  /** Only the browser looks at it. */
  name?: string;
}

/** An automatic look at each page that was reached, before anything is done on it. */
export type PageLook = (page: Page, mark: string) => Promise<void>;

/** Another page came than the one that was expected. */
export class WrongPageError extends Error {
  override readonly name = 'WrongPageError';
}

const PAGE_TIMEOUT_MS = 20_000;
const DECISION_TIMEOUT_MS = 60_000;
/** How long a page is given to move on by itself before it is loaded again. */
const PATIENCE_MS = 1_500;

/** The locked-out person in front of a browser: each method is one page, filled in as a person would. */
export class PageWalk {
  constructor(
    readonly page: Page,
    private readonly look: PageLook = async () => undefined,
  ) {
    page.setDefaultTimeout(PAGE_TIMEOUT_MS);
  }

  /** Follows the link; nothing is used up by it. */
  async openLink(link: string): Promise<void> {
    await this.page.goto(link);
    await this.arriveAt('landing');
  }

  async start(): Promise<void> {
    await this.submit(MARKS.landing);
    await this.arriveAt('consent');
  }

  async agree(): Promise<void> {
    await this.choose('consent', 'agreed', 'true');
    await this.submit(MARKS.consent);
    await this.arriveAt('document');
  }

  /** Where only one provider is offered, the page after it is the first photo already. */
  async chooseDocument({ country = 'GB', type = 'identity_card' } = {}): Promise<void> {
    await this.page.selectOption('#issuingCountry', country);
    await this.choose('document', 'documentType', type);
    await this.submit(MARKS.document);
    await this.arriveAt('provider', 'front');
  }

  async chooseOwnCheck(): Promise<void> {
    if (!(await this.isAt('provider'))) return;
    await this.chooseProvider('local');
    await this.arriveAt('front');
  }

  /** Chooses the sandbox partner and follows the link to it. */
  async goToPartner(): Promise<void> {
    await this.chooseProvider('sandbox');
    const link = this.page.locator('main a.button-primary');
    await link.waitFor();
    await this.look(this.page, 'partner-handoff');
    await link.click();
    await this.page.locator('button[name="decision"]').first().waitFor();
  }

  /** On the sandbox partner's own page: what the document says, and how the verification ends. */
  async decideAtPartner(decision: string, identity: Record<string, string> = {}): Promise<void> {
    for (const [field, value] of Object.entries(identity)) await this.page.fill(`input[name="${field}"]`, value);
    await this.page.click(`button[name="decision"][value="${decision}"]`);
    await this.page.waitForURL((url) => url.pathname === '/flow');
  }

  async photographDocument(photo: Photo): Promise<void> {
    await this.photograph('front', photo);
    await this.arriveAt('selfie');
  }

  async photographFace(photo: Photo): Promise<void> {
    await this.photograph('selfie', photo);
    await this.arriveAt('send');
  }

  async send(): Promise<void> {
    await this.submit(MARKS.send);
    await this.page.waitForURL((url) => url.pathname === '/flow');
  }

  /** Waits until the case is decided in the person's favour: the page moves on by itself, or is loaded again. */
  async awaitPasskeyPage(): Promise<void> {
    await eventually('the page offers a passkey', () => this.offersPasskey(), { timeoutMs: DECISION_TIMEOUT_MS }).catch(
      async () => {
        throw new WrongPageError(`expected the page that makes a passkey, but it says: ${await this.describe()}`);
      },
    );
    await this.look(this.page, 'passkey');
  }

  /** Presses the button that makes the passkey. Needs scripts and an authenticator. */
  async createPasskey(): Promise<void> {
    await this.page.click(`${MARKS.passkey} [data-hint="client-device"]`);
    await Promise.race([this.page.locator(MARKS.done).waitFor(), this.failOnProblem()]);
    await this.look(this.page, 'done');
  }

  /** Signs in with the new passkey on the last page; what the page then says. */
  async signIn(): Promise<string> {
    await this.page.click(`${MARKS.done} [data-try]`);
    const status = this.page.locator(`${MARKS.done} [data-status]`);
    const button = this.page.locator(`${MARKS.done} [data-try]`);
    await Promise.race([button.waitFor({ state: 'hidden' }), this.failOnProblem()]);
    return (await status.innerText()).trim();
  }

  /** Heading of the page that is shown. */
  async heading(): Promise<string> {
    return (await this.page.locator('h1').innerText()).trim();
  }

  async isAt(mark: PageMark): Promise<boolean> {
    return (await this.page.locator(MARKS[mark]).count()) > 0;
  }

  private async offersPasskey(): Promise<boolean> {
    const mark = this.page.locator(MARKS.passkey);
    const came = await mark.waitFor({ state: 'attached', timeout: PATIENCE_MS }).then(
      () => true,
      () => false,
    );
    // The page's own script may be moving on at this moment; then that is the look we wanted.
    if (!came) await this.page.goto(new URL('/flow', this.page.url()).href).catch(() => undefined);
    return came;
  }

  /** @throws WrongPageError when another page comes */
  private async arriveAt(...marks: PageMark[]): Promise<void> {
    const wanted = marks.map((mark) => MARKS[mark]).join(', ');
    await this.page
      .locator(wanted)
      .first()
      .waitFor({ state: 'attached' })
      .catch(async () => {
        throw new WrongPageError(`expected the page "${marks.join('" or "')}", but it says: ${await this.describe()}`);
      });
    for (const mark of marks) if (await this.isAt(mark)) await this.look(this.page, mark);
  }

  private async chooseProvider(provider: string): Promise<void> {
    await this.choose('provider', 'provider', provider);
    await this.submit(MARKS.provider);
  }

  /** Clicks the label, which is what a person sees of a choice. */
  private async choose(mark: PageMark, name: string, value: string): Promise<void> {
    const input = this.page.locator(`${MARKS[mark]} input[name="${name}"][value="${value}"]`);
    await this.page.click(`label[for="${await input.getAttribute('id')}"]`);
  }

  private async photograph(mark: 'front' | 'selfie', { bytes, name = 'photo.jpg' }: Photo): Promise<void> {
    const mimeType = bytes[0] === 0x89 ? 'image/png' : bytes[0] === 0x52 ? 'image/webp' : 'image/jpeg';
    await this.page.setInputFiles(`${MARKS[mark]} input[type="file"]`, { name, mimeType, buffer: bytes });
    await this.submit(MARKS[mark]);
  }

  private async submit(form: string): Promise<void> {
    await this.page.click(`${form} button[type="submit"]`);
  }

  private async failOnProblem(): Promise<never> {
    const problem = this.page.locator('[data-problem]:visible');
    await problem.waitFor();
    throw new WrongPageError(`the page says: ${(await problem.innerText()).replaceAll('\n', ' ')}`);
  }

  private async describe(): Promise<string> {
    const heading = await this.heading().catch(() => 'nothing');
    const problems = await this.page.locator('.error-summary:visible').allInnerTexts();
    return [`"${heading}"`, ...problems.map((text) => text.replaceAll('\n', ' '))].join(', ');
  }
}
