import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { addVirtualAuthenticator, openBrowser } from '../../scripts/harness/chromium/index.js';
import { ConsoleWalk } from '../../scripts/demo/console-walk.js';
import { DeskWalk } from '../../scripts/demo/desk-walk.js';
import { PageWalk } from '../../scripts/harness/page-walk.js';
import { GoldenStage, type Account } from '../journeys/golden-stage.js';
import { VisitedPages } from '../support/visited-pages.js';

const TWO_REVIEWERS = { review: { reviewable: ['face_match'], reviewersNeeded: 2 } };

describe('the staff’s console in a browser', () => {
  let stage: GoldenStage;
  let browser: Browser;

  beforeAll(async () => {
    [stage, browser] = await Promise.all([GoldenStage.start(), openBrowser()]);
  });
  afterAll(async () => {
    await Promise.all([browser?.close(), stage?.end()]);
  });

  interface Seat {
    sub: string;
    width?: number;
    locale?: string;
    dark?: boolean;
    scripts?: boolean;
  }
  async function seated<Walk extends ConsoleWalk>(
    seat: Seat & { roles: string; walk: new (...given: ConstructorParameters<typeof ConsoleWalk>) => Walk },
    visited: VisitedPages,
  ): Promise<Walk> {
    const { sub, width = 1_280, locale = 'en-GB', dark = false, scripts = true } = seat;
    const context = await browser.newContext({
      viewport: { width, height: 800 },
      locale,
      colorScheme: dark ? 'dark' : 'light',
      javaScriptEnabled: scripts,
    });
    const page = await context.newPage();
    visited.watch(page);
    const walk = new seat.walk(page, scripts ? visited.look : visited.lookWithoutScripts);
    const { url, adminToken } = stage.service.ready;
    await walk.signIn({ url, password: adminToken }, { sub, roles: seat.roles });
    return walk;
  }
  const reviewer = (seat: Seat, visited: VisitedPages): Promise<ConsoleWalk> =>
    seated({ ...seat, roles: 'reviewer', walk: ConsoleWalk }, visited);
  const agent = (seat: Seat, visited: VisitedPages): Promise<DeskWalk> =>
    seated({ ...seat, roles: 'helpdesk', walk: DeskWalk }, visited);
  const referenceOf = async (caseId: string): Promise<string> => (await stage.service.desk.readCase(caseId)).reference;
  const eventsOf = async (caseId: string, type: string): Promise<string[]> =>
    (await stage.service.desk.timeline(caseId)).filter((event) => event.type === type).map(({ actor }) => actor.id);

  /** With a portrait on record: the partner keeps the pictures it took. */
  async function accountWithPortrait(login: string): Promise<Account> {
    const operator = await stage.colleague('operator-1', ['operator']);
    const profile = { name: `Console ${login}`, group: login, changes: TWO_REVIEWERS };
    await operator.createPolicy(profile, await stage.colleague('operator-2', ['operator']));
    const portrait = await stage.service.trial.picture('demo.ana', 'selfie');
    const person = { login, givenName: 'Greta', familyName: `Golden-${login}`, birthDate: '1984-02-29' };
    return { ...(await stage.service.desk.createAccount({ ...person, groups: [login], portrait })), addresses: 1 };
  }

  it('leads from the sign-in to two approvals, after which the person goes on', async () => {
    const visited = new VisitedPages();
    const account = await accountWithPortrait('console-two');
    const { caseId, link } = await stage.open(account);
    const person = new PageWalk(await (await browser.newContext({ locale: 'en-GB' })).newPage());
    await person.openLink(link);
    await person.start();
    await person.agree();
    await person.chooseDocument();
    await person.goToPartner();
    await person.decideAtPartner('review');
    await stage.reaches({ caseId }, 'in_review');
    const reference = await referenceOf(caseId);

    const rita = await reviewer({ sub: 'rita' }, visited);
    await rita.openCase(reference);
    expect(await rita.pictures()).toEqual([{ blurred: true, arrived: true }]);
    expect(await eventsOf(caseId, 'review.evidence_viewed')).toEqual([]);
    await rita.open('reference_portrait');
    expect(await rita.pictures()).toEqual([{ blurred: false, arrived: true }]);
    expect(await eventsOf(caseId, 'review.evidence_viewed')).toEqual(['rita']);
    await rita.vote('approve', 'same_person');
    expect(await rita.notice()).toContain('waits for another reviewer');
    await rita.openCase(reference);
    expect(await rita.page.locator('form[action$="/confirm"]').count()).toBe(0);

    const rolf = await reviewer({ sub: 'rolf', width: 320, locale: 'ar', dark: true }, visited);
    await rolf.openCase(reference);
    await rolf.open('all');
    expect(await eventsOf(caseId, 'review.values_viewed')).toEqual(['rolf']);
    await rolf.vote('approve', 'data_agrees');
    await stage.reaches({ caseId }, 'approved');
    expect(await eventsOf(caseId, 'review.voted')).toEqual(['rita', 'rolf']);

    await person.awaitPasskeyPage();
    await addVirtualAuthenticator(person.page);
    await person.createPasskey();
    expect(await person.signIn()).toContain('signed in');
    await rolf.signOut();
    expect(visited.faults).toEqual([]);
  });

  it('shows document and selfie side by side without scripts, asks for a reason, and sends somebody back', async () => {
    const visited = new VisitedPages();
    const account = await stage.account('console-pictures', { changes: { review: { onFail: 'review' } } });
    const begun = await stage.begin(account);
    const { trial } = stage.service;
    const [document, selfie] = [
      await trial.picture('demo.bea', 'document_front'),
      await trial.picture('demo.bea', 'selfie'),
    ];
    await begun.applicant.showPictures({ document, selfie });
    await stage.reaches(begun, 'in_review');

    const rita = await reviewer({ sub: 'rita', width: 320, locale: 'de', scripts: false }, visited);
    await rita.openCase(await referenceOf(begun.caseId));
    await rita.open('all');
    const tickets = await rita.page
      .locator('.console-pictures img')
      .evaluateAll((images) => images.map((image) => image.getAttribute('src')));
    expect(tickets).toHaveLength(2);
    expect(tickets.every((source) => source?.includes('signature='))).toBe(true);
    await rita.page.waitForLoadState('load');
    expect(await eventsOf(begun.caseId, 'review.evidence_viewed')).toEqual(['rita', 'rita']);
    expect(await rita.page.locator('#reason-approve').count()).toBe(0);
    await rita.choose('retry', '');
    expect(await rita.page.locator('[role="alert"] a').getAttribute('href')).toBe('#reason-retry');
    await rita.vote('retry', 'blur');
    await stage.reaches(begun, 'awaiting_evidence', 2);
    expect((await begun.applicant.flow()).reasons).toEqual(['blur']);
    // The page without a reason, and nothing else.
    expect(visited.faults).toEqual([expect.stringMatching(/^console: Failed to load resource.*400 \(Bad Request\)$/)]);
  });

  it('T49: opens a privileged account’s recovery by two agents, passes the link on, and ties the call to the browser', async () => {
    const visited = new VisitedPages();
    const [login, id] = ['console-desk', `sub_${'D'.repeat(26)}`];
    const person = { login, givenName: 'Dora', familyName: 'Desk', emails: [`${login}@example.test`] };
    const provisioner = await stage.signedIn('provisioner-1', ['provisioner']);
    const json = { ...person, assuranceLevel: 'AAL1', privileged: true };
    (await provisioner.send('PUT', `/v1/subjects/${id}`, { json })).expect(200);

    const anna = await agent({ sub: 'anna', width: 320, locale: 'ar', dark: true, scripts: false }, visited);
    await anna.findPerson(login);
    await anna.openRequest({ channel: 'relay', reason: 'Lost the phone', ticketRef: 'INC-42' });
    const caseId = new URL(anna.page.url()).pathname.split('/').at(-1) ?? '';
    const reference = await referenceOf(caseId);
    expect(await anna.page.locator('form[action$="/authorization"], form[action$="/link"]').count()).toBe(0);

    const bert = await agent({ sub: 'bert' }, visited);
    await bert.openFrom('/console/authorizations', reference);
    expect(await bert.page.locator('main').innerText()).toMatch(/0 of 1 approvals given[\s\S]*anna/);
    expect(await bert.send('authorization')).toBe('Your approval counts.');

    await anna.openFrom('/console/cases', reference);
    const link = await anna.takeLink();
    const caller = new PageWalk(await (await browser.newContext({ locale: 'en-GB' })).newPage());
    await caller.openLink(link);
    await caller.start();
    const code = await caller.page.locator('.call-code-digits').innerText();
    await anna.page.reload();
    await anna.send('call-code', code.trim());
    // The caller's page goes on by itself.
    await caller.page.locator('form[action="/flow/consent"]').waitFor();
    await anna.send('cancel', 'A test');
    await stage.reaches({ caseId }, 'cancelled');
    expect((await stage.service.desk.timeline(caseId)).filter(({ type }) => type === 'case.opened')).toHaveLength(1);
    expect(await eventsOf(caseId, 'case.authorized')).toEqual(['bert']);
    expect(await eventsOf(caseId, 'call_code.confirmed')).toEqual(['anna']);
    expect(visited.faults).toEqual([]);
  });

  it('left no error in the log', () => {
    expect(stage.service.errorLines()).toEqual([]);
  });
});
