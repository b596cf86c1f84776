import type { Page } from 'playwright-core';
import type { PageLook } from '../harness/page-walk.js';

const PAGE_TIMEOUT_MS = 20_000;

/** A colleague in front of the console: each method is what they press, and the page that comes of it. */
export class ConsoleWalk {
  constructor(
    readonly page: Page,
    protected readonly look: PageLook = async () => undefined,
  ) {
    page.setDefaultTimeout(PAGE_TIMEOUT_MS);
  }

  /** From the console's own page to the demo's stand-in for the organisation's sign-in, and back. */
  async signIn(at: { url: string; password: string }, person: { sub: string; roles: string }): Promise<void> {
    await this.page.goto(`${at.url}/console/sign-in`);
    await this.look(this.page, 'console-sign-in');
    await this.page.click('main a.button-primary');
    await this.page.fill('#sub', person.sub);
    await this.page.fill('#roles', person.roles);
    await this.page.fill('#password', at.password);
    await this.page.click('button[type="submit"]');
    await this.page.waitForURL((url) => ['/console/reviews', '/console/cases'].includes(url.pathname));
    await this.look(this.page, 'console-list');
  }

  /** Opens a case of the list by its reference, with the keyboard. */
  async openCase(reference: string): Promise<void> {
    await this.page.getByRole('link', { name: reference }).focus();
    await this.page.keyboard.press('Enter');
    await this.page.waitForURL((url) => /\/console\/reviews\/rc_\w+$/.test(url.pathname));
    await this.look(this.page, 'console-review');
  }

  /** Pictures the page shows: whether each is a blurred one, and whether it arrived. */
  async pictures(): Promise<{ blurred: boolean; arrived: boolean }[]> {
    await this.page.waitForLoadState('load');
    return this.page.evaluate(() =>
      [...document.querySelectorAll<HTMLImageElement>('.console-pictures img')].map((image) => ({
        blurred: new URL(image.src).pathname.endsWith('/preview'),
        arrived: image.naturalWidth > 0,
      })),
    );
  }

  /** @param what one picture, the values, or all of it */
  async open(what: string): Promise<void> {
    await this.page.click(`button[name="open"][value="${what}"]`);
    await this.page.waitForURL((url) => url.pathname.endsWith('/open'));
    await this.look(this.page, 'console-review-opened');
  }

  /** Votes, by way of the page that asks once more. */
  async vote(outcome: 'approve' | 'deny' | 'retry', reason: string): Promise<void> {
    await this.choose(outcome, reason);
    await this.page.waitForURL((url) => url.pathname.endsWith('/confirm'));
    await this.look(this.page, 'console-confirm');
    await this.page.click('form[action$="/decision"] button[type="submit"]');
    await this.page.waitForURL((url) => url.searchParams.has('done'));
    await this.look(this.page, 'console-queue');
  }

  /** Presses one of the three, with a reason or without. */
  async choose(outcome: 'approve' | 'deny' | 'retry', reason: string): Promise<void> {
    await this.page.selectOption(`#reason-${outcome}`, reason);
    await this.page.locator(`form:has(#reason-${outcome}) button[type="submit"]`).click();
  }

  async notice(): Promise<string> {
    return (await this.page.locator('[role="status"]').innerText()).trim();
  }

  async signOut(): Promise<void> {
    await this.page.click('form[action="/console/sign-out"] button');
    await this.page.waitForURL((url) => url.pathname === '/console/sign-in');
  }
}
