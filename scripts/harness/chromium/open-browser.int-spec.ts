import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { addVirtualAuthenticator, ChromiumNotFoundError, findChromium, openBrowser } from './index.js';

const CREATE_PASSKEY = `navigator.credentials.create({ publicKey: {
  challenge: crypto.getRandomValues(new Uint8Array(32)),
  rp: { id: 'localhost', name: 'spec' },
  user: { id: new Uint8Array([1, 2, 3]), name: 'ada', displayName: 'Ada' },
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
} }).then((created) => created.id, (error) => error.name)`;

const USE_PASSKEY = `navigator.credentials.get({ publicKey: {
  challenge: crypto.getRandomValues(new Uint8Array(32)), rpId: 'localhost', userVerification: 'required',
} }).then((used) => used.id, (error) => error.name)`;

describe('openBrowser', () => {
  const path = process.env.PATH;
  let server: Server;
  let origin: string;
  let bareFolder: string;
  const browsers: Browser[] = [];

  /** The PATH of a machine without a browser: nothing but tar, which unpacks the bundled one. */
  const hideInstalledBrowsers = (): void => {
    process.env.PATH = bareFolder;
  };

  const openPage = async (): Promise<Page> => {
    const browser = await openBrowser();
    browsers.push(browser);
    const page = await (await browser.newContext()).newPage();
    await page.goto(origin);
    return page;
  };

  beforeAll(async () => {
    server = createServer((request, response) => {
      response.setHeader('set-cookie', '__Host-kept=1; Path=/; Secure; HttpOnly; SameSite=Lax');
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(`<!doctype html><title>spec</title><p>${request.headers.cookie ?? 'no cookie'}</p>`);
    }).listen(0);
    await once(server, 'listening');
    origin = `http://localhost:${(server.address() as AddressInfo).port}/`;
    bareFolder = await mkdtemp(join(tmpdir(), 'regain-bare-path-'));
    const tar = execFileSync('/bin/sh', ['-c', 'command -v tar'], { encoding: 'utf8' }).trim();
    await symlink(tar, join(bareFolder, 'tar'));
  });

  afterEach(async () => {
    process.env.PATH = path;
    delete process.env.CHROMIUM_PATH;
    await Promise.all(browsers.splice(0).map((browser) => browser.close()));
  });

  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await rm(bareFolder, { recursive: true, force: true });
  });

  const walk = async (): Promise<void> => {
    const page = await openPage();
    await page.reload();
    expect(await page.textContent('p')).toBe('__Host-kept=1');
    const authenticator = await addVirtualAuthenticator(page);
    const id = await page.evaluate<string>(CREATE_PASSKEY);
    const [credential] = await authenticator.credentials();
    expect(credential).toMatchObject({ rpId: 'localhost', isResidentCredential: true });
    expect(Buffer.from(credential?.credentialId ?? '', 'base64').toString('base64url')).toBe(id);
    await page.reload();
    expect(await page.evaluate(USE_PASSKEY)).toBe(id);
    await authenticator.remove();
  };

  it('registers and uses a passkey and keeps a __Host- cookie on http://localhost', walk);

  it('does the same with the browser inside of the npm package, as on a machine without one', async () => {
    hideInstalledBrowsers();
    expect(['playwright', '@sparticuz/chromium']).toContain((await findChromium()).source);
    await walk();
  });

  it('fails user verification on request', async () => {
    const page = await openPage();
    const authenticator = await addVirtualAuthenticator(page, { userVerified: false });
    expect(await page.evaluate(CREATE_PASSKEY)).toBe('NotAllowedError');
    expect(await authenticator.credentials()).toEqual([]);
  });

  it('gives each context its own cookies', async () => {
    await openPage();
    const other = await (await browsers[0]?.newContext())?.newPage();
    await other?.goto(origin);
    expect(await other?.textContent('p')).toBe('no cookie');
  });

  it('throws, with the reasons, when the browser that was asked for cannot be started', async () => {
    process.env.CHROMIUM_PATH = join(bareFolder, 'missing');
    for (const attempt of [openBrowser, findChromium]) {
      const error: unknown = await attempt().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(ChromiumNotFoundError);
      expect(String(error)).toContain(`CHROMIUM_PATH ${join(bareFolder, 'missing')}`);
    }
  });

  it('goes on to the next browser when one on the PATH does not start', async () => {
    hideInstalledBrowsers();
    await symlink('/bin/false', join(bareFolder, 'chromium'));
    const page = await openPage();
    expect(await page.title()).toBe('spec');
    expect((await findChromium()).executablePath).not.toContain(bareFolder);
  });
});
