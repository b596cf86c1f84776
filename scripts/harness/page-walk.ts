import type { Page } from 'playwright-core';
import { eventually } from './eventually.js';
import { MARKS, type PageMark } from './page-marks.js';

export interface Photo {
  bytes: Buffer;
  /** Only the browser looks at it. */
  name?: string;
}

/** The members of the flow that journeys look at. */
export interface BrowserFlow {
  state: string;
  stateReason: string | null;
  step: string;
  handoff: { kind: string; url?: string } | null;
  partnerReturns: boolean | null;
  confirmation: { number: string } | null;
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
    await this.arriveAt('consent', 'callCode');
  }

  async agree(): Promise<void> {
    await this.choose('consent', 'agreed', 'true');
    await this.submit(MARKS.consent);
    await this.arriveAt('document', 'codes');
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

  /** Chooses a partner; the page then says where its check is done, or takes the first photo for it. */
  async choosePartner(provider: string): Promise<void> {
    await this.chooseProvider(provider);
    await this.page.locator(`main a.button-primary, ${MARKS.front}`).first().waitFor({ state: 'attached' });
    await this.look(this.page, (await this.isAt('front')) ? 'front' : 'partner-handoff');
  }

  /** Chooses a partner that sends people back, and follows the link to it. */
  async goToPartner(provider = 'sandbox'): Promise<void> {
    await this.choosePartner(provider);
    await this.followPartnerLink();
  }

  async followPartnerLink(): Promise<void> {
    await this.page.locator('main a.button-primary').click();
    await this.page.locator('button[name="decision"]').first().waitFor();
  }

  /** On the partner's own page: what the document says, and how the verification ends. */
  async decideAtPartner(decision: string, identity: Record<string, string> = {}): Promise<void> {
    await decideOn(this.page, decision, identity);
    await this.page.waitForURL((url) => url.pathname === '/flow');
  }

  /** A partner that sends nobody back opens beside the flow, or is an app on this device or another. */
  async decideBeside(decision: string, identity: Record<string, string> = {}): Promise<void> {
    const link = this.page.locator('main a.button-primary');
    const address = new URL((await link.getAttribute('href')) ?? '', this.page.url());
    const other = await (address.protocol === 'openid-vc:' ? this.openWallet(address) : this.openBeside());
    await decideOn(other, decision, identity);
    await other.locator('button[name="decision"]').first().waitFor({ state: 'detached' });
    await other.close();
  }

  /** What a wallet app would do with the link; the simulator plays the app on a page. */
  async openWallet(deepLink: URL, context = this.page.context()): Promise<Page> {
    const requestUri = new URL(deepLink.searchParams.get('request_uri') ?? '');
    const wallet = await context.newPage();
    await wallet.goto(`${requestUri.origin}/wallet?request_uri=${encodeURIComponent(requestUri.href)}`);
    return wallet;
  }

  /** Address of the partner's page or app, as this browser was given it. */
  async partnerAddress(): Promise<string> {
    return (await this.flow()).handoff?.url ?? '';
  }

  /** The number that the page of a held case shows, once the case is held for it. */
  async confirmationNumber(): Promise<string> {
    return eventually(
      'the page shows a number',
      async () => (await this.flow().catch(justLeaving))?.confirmation?.number,
      {
        timeoutMs: DECISION_TIMEOUT_MS,
      },
    );
  }

  /** The flow as this browser's own scripts would read it. */
  async flow(): Promise<BrowserFlow> {
    return this.page.evaluate(async () => (await (await fetch('/v1/flow')).json()) as never);
  }

  private async openBeside(): Promise<Page> {
    const [other] = await Promise.all([
      this.page.context().waitForEvent('page'),
      this.page.locator('main a.button-primary').click(),
    ]);
    return other;
  }

  async photographFront(photo: Photo): Promise<void> {
    await this.photograph('front', photo);
    await this.arriveAt('back', 'selfie');
  }

  async photographBack(photo: Photo): Promise<void> {
    await this.photograph('back', photo);
    await this.arriveAt('selfie');
  }

  /** Front and back of a card that says everything on its front: the back is left out. */
  async photographDocument(photo: Photo): Promise<void> {
    await this.photographFront(photo);
    if (!(await this.isAt('back'))) return;
    await this.page.locator('main a[href="/flow/evidence/selfie"]').click();
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
    await eventually('the page offers a passkey', () => this.comesTo('passkey'), {
      timeoutMs: DECISION_TIMEOUT_MS,
    }).catch(async () => {
      throw new WrongPageError(`expected the page that makes a passkey, but it says: ${await this.describe()}`);
    });
    await this.look(this.page, 'passkey');
  }

  /** Waits until the page asks for another try. */
  async awaitRetryPage(): Promise<void> {
    await eventually('the page asks for another try', () => this.comesTo('retry'), { timeoutMs: DECISION_TIMEOUT_MS });
    await this.look(this.page, 'retry');
  }

  /** Presses the button of the page that asks for another try, which leads to the page with this mark. */
  async tryAgain(mark: PageMark): Promise<void> {
    await this.page.locator('main a.button-primary').click();
    await this.arriveAt(mark);
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

  private async comesTo(awaited: PageMark): Promise<boolean> {
    const mark = this.page.locator(MARKS[awaited]);
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

  private async photograph(mark: 'front' | 'back' | 'selfie', { bytes, name = 'photo.jpg' }: Photo): Promise<void> {
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

/** The page's own script moves on by itself: then the next page is asked. */
export function justLeaving(error: unknown): undefined {
  if (!(error instanceof Error) || !error.message.includes('Execution context was destroyed')) throw error;
}

async function decideOn(page: Page, decision: string, identity: Record<string, string>): Promise<void> {
  for (const [field, value] of Object.entries(identity)) await page.fill(`input[name="${field}"]`, value);
  await page.click(`button[name="decision"][value="${decision}"]`);
}

/** The page behind a question to an address on file: the number is typed and sent. What the page then says. */
export async function answerQuestion(page: Page, answer: { link: string; number: string }): Promise<string> {
  await page.goto(answer.link);
  const form = page.locator('form[action$="/confirm"]');
  await form.locator('input[name="number"]').fill(answer.number);
  await form.locator('button[type="submit"]').click();
  await page.waitForURL((url) => url.pathname.endsWith('/confirm'));
  return (await page.locator('h1').innerText()).trim();
}
