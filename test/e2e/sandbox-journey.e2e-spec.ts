import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { addVirtualAuthenticator, openBrowser } from '../../scripts/harness/chromium/index.js';
import { PageWalk } from '../../scripts/harness/page-walk.js';
import { assertNotApproved, isDecided } from '../../scripts/harness/outcome.js';
import { WithoutDocumentWalk } from '../../scripts/demo/without-document-walk.js';
import { startService, type TestService } from '../support/service.js';
import { VisitedPages } from '../support/visited-pages.js';
import { GoldenStage } from '../journeys/golden-stage.js';

/** A profile that asks for a code, and lets two stand for a document. */
const TWO_CODES_WILL_DO = {
  requiredChecks: ['document_authenticity', 'face_match', 'data_match'],
  matching: { require: ['data'], unproofed: 'codes', withoutDocument: 'codes' },
  ingredients: { unproofed: ['issued_code'] },
  hold: { weakEvidenceSeconds: 1 },
};

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

  it('goes on without a document from the page that asks for a code besides one, at 320 px and from right to left', async () => {
    const stage = new GoldenStage(service);
    const account = await stage.account('two-codes', { changes: TWO_CODES_WILL_DO, unproofed: true });
    await stage.partnerSays(account, 'pass');
    const first = await stage.begin(account);
    await stage.giveIssuedCode(first);
    await first.applicant.chooseProvider('sandbox');
    const saved = await stage.saveCode(first, await stage.finish(first));

    const visited = new VisitedPages();
    const { id: caseId } = await service.desk.openCase({ id: account.id });
    await stage.trailHas(caseId, 'link.sent');
    const context = await browser.newContext({ viewport: { width: 320, height: 640 }, locale: 'ar' });
    const walk = new PageWalk(await context.newPage(), visited.look);
    visited.watch(walk.page);
    await walk.openLink(await service.trial.recoveryLink(account.email));
    await walk.start();
    await walk.agree();
    expect(visited.marks.at(-1)).toBe('codes');
    const without = new WithoutDocumentWalk(walk.page, visited.look);
    await without.begin();
    await without.askForCode();
    await without.giveSentCode(await stage.issuedCode({ caseId, account }));
    await without.giveSavedCode(saved);
    await without.send();
    await walk.awaitPasskeyPage();
    await addVirtualAuthenticator(walk.page);
    await walk.createPasskey();
    await walk.signIn();
    await context.close();
    expect(await service.desk.readCase(caseId)).toMatchObject({ state: 'completed', provider: null });
    expect(visited.faults).toEqual([]);
  });

  it.each([
    ['somebody else’s document', { givenName: 'Iris', familyName: 'Intruder', birthDate: '1995-05-05' }],
    ['a namesake born on another day', { birthDate: '1979-09-10' }],
    ['another name with the same birth date', { familyName: 'Intruder' }],
    ['the same name and birth date on a card with another number', { documentNumber: 'X00000001' }],
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
