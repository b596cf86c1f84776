import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../../scripts/chromium/index.js';
import { eventually } from '../../scripts/demo/eventually.js';
import { renderPage } from '../templates/index.js';

const WEBAUTHN = join(process.cwd(), 'node_modules/@simplewebauthn/browser/dist/bundle/index.umd.min.js');
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
  let server: Server;
  let browser: Browser;
  let origin: string;
  let refuses: boolean;
  const told: string[] = [];

  beforeAll(async () => {
    browser = await openBrowser();
    server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        if (pathname === '/v1/flow/browser-events') {
          told.push(Buffer.concat(parts).toString('utf8'));
          response.writeHead(204).end();
        } else if (ANSWERS[pathname]) {
          response.writeHead(refuses ? 410 : 200, { 'content-type': 'application/json' });
          response.end(JSON.stringify(ANSWERS[pathname]));
        } else if (pathname.startsWith('/assets/')) {
          response.setHeader('content-type', pathname.endsWith('.js') ? 'text/javascript' : 'text/css');
          response.end(
            readFileSync(pathname.includes('simplewebauthn') ? WEBAUTHN : join(process.cwd(), 'web', pathname)),
          );
        } else {
          response.setHeader('content-type', 'text/html; charset=utf-8');
          const frame = {
            organisationName: 'Acme',
            helpDesk: { name: 'Desk' },
            language: 'en',
            csrfToken: 'c',
          } as const;
          response.end(renderPage({ screen: 'create-passkey' }, frame));
        }
      });
    }).listen(0);
    await once(server, 'listening');
    origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    await browser?.close();
    server?.closeAllConnections();
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
    await page.goto(origin);
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
