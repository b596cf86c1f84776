import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openBrowser } from '../../scripts/harness/chromium/index.js';
import { eventually } from '../../scripts/harness/eventually.js';
import { accessibilityFaults, scrollsSideways } from '../../test/support/accessibility.js';
import { NO_ANSWER, PageServer, type Answered } from '../../test/support/page-server.js';
import { CATALOGUES, type Language } from '../language/index.js';
import { renderPage } from '../templates/index.js';

const { en } = CATALOGUES;
const { sending, sentAgain, tooLarge } = en.evidence.capture;
const ACCEPTED = { status: 200, json: { kind: 'document_front', accepted: true, reasons: [], repeated: false } };
const REFUSED = { status: 200, json: { kind: 'document_front', accepted: false, reasons: ['blur'], repeated: false } };
const REPEATED = { status: 200, json: { ...REFUSED.json, repeated: true } };

/** Waits between tries become short; what only a line that is dead waits for stays as it is. */
const HURRY = `const later = globalThis.setTimeout;
  globalThis.setTimeout = (work, ms, ...rest) => later(work, ms > 9000 ? ms : ms / 20, ...rest);`;

let server: PageServer;
let browser: Browser;
let context: BrowserContext;
let page: Page;
/** What is answered to one photo after the other; the last one to all that follow. */
let answers: (Answered | Promise<Answered>)[];
/** Held back before a photo is read. */
let reading: Promise<unknown>;
let sent: { method: string; address: string; contentType: string | undefined; body: Buffer }[];
let shown: string[];

beforeAll(async () => {
  browser = await openBrowser();
  server = await PageServer.open(
    ({ method, pathname, query, body, contentType }) => {
      if (method === 'GET') {
        shown.push(query.size > 0 ? `${pathname}?${query.toString()}` : pathname);
        return markup(pathname, query);
      }
      sent.push({ method, address: `${pathname}?${query.toString()}`, contentType, body });
      if (method === 'POST') return 'the page of the form';
      return (answers.length > 1 ? answers.shift() : answers[0]) ?? ACCEPTED;
    },
    { beforeBody: async () => void (await reading) },
  );
  context = await browser.newContext();
  page = await context.newPage();
  page.setDefaultTimeout(20_000);
  await page.addInitScript(HURRY);
});
afterAll(async () => {
  await browser?.close();
  server?.close();
});
beforeEach(() => {
  [answers, sent, shown, reading] = [[ACCEPTED], [], [], Promise.resolve()];
});

function markup(pathname: string, query: URLSearchParams): string {
  if (pathname === '/flow' && !query.has('source')) return '<!doctype html><title>Next</title>';
  const again = query.has('again');
  return renderPage(
    {
      screen: 'capture',
      kind: 'document_front',
      source: 'file',
      canChooseFile: true,
      ...(query.has('refused') || pathname !== '/flow' ? { reasons: ['blur'] } : {}),
      sentAgain: again,
    },
    {
      organisationName: 'Acme',
      helpDesk: { name: 'Acme Desk' },
      language: (query.get('lang') ?? 'en') as Language,
      csrfToken: 'c'.repeat(43),
    },
  );
}

const BUTTON = '.capture button[type="submit"]';
const STATUS = "document.querySelector('[data-photo-status]').textContent";
const PROGRESS = "document.querySelector('[data-progress]').value";
const until = (expression: string): Promise<unknown> =>
  eventually(expression, () => page.evaluate<boolean>(expression));
const says = (text: string): Promise<unknown> => until(`${STATUS} === ${JSON.stringify(text)}`);
const isGuarded = (): Promise<boolean> =>
  page.evaluate<boolean>("!window.dispatchEvent(new Event('beforeunload', { cancelable: true }))");
const arrived = (address: string): Promise<unknown> =>
  eventually(address, async () => page.url() === `${server.origin}${address}`);

/** A photo of so many bytes, made in the page. */
async function choose(
  bytes: number,
  options: { lang?: string; width?: number; refused?: boolean } = {},
): Promise<void> {
  await page.setViewportSize({ width: options.width ?? 390, height: 740 });
  await page.goto(`${server.origin}/flow?source=file&lang=${options.lang ?? 'en'}${options.refused ? '&refused' : ''}`);
  await page.evaluate(`{
    const [input, chosen] = [document.querySelector('input[type="file"]'), new DataTransfer()];
    chosen.items.add(new File([new Uint8Array(${bytes}).fill(${FILLING})], 'a.jpg', { type: 'image/jpeg' }));
    input.files = chosen.files;
    input.dispatchEvent(new Event('change'));
  }`);
}

async function shot(name: string): Promise<void> {
  if (process.env.SCREENSHOTS)
    await page.screenshot({ path: join(process.env.SCREENSHOTS, `sending-${name}.png`), fullPage: true });
}

/** Something that is let go by hand. */
function held<Value>(): { promise: Promise<Value>; release: (value: Value) => void } {
  let release!: (value: Value) => void;
  return { promise: new Promise<Value>((done) => (release = done)), release };
}

const FILLING = 7;
const PHOTO = 64 * 1024;
/** More than sockets take in before anybody reads. */
const LARGE = 9 * 1024 * 1024;
const isWhole = (bytes: number) => (photo: { body: Buffer }) => photo.body.equals(Buffer.alloc(bytes, FILLING));

describe('a photo on its way', () => {
  it.each([
    ['en', 390],
    ['ar', 320],
  ])(
    'says how far it is, and asks before the page is left while bytes are on their way (%s, %i px)',
    async (lang, width) => {
      const [bytes, answer] = [held<void>(), held<Answered>()];
      [reading, answers] = [bytes.promise, [answer.promise]];
      await choose(LARGE, { lang, width });
      expect([await isGuarded(), await page.isVisible('progress')]).toEqual([false, false]);
      await page.click(BUTTON);
      await until(`${PROGRESS} > 0 && ${PROGRESS} < 1`);
      expect(await page.getAttribute('progress', 'aria-label')).not.toBe('');
      expect([await accessibilityFaults(page), await scrollsSideways(page)]).toEqual([[], false]);
      await shot(`${lang}-${width}`);
      const asked = page.waitForEvent('dialog').then(async (dialog) => {
        await dialog.dismiss();
        return dialog.type();
      });
      await page.click('a[href$="source=camera"]');
      expect(await asked).toBe('beforeunload');
      bytes.release();
      await until(`${PROGRESS} === 1`);
      expect(await isGuarded()).toBe(false);
      if (lang === 'en') await says(sending.arrived);
      answer.release(ACCEPTED);
      await arrived('/flow');
      expect(sent.map(({ method, address }) => `${method} ${address}`)).toEqual([
        'PUT /v1/flow/evidence/document_front?taken=file',
      ]);
      expect([sent.every(isWhole(LARGE)), sent[0]?.contentType]).toEqual([true, 'image/jpeg']);
    },
  );

  it('is sent again, the same bytes, when the answer is lost or the service is not there, and then goes on', async () => {
    const third = held<Answered>();
    answers = [NO_ANSWER, { status: 503, json: { code: 'dependency_unavailable' } }, third.promise];
    await choose(PHOTO);
    await page.click(BUTTON);
    // Chromium sends a PUT again by itself, too, when a connection that it had used before breaks off.
    await eventually('three tries', async () => sent.length === 3);
    expect(await page.evaluate(STATUS)).toBe(sending.retrying);
    third.release(ACCEPTED);
    await arrived('/flow');
    expect(sent.map(isWhole(PHOTO))).toEqual([true, true, true]);
  });

  it('is tried three times more, and then stays in the page until the person says so', async () => {
    answers = [{ status: 503 }];
    await choose(PHOTO);
    await page.click(BUTTON);
    await says(sending.givenUp);
    expect([sent.length, await isGuarded(), await page.innerText(BUTTON)]).toEqual([4, false, 'Try again']);
    expect(await accessibilityFaults(page)).toEqual([]);
    await shot('given-up');
    answers = [ACCEPTED];
    await page.click(BUTTON);
    await arrived('/flow');
  });

  it('waits for a connection that broke off in the middle, and begins again by itself', async () => {
    const bytes = held<void>();
    reading = bytes.promise;
    await choose(LARGE);
    await page.click(BUTTON);
    await until(`${PROGRESS} > 0`);
    await context.setOffline(true);
    await says(en.camera.offline);
    expect([sent.length, await isGuarded(), await page.evaluate(PROGRESS)]).toEqual([0, false, 0]);
    await shot('offline');
    bytes.release();
    await context.setOffline(false);
    await arrived('/flow');
    expect(sent.map(isWhole(LARGE))).toEqual([true]);
  });
});

describe('the answer to a photo', () => {
  it('leads to the page that says what is wrong with it', async () => {
    answers = [REFUSED];
    await choose(PHOTO);
    await page.click(BUTTON);
    await arrived('/flow/evidence/document_front');
    expect(await page.innerText('.error-summary')).not.toContain(sentAgain);
  });

  it('says of a photo that did not work, and is chosen again, that it is that one', async () => {
    answers = [REPEATED];
    await choose(PHOTO, { refused: true });
    await page.click(BUTTON);
    await arrived('/flow/evidence/document_front?again=1');
    expect(await page.innerText('.error-summary')).toContain(sentAgain);
    await shot('sent-again');
  });

  it('does not say so of a photo whose answer was lost: the person sent it once', async () => {
    answers = [NO_ANSWER, REPEATED];
    await choose(PHOTO);
    await page.click(BUTTON);
    await arrived('/flow/evidence/document_front');
    expect(shown.at(-1)).toBe('/flow/evidence/document_front');
  });

  it('is the page of the form where the script has no words for it', async () => {
    answers = [{ status: 429, json: { code: 'too_many_requests' } }];
    await choose(PHOTO);
    await page.click(BUTTON);
    await eventually('the form', async () => sent.length === 2);
    expect(sent[1]).toMatchObject({ method: 'POST', address: '/flow/evidence/document_front?' });
    expect(sent[1]?.body.includes('name="_csrf"')).toBe(true);
    expect(sent[1]?.body.includes(Buffer.alloc(PHOTO, FILLING))).toBe(true);
  });

  it('is not waited for where the photo is too large: it is not sent at all', async () => {
    await choose(10 * 1024 * 1024 + 1);
    await says(tooLarge);
    await page.click(BUTTON);
    expect([await page.evaluate(STATUS), await page.isVisible('progress'), sent.length]).toEqual([tooLarge, false, 0]);
  });
});
