import type { Page } from 'playwright-core';
import type { PageLook } from '../harness/page-walk.js';

/** The page that sends a code, the one that only takes one, and the last one. */
const MARKS = {
  sentCode: 'form[action="/flow/without-document/send"]',
  savedCode: 'form[action="/flow/without-document/code"]',
  bothCodes: 'form[action="/flow/without-document/submit"]',
} as const;

/** The pages of somebody who has two codes and no document: each method is one page, filled in as a person would. */
export class WithoutDocumentWalk {
  constructor(
    private readonly page: Page,
    private readonly look: PageLook,
  ) {}

  /** From a page that asks for something else, by the link of those who have no document. */
  async begin(): Promise<void> {
    const link = 'a[href="/flow/without-document"]';
    await this.page.click(`main details:has(${link}) summary`);
    await this.page.click(`main ${link}`);
    await this.arriveAt('sentCode');
  }

  /** Asks for the first code; it goes to an address on file. */
  async askForCode(): Promise<void> {
    await this.submit('sentCode');
    await this.page.locator('main [role="status"]').waitFor();
    await this.look(this.page, 'codeRequested');
  }

  async giveSentCode(code: string): Promise<void> {
    await this.page.fill('#code', code);
    await this.submit('savedCode');
    await this.page.locator(MARKS.sentCode).waitFor({ state: 'detached' });
    await this.arriveAt('savedCode');
  }

  async giveSavedCode(code: string): Promise<void> {
    await this.page.fill('#code', code);
    await this.submit('savedCode');
    await this.arriveAt('bothCodes');
  }

  /** Asks for a decision. */
  async send(): Promise<void> {
    await this.submit('bothCodes');
    await this.page.waitForURL((url) => url.pathname === '/flow');
  }

  private async arriveAt(mark: keyof typeof MARKS): Promise<void> {
    await this.page.locator(MARKS[mark]).waitFor({ state: 'attached' });
    await this.look(this.page, mark);
  }

  private async submit(mark: keyof typeof MARKS): Promise<void> {
    await this.page.click(`${MARKS[mark]} button[type="submit"]`);
  }
}
