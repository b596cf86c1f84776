import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../../scripts/harness/chromium/index.js';
import { eventually } from '../../scripts/harness/eventually.js';
import { PageServer } from '../../test/support/page-server.js';
import { renderPage } from '../templates/index.js';

const OPTIONS = {
  challenge: 'AAAA',
  rp: { id: 'localhost', name: 'spec' },
  user: { id: 'AAAA', name: 'ada', displayName: 'Ada' },
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
};
const ANSWERS: Readonly<Record<string, unknown>> = {
  '/v1/flow/token': { token: 't', expiresAt: '2999-01-01T00:00:00Z' },
  '/v1/passkey-registrations/options': OPTIONS,
};

const CREDENTIAL = `({
  id: 'AAAA', rawId: new ArrayBuffer(3), type: 'public-key', getClientExtensionResults: () => ({}),
  response: { authenticatorData: new ArrayBuffer(3), clientDataJSON: new ArrayBuffer(3), signature: new ArrayBuffer(3) },
})`;

describe('the page after the sign-in', () => {
  let server: PageServer;
  let browser: Browser;
  let failures = 1;

  beforeAll(async () => {
    browser = await openBrowser();
    server = await PageServer.open(({ pathname }) => {
      if (pathname === '/v1/session/recovery-codes') {
        return (failures -= 1) >= 0 ? { status: 503, json: {} } : { status: 201, json: { code: 'ABCD-EFGH' } };
      }
      if (pathname.endsWith('/options')) return { status: 200, json: { challenge: 'AAAA', rpId: 'localhost' } };
      if (pathname.startsWith('/v1/')) return { status: 200, json: { subject: { displayName: 'Ada' } } };
      const frame = { organisationName: 'Acme', helpDesk: { name: 'Desk' }, language: 'en', csrfToken: 'c' } as const;
      const passkey = { createdAt: new Date(0), oldPasskeysRemoved: 0 };
      return renderPage(
        { screen: 'done', sessionsEnded: true, passkey, savedCodeDue: true, maskedAddresses: [] },
        frame,
      );
    });
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  it('says nothing of a failure beside the code that came after all, and keeps the focus with what is shown', async () => {
    const page = await browser.newPage();
    await page.addInitScript(`navigator.credentials.get = async () => ${CREDENTIAL};`);
    const focused = (): Promise<string> =>
      page.evaluate(() => Object.keys((document.activeElement as HTMLElement).dataset).join(' '));
    await page.goto(server.origin);
    expect(await page.locator('[data-status]').ariaSnapshot()).toContain('status');
    await page.click('[data-try]');
    await page.waitForSelector('[data-make]:visible');
    expect([await focused(), await page.innerText('[data-status]')]).toEqual(['make', expect.stringContaining('Ada')]);
    await page.click('[data-make]');
    await page.waitForSelector('[data-code-problem]:visible');
    await page.click('[data-make]');
    await page.waitForSelector('[data-code]:visible');
    expect(await page.innerText('[data-code-text]')).toBe('ABCD-EFGH');
    expect([await focused(), await page.isVisible('[data-code-problem]')]).toEqual(['code', false]);
    await page.click('[data-kept]');
    await page.waitForSelector('[data-done]:visible');
    expect([await focused(), await page.locator('[data-code-text]').textContent()]).toEqual(['done', '']);
    await page.close();
  });
});

describe('a device that makes no passkey', () => {
  let server: PageServer;
  let browser: Browser;
  let refuses: boolean;
  const told: string[] = [];

  beforeAll(async () => {
    browser = await openBrowser();
    server = await PageServer.open(({ pathname, body }) => {
      if (pathname === '/v1/flow/browser-events') {
        told.push(body.toString('utf8'));
        return { status: 204 };
      }
      if (ANSWERS[pathname]) return { status: refuses ? 410 : 200, json: ANSWERS[pathname] };
      const frame = { organisationName: 'Acme', helpDesk: { name: 'Desk' }, language: 'en', csrfToken: 'c' } as const;
      return renderPage({ screen: 'create-passkey' }, frame);
    });
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  beforeEach(() => {
    told.length = 0;
    refuses = false;
  });

  const tryWith = async (failure: string): Promise<string> => {
    const page = await (await browser.newContext()).newPage();
    await page.addInitScript(
      `navigator.credentials.create = async () => { throw new DOMException('', '${failure}'); };`,
    );
    await page.goto(server.origin);
    await page.click('[data-hint="client-device"]');
    await page.waitForSelector('[data-problem]:visible');
    const says = await page.innerText('[data-problem] [data-message]:visible');
    await page.context().close();
    return says;
  };

  it.each([
    ['NotAllowedError', 'passkey_aborted'],
    ['NotReadableError', 'passkey_device'],
    ['InvalidStateError', 'passkey_registered'],
    ['SomethingElse', 'passkey_device'],
  ])('%s is told as %s, in a word of the list and nothing else', async (failure, event) => {
    await tryWith(failure);
    await eventually('it was told', async () => told.length > 0);
    expect(told).toEqual([JSON.stringify({ event })]);
  });

  it('is not told of what the service refused itself: that is counted there', async () => {
    refuses = true;
    expect(await tryWith('NotAllowedError')).toContain('ran out');
    expect(told).toEqual([]);
  });
});
