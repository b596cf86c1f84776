import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { addVirtualAuthenticator, openBrowser } from '../../scripts/harness/chromium/index.js';
import { PageWalk } from '../../scripts/harness/page-walk.js';
import { GoldenStage } from '../journeys/golden-stage.js';
import { startService, type TestService } from '../support/service.js';
import { VisitedPages } from '../support/visited-pages.js';

/** As most organisations have it: the partner takes the pictures on its own page, and nobody else does. */
const PARTNER_ALONE = { providers: [{ id: 'sandbox', unprovenDevice: 'allow' }] };

describe('another try where every check is done on a partner’s page', () => {
  let service: TestService;
  let browser: Browser;
  let visited: VisitedPages;

  beforeAll(async () => {
    [service, browser] = await Promise.all([startService(), openBrowser()]);
  });

  afterAll(async () => {
    await Promise.all([browser?.close(), service?.end()]);
  });

  /** A person at the partner's page for the first time. */
  async function atPartner(login: string): Promise<{ walk: PageWalk; caseId: string }> {
    visited = new VisitedPages();
    const account = await new GoldenStage(service).account(login, { changes: PARTNER_ALONE });
    const { id: caseId } = await service.desk.openCase({ id: account.id });
    const page = await (await browser.newContext({ locale: 'en-GB' })).newPage();
    const walk = new PageWalk(page, visited.look);
    await walk.openLink(await service.trial.recoveryLink(account.email));
    await walk.start();
    await walk.agree();
    await walk.chooseDocument();
    await walk.goToPartner();
    return { walk, caseId };
  }

  async function recover({ walk, caseId }: Awaited<ReturnType<typeof atPartner>>): Promise<void> {
    await walk.goToPartner();
    await walk.decideAtPartner('pass');
    await walk.awaitPasskeyPage();
    await addVirtualAuthenticator(walk.page);
    await walk.createPasskey();
    await walk.signIn();
    await walk.page.context().close();
    expect(await service.desk.readCase(caseId)).toMatchObject({ state: 'completed', provider: 'sandbox' });
    expect(visited.faults).toEqual([]);
  }

  it.each([
    ['stop at the partner', 'cancelled', 'The check was not finished.'],
    ['a face that did not match', 'fail:face_match', 'We could not match your face to the photo.'],
  ])('after %s the person is led to the partner again, and recovers', async (_what, decision, reason) => {
    const person = await atPartner(`again.${decision.length}`);
    await person.walk.decideAtPartner(decision);
    await person.walk.awaitRetryPage();
    expect(await person.walk.page.locator('.reasons').innerText()).toContain(reason);
    await person.walk.tryAgain('provider');
    await recover(person);
  });

  it('an expired document is exchanged for another one, and the person recovers', async () => {
    const person = await atPartner('again.other');
    await person.walk.decideAtPartner('fail:document_expiry');
    await person.walk.awaitRetryPage();
    await person.walk.tryAgain('document');
    await person.walk.chooseDocument({ type: 'passport' });
    await recover(person);
  });

  it('a request that the help desk stops says so where it was open, with its number, and a browser without it does not', async () => {
    visited = new VisitedPages();
    const account = await new GoldenStage(service).account('again.stopped');
    const { id: caseId } = await service.desk.openCase({ id: account.id });
    const page = await (await browser.newContext({ locale: 'en-GB' })).newPage();
    const walk = new PageWalk(page, visited.look);
    await walk.openLink(await service.trial.recoveryLink(account.email));
    await walk.start();
    await service.desk.cancel(caseId);
    await page.reload();
    expect(await walk.heading()).toBe('This request was cancelled');
    const { reference } = await service.desk.readCase(caseId);
    expect(await page.locator('body').innerText()).toContain(reference);
    await visited.look(page, 'ended');
    await page.context().clearCookies();
    await page.reload();
    expect(await walk.heading()).toBe('This page has ended');
    expect(await page.locator('body').innerText()).not.toContain(reference);
    await visited.look(page, 'flow-ended');
    expect(visited.faults).toEqual([]);
  });

  it('left no error in the log', () => {
    expect(service.errorLines()).toEqual([]);
  });
});
