import { chromium, type Browser } from 'playwright-core';
import { firstThat, type FoundChromium } from './find-chromium.js';

const LAUNCH_TIMEOUT_MS = 20_000;

/**
 * Starts a headless browser; close it with `browser.close()`. Pages come from `browser.newContext()`, one context per
 * person. Where the system forbids Chromium's sandbox (root, containers, Ubuntu since 23.10) it runs without one:
 * it opens our own pages only. `moreArgs` are Chromium's own switches.
 *
 * @throws ChromiumNotFoundError when no browser can be started, with the reason for each one tried.
 */
export async function openBrowser(moreArgs: readonly string[] = []): Promise<Browser> {
  return firstThat(async (candidate) => {
    const found = { ...candidate, args: [...candidate.args, ...moreArgs] };
    if (found.args.includes('--no-sandbox')) return launch(found, false);
    try {
      return await launch(found, true);
    } catch (error) {
      if (!/sandbox/i.test((error as Error).message)) throw error;
      return launch(found, false);
    }
  });
}

function launch({ executablePath, args, env }: FoundChromium, chromiumSandbox: boolean): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args,
    chromiumSandbox,
    env: { ...process.env, ...env },
    headless: true,
    // Who starts us decides when to stop: on Ctrl-C the browser is closed by its owner, not by Playwright's handlers.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    timeout: LAUNCH_TIMEOUT_MS,
  });
}
