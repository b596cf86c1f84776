import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openBrowser } from '../../scripts/harness/chromium/index.js';
import { accessibilityFaults, scrollsSideways } from '../../test/support/accessibility.js';
import { PageServer } from '../../test/support/page-server.js';
import type { Language } from '../language/index.js';
import { renderPage } from '../templates/index.js';

const IDLE_SECONDS = 1_800;
const LOADED_AT = new Date('2026-11-22T10:00:00Z');

let server: PageServer;
let browser: Browser;
let context: BrowserContext;
/** What looking at the flow answers, and how often somebody looked. */
let answer: number;
let looks: number;
const faults: string[] = [];

function markup(language: Language, endsInSeconds: number): string {
  return renderPage(
    { screen: 'choose-document', countries: ['DE', 'GB'], documentTypes: ['passport'] },
    {
      organisationName: 'Acme',
      helpDesk: { name: 'Acme Desk' },
      language,
      timeZone: 'Europe/London',
      csrfToken: 'c'.repeat(43),
      session: {
        openUntil: new Date(LOADED_AT.getTime() + Math.min(IDLE_SECONDS, endsInSeconds) * 1_000),
        idleSeconds: IDLE_SECONDS,
        endsInSeconds,
      },
    },
  );
}

beforeAll(async () => {
  browser = await openBrowser();
  server = await PageServer.open(({ pathname, query }) => {
    if (pathname !== '/v1/flow')
      return markup((query.get('lang') ?? 'en') as Language, Number(query.get('ends') ?? 7_200));
    looks += 1;
    return { status: answer, json: {} };
  });
});

afterAll(async () => {
  await browser?.close();
  server?.close();
});

beforeEach(() => {
  [answer, looks] = [200, 0];
  faults.length = 0;
});

afterEach(async () => {
  await context?.close();
  expect(faults).toEqual([]);
});

/** The page as somebody loaded it at ten; its clock stands until it is told to go on. */
async function load(query = '', options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on('pageerror', (error) => faults.push(error.message));
  await page.clock.install({ time: LOADED_AT });
  await page.clock.pauseAt(LOADED_AT);
  await page.goto(`${server.origin}/flow${query}`, { waitUntil: 'load' });
  return page;
}

const minutes = (page: Page, count: number): Promise<void> => page.clock.fastForward(count * 60_000);
const isOpen = (page: Page): Promise<boolean> => page.isVisible('dialog[open]');

describe('the end of a page’s session', () => {
  it('is warned of two minutes before, with the focus on the way to more time', async () => {
    const page = await load();
    await minutes(page, 27);
    expect(await isOpen(page)).toBe(false);
    await minutes(page, 1);
    expect(await isOpen(page)).toBe(true);
    expect(await page.innerText('dialog')).toContain('It stops at 10:30 GMT');
    expect(await page.evaluate<string>('document.activeElement.textContent')).toBe('I need more time');
    expect(await accessibilityFaults(page, { bare: true })).toEqual([]);
  });

  it('moves for whoever asks, ten times and more, by the button or Escape, and is said', async () => {
    const page = await load('?ends=90000');
    for (let time = 1; time <= 12; time += 1) {
      await minutes(page, 28);
      expect(await isOpen(page)).toBe(true);
      if (time % 2 === 0) await page.keyboard.press('Escape');
      else await page.click('[data-more]');
      await page.waitForSelector('dialog:not([open])', { state: 'attached' });
    }
    expect(looks).toBe(12);
    expect(await page.textContent('[data-extended]')).toBe('You have more time. The page stays open until 16:06 GMT');
    expect(await page.textContent('[data-open-until]')).toBe('16:06 GMT');
  });

  it('stays where it is when it is the absolute one: the warning promises nothing', async () => {
    const page = await load('?ends=600');
    await minutes(page, 8);
    expect(await page.isVisible('[data-more]')).toBe(false);
    expect(await page.innerText('dialog')).toContain('cannot be kept open longer');
    await page.click('[data-understood]');
    expect([await isOpen(page), looks]).toEqual([false, 0]);
    await minutes(page, 2);
    expect(await page.innerText('dialog')).toContain('This page has stopped working');
  });

  it('is said when it has come, also after the device slept through the warning', async () => {
    const page = await load();
    await minutes(page, 45);
    expect(await page.innerText('dialog h2')).toBe('This page has stopped working');
    expect(await page.getAttribute('dialog a', 'href')).toBe('/flow');
    expect(await page.isVisible('[data-more]')).toBe(false);
  });

  it('is said when the server has ended the session meanwhile', async () => {
    const page = await load();
    answer = 401;
    await minutes(page, 28);
    await page.click('[data-more]');
    await page.waitForSelector('dialog a:visible');
    expect(await page.innerText('dialog h2')).toBe('This page has stopped working');
  });

  it('can be asked for again when the service did not answer', async () => {
    const page = await load();
    answer = 503;
    await minutes(page, 28);
    await page.click('[data-more]');
    await page.waitForSelector('[data-failed]:not(:empty)');
    answer = 200;
    await page.click('[data-more]');
    await page.waitForSelector('dialog:not([open])', { state: 'attached' });
  });

  it.each(['en', 'de', 'ar'])('is warned of in %s, at 320 px in the dark', async (language) => {
    const page = await load(`?lang=${language}`, { viewport: { width: 320, height: 640 }, colorScheme: 'dark' });
    await minutes(page, 28);
    expect(await isOpen(page)).toBe(true);
    expect(await accessibilityFaults(page, { bare: true })).toEqual([]);
    expect(await scrollsSideways(page)).toBe(false);
    const box = await page.locator('dialog').boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(320);
    if (process.env.SCREENSHOTS) await page.screenshot({ path: join(process.env.SCREENSHOTS, `${language}-320.png`) });
  });

  it('stands on the page for browsers without scripts', async () => {
    context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${server.origin}/flow`);
    expect(await page.innerText('.side')).toContain('Without a step from you, until 22 November at 10:30 GMT');
    expect(await page.isVisible('dialog')).toBe(false);
  });
});
