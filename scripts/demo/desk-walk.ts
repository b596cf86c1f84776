import { ConsoleWalk } from './console-walk.js';

/** An agent in front of the help desk's pages: each method is what they press, and the page that comes of it. */
export class DeskWalk extends ConsoleWalk {
  /** Finds somebody by what they say they are called. */
  async findPerson(who: string): Promise<void> {
    await this.goTo('/console/cases/new');
    await this.look(this.page, 'console-find-person');
    await this.page.fill('#who', who);
    await this.page.click('main form button[type="submit"]');
    await this.page.waitForURL((url) => url.pathname.endsWith('/find'));
    await this.look(this.page, 'console-new-request');
  }

  /** Fills the form of the person found in, and sends it by a double click. */
  async openRequest(wish: { channel: string; reason: string; ticketRef: string }): Promise<void> {
    const choice = this.page.locator(`input[name="channel"][value="${wish.channel}"]`);
    await this.page.click(`label[for="${await choice.getAttribute('id')}"]`);
    await this.page.fill('#reason', wish.reason);
    await this.page.fill('#ticketRef', wish.ticketRef);
    await this.page.dblclick('main form button[type="submit"]');
    await this.page.waitForURL((url) => url.searchParams.has('done'));
    await this.look(this.page, 'console-case');
  }

  /** Opens a case from one of the lists. */
  async openFrom(list: '/console/cases' | '/console/authorizations', reference: string): Promise<void> {
    await this.goTo(list);
    await this.look(this.page, 'console-list');
    await this.page.getByRole('link', { name: reference }).click();
    await this.page.waitForURL((url) => /\/console\/cases\/rc_\w+$/.test(url.pathname));
    await this.look(this.page, 'console-case');
  }

  /** Sends one of the forms of a case's page, with its field where it has one. */
  async send(form: 'authorization' | 'call-code' | 'cancel', text?: string): Promise<string> {
    const fields = this.page.locator(`form[action$="/${form}"]`);
    if (text !== undefined) await fields.locator('input[type="text"]').fill(text);
    await fields.locator('button[type="submit"]').click();
    await this.page.waitForURL((url) => url.searchParams.has('done'));
    await this.look(this.page, 'console-case');
    return this.notice();
  }

  /** A new link, which is the agent's to pass on. */
  async takeLink(): Promise<string> {
    await this.page.click('form[action$="/link"] button[type="submit"]');
    await this.page.waitForSelector('#link');
    await this.look(this.page, 'console-relayed-link');
    const link = await this.page.inputValue('#link');
    await this.page.click('main a.button-secondary');
    await this.page.waitForURL((url) => /\/console\/cases\/rc_\w+$/.test(url.pathname));
    return link;
  }

  private async goTo(section: string): Promise<void> {
    await this.page.click(`.console-sections a[href="${section}"]`);
    await this.page.waitForURL((url) => url.pathname === section);
  }
}
