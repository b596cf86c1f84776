import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { addVirtualAuthenticator, openBrowser } from '../../scripts/harness/chromium/index.js';
import { HttpClient } from '../../scripts/harness/http-client.js';
import { PageWalk } from '../../scripts/harness/page-walk.js';
import { FakeCamera, scene } from '../support/fake-camera.js';
import { photographLive } from '../support/live-capture.js';
import { startService, type TestService } from '../support/service.js';
import { VisitedPages } from '../support/visited-pages.js';

const PHONE = { width: 390, height: 844 };

/** The way back with the camera inside of the page: real Chromium, and a camera that plays what the person holds before it. */
describe('the way back with the camera of the page', () => {
  let service: TestService;
  let camera: FakeCamera;
  let browser: Browser;
  let refusing: Browser;
  const visited = new VisitedPages();

  beforeAll(async () => {
    camera = await FakeCamera.make();
    [service, browser, refusing] = await Promise.all([
      startService(),
      openBrowser(camera.switches()),
      openBrowser(camera.switches('deny')),
    ]);
  });

  afterAll(async () => {
    await Promise.all([browser?.close(), refusing?.close(), service?.end(), camera?.end()]);
  });

  const walkToCapture = async (
    login: 'demo.ana' | 'demo.bea',
    by: Browser,
  ): Promise<{ id: string; walk: PageWalk }> => {
    const { id } = await service.desk.openCase({ login });
    const context = await by.newContext({ viewport: PHONE });
    const walk = new PageWalk(await context.newPage(), visited.look);
    visited.watch(walk.page);
    await walk.openLink(await service.trial.recoveryLink(`${login.replace('demo.', '')}@example.test`));
    await walk.start();
    await walk.agree();
    await walk.chooseDocument();
    await walk.chooseOwnCheck();
    return { id, walk };
  };

  /** The demo's documents lie on a desk of wood; its people look into the camera. */
  const hold = async (login: string, kind: 'document_front' | 'document_back' | 'selfie'): Promise<void> => {
    const picture = await service.trial.picture(login, kind);
    await camera.sees([await scene({ picture, width: 1_900, table: '#735a44', seenWell: true })]);
  };

  const takenOf = async (caseId: string): Promise<unknown[]> =>
    (await service.desk.timeline(caseId))
      .filter(({ type }) => type === 'evidence.accepted')
      .map(({ data }) => [data.kind, data.taken]);

  it('takes the document by itself and the face on a press, is decided on those pictures, and ends signed in', async () => {
    const { id, walk } = await walkToCapture('demo.ana', browser);
    for (const kind of ['document_front', 'document_back'] as const) {
      await hold('demo.ana', kind);
      expect(await photographLive(walk.page, kind)).toContain('Photo taken. It looks clear.');
    }
    await hold('demo.ana', 'selfie');
    await photographLive(walk.page, 'selfie', { press: true });
    await walk.send();
    await walk.awaitPasskeyPage();
    expect(await service.desk.readCase(id)).toMatchObject({ state: 'approved', provider: 'local' });
    expect(await takenOf(id)).toEqual([
      ['document_front', 'camera_auto'],
      ['document_back', 'camera_auto'],
      ['selfie', 'camera_manual'],
    ]);
    await addVirtualAuthenticator(walk.page);
    await walk.createPasskey();
    expect(await walk.signIn()).toContain('signed in as Ana Lucía Marsh');
    // The first look at a picture loads the models, and a machine without graphics plays the camera.
  }, 180_000);

  it('goes on with a file where the camera is refused, told from a camera’s, and taken once although its answer was lost', async () => {
    const { id, walk } = await walkToCapture('demo.bea', refusing);
    await walk.page.click('[data-part="primer"] [data-open]');
    await walk.page.waitForSelector('[data-part="problem"]:visible');
    expect(await walk.page.innerText('[data-problem]:visible h2')).toBe('Camera is blocked');
    await walk.page.click('a[href$="?source=file"]');
    await walk.page.waitForSelector('.capture label');
    const sent = await loseNextAnswer(walk.page);
    await walk.photographFront({ bytes: await service.trial.picture('demo.bea', 'document_front') });
    // The page sent it twice, and the case has it once.
    expect(sent).toEqual(['PUT', 'PUT']);
    expect(await takenOf(id)).toEqual([['document_front', 'file']]);
    expect(visited.faults.splice(0)).toEqual([expect.stringContaining('net::ERR_CONNECTION_RESET')]);
  });

  it('counts what happened at the device, and nothing about anybody', async () => {
    const { adminUrl: baseUrl, adminToken: bearer } = service.ready;
    const figures = (await new HttpClient({ baseUrl, bearer }).get('/metrics')).expect(200).text;
    const count = (event: string): number =>
      Number(new RegExp(`regain_flow_events_total\\{event="${event}"\\} (\\d+)`).exec(figures)?.[1]);
    expect([count('camera_granted'), count('camera_denied')]).toEqual([3, 1]);
    expect(figures).toMatch(/regain_pictures_total\{kind="document_front",outcome="accepted",taken="camera_auto"\} 1/);
  });

  it('came through its pages with nothing that keeps somebody out, and left no error in the log', () => {
    expect(visited.faults).toEqual([]);
    expect(service.errorLines()).toEqual([]);
  });
});

/** The service has taken the next photo, and its answer is lost on the way back. How photos are sent from now on. */
async function loseNextAnswer(page: Page): Promise<string[]> {
  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/flow/evidence/') && request.method() !== 'GET') sent.push(request.method());
  });
  const browser = await page.context().newCDPSession(page);
  browser.once('Fetch.requestPaused', ({ requestId }) => {
    void browser
      .send('Fetch.failRequest', { requestId, errorReason: 'ConnectionReset' })
      .then(() => browser.send('Fetch.disable'));
  });
  await browser.send('Fetch.enable', {
    patterns: [{ urlPattern: '*/v1/flow/evidence/*', requestStage: 'Response' }],
  });
  return sent;
}
