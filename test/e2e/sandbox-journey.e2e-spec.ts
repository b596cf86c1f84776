import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { addVirtualAuthenticator, openBrowser } from '../../scripts/chromium/index.js';
import { PageWalk } from '../../scripts/demo/page-walk.js';
import { assertNotApproved, isDecided } from '../../scripts/demo/outcome.js';
import { startService, type TestService } from '../support/service.js';
import { VisitedPages } from '../support/visited-pages.js';

describe('the way back through a partner', () => {
  let service: TestService;
  let browser: Browser;

  beforeAll(async () => {
    [service, browser] = await Promise.all([startService(), openBrowser()]);
  });

  afterAll(async () => {
    await Promise.all([browser?.close(), service?.end()]);
  });

  it('is decided after the partner’s signed push, by name and birth date, and ends signed in', async () => {
    const visited = new VisitedPages();
    const { id } = await service.desk.openCase({ login: 'demo.bea' });
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: 'dark' });
    const walk = new PageWalk(await context.newPage(), visited.look);
    visited.watch(walk.page);
    await walk.openLink(await service.trial.recoveryLink('bea@example.test'));
    await walk.start();
    await walk.agree();
    await walk.chooseDocument();
    await walk.goToPartner();
    await walk.decideAtPartner('pass');
    await walk.awaitPasskeyPage();
    await addVirtualAuthenticator(walk.page);
    await walk.createPasskey();
    expect(await walk.signIn()).toContain('signed in as Beatriz Oakley-Reyes');

    expect(await service.desk.readCase(id)).toMatchObject({ state: 'completed', provider: 'sandbox' });
    const types = (await service.desk.timeline(id)).map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['verification.push_matched', 'case.reported', 'decision.made']));
    expect(visited.marks).toContain('partner-handoff');
    expect(visited.faults).toEqual([]);
  });

  it.each([
    ['somebody else’s document', { givenName: 'Iris', familyName: 'Intruder', birthDate: '1995-05-05' }],
    ['a namesake born on another day', { birthDate: '1979-09-10' }],
    ['another name with the same birth date', { familyName: 'Intruder' }],
  ])('does not approve %s, although every check was clear', async (name, identity) => {
    const login = `owner.${name.length}`;
    const owner = { login, givenName: 'Olga', familyName: 'Owner', birthDate: '1979-09-09' };
    const account = await service.desk.createAccount(owner);
    await service.trial.setScenario({ subjectId: account.id, scenario: 'pass', identity });
    const { id } = await service.desk.openCase({ id: account.id });
    const applicant = service.applicant();
    await applicant.start(await service.trial.recoveryLink(account.email));
    await applicant.agree();
    await applicant.chooseDocument();
    await applicant.chooseProvider('sandbox');
    const decided = await service.desk.caseWhen(id, isDecided);
    assertNotApproved(decided);
    // The person hears nothing about what did not match.
    expect((await applicant.flow()).reasons).toEqual([]);
  });

  it('left no error in the log', () => {
    expect(service.errorLines()).toEqual([]);
  });
});
