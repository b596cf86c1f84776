import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../../scripts/chromium/index.js';
import { eventually } from '../../scripts/demo/eventually.js';
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
