import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext } from 'playwright-core';
import { addVirtualAuthenticator, openBrowser } from '../../scripts/harness/chromium/index.js';
import { PageWalk } from '../../scripts/harness/page-walk.js';
import { startService, type TestService } from '../support/service.js';
import { VisitedPages } from '../support/visited-pages.js';

/** The smallest screen the pages promise to work on. */
const NARROW = { width: 320, height: 640 };

describe('the way back with the organisation’s own check', () => {
  let service: TestService;
  let browser: Browser;
  const visited = new VisitedPages();

  beforeAll(async () => {
    [service, browser] = await Promise.all([startService(), openBrowser()]);
  });

  afterAll(async () => {
    await Promise.all([browser?.close(), service?.end()]);
  });

  const openCase = async (): Promise<{ id: string; link: string }> => {
    const { id } = await service.desk.openCase({ login: 'demo.ana' });
    return { id, link: await service.trial.recoveryLink('ana@example.test') };
  };

  /** The same browser after its owner turned scripts on: cookies stay. */
  const withScripts = async (context: BrowserContext): Promise<BrowserContext> =>
    browser.newContext({ viewport: NARROW, storageState: await context.storageState() });

  it('works at 320 px and without scripts up to the passkey, and ends signed in', async () => {
    const { id, link } = await openCase();
    const bare = await browser.newContext({ viewport: NARROW, javaScriptEnabled: false });
    const walk = new PageWalk(await bare.newPage(), visited.lookWithoutScripts);
    await walk.openLink(link);
    await walk.start();
    await walk.agree();
    await walk.chooseDocument();
    await walk.chooseOwnCheck();
    await walk.photographFront({ bytes: await service.trial.picture('demo.ana', 'document_front') });
    await walk.photographBack({ bytes: await service.trial.picture('demo.ana', 'document_back') });
    await walk.photographFace({ bytes: await service.trial.picture('demo.ana', 'selfie') });
    await walk.send();
    await walk.awaitPasskeyPage();
    expect(await service.desk.readCase(id)).toMatchObject({
      state: 'approved',
      provider: 'local',
      outcome: { verdict: 'approve' },
    });

    const context = await withScripts(bare);
    const last = new PageWalk(await context.newPage(), visited.look);
    visited.watch(last.page);
    await last.page.goto(`${service.url}/flow`);
    const authenticator = await addVirtualAuthenticator(last.page);
    await last.createPasskey();
    expect(await last.signIn()).toContain('signed in as Ana Lucía Marsh');

    const [credential, ...others] = await authenticator.credentials();
    expect(others).toEqual([]);
    expect(credential).toMatchObject({ rpId: 'localhost', isResidentCredential: true });
    expect((await service.desk.readCase(id)).state).toBe('completed');
  });

  it('came through every page of the flow, with nothing that keeps somebody out', () => {
    expect(visited.marks).toEqual([
      'landing',
      'consent',
      'document',
      'provider',
      'front',
      'back',
      'selfie',
      'send',
      'passkey',
      'done',
    ]);
    expect(visited.faults).toEqual([]);
  });

  it('told every address on file at the start, at approval and at the end', async () => {
    for (const address of ['ana@example.test', 'ana.private@example.test']) {
      const subjects = (await service.trial.mails(address)).map((mail) => mail.subject);
      expect(subjects).toEqual(
        expect.arrayContaining([
          expect.stringContaining('someone asked to get back'),
          expect.stringContaining('the identity check is done'),
          expect.stringContaining('a new passkey was added'),
        ]),
      );
    }
  });

  it('left no error in the log', () => {
    expect(service.errorLines()).toEqual([]);
  });
});
