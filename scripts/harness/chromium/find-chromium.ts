import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { unpackBundledChromium } from './bundled-chromium.js';

const run = promisify(execFile);

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const VERSION_TIMEOUT_MS = 10_000;

export interface FoundChromium {
  executablePath: string;
  args: string[];
  env: Record<string, string>;
  /** Where it came from: named by `CHROMIUM_PATH`, on the PATH, installed by Playwright, or inside of an npm package. */
  source: 'CHROMIUM_PATH' | 'system' | 'playwright' | '@sparticuz/chromium';
}

/** No Chromium can be used; lists each one that was tried and why it failed. */
export class ChromiumNotFoundError extends Error {
  override readonly name = 'ChromiumNotFoundError';

  constructor(failures: string[]) {
    super(
      `No Chromium can be started, and the browser journeys are never skipped.\n${failures.map((line) => `- ${line}`).join('\n')}\n` +
        'Run "npm ci" with development packages, or install one ("apt-get install chromium"), or set CHROMIUM_PATH.',
    );
  }
}

/**
 * The browsers to try, best first: `CHROMIUM_PATH` alone when it is set; else a Chromium or Chrome on the PATH, the one
 * Playwright installed, the one inside `@sparticuz/chromium`. The last is unpacked only when it is asked for.
 */
export async function* chromiumCandidates(): AsyncGenerator<FoundChromium, void, undefined> {
  // Chromium refuses its sandbox to root.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    yield { executablePath: named, args, env: {}, source: 'CHROMIUM_PATH' };
    return;
  }
  for (const directory of (process.env.PATH ?? '').split(delimiter).filter(Boolean)) {
    for (const program of PROGRAMS) {
      const executablePath = join(directory, program);
      if (await isExecutable(executablePath)) yield { executablePath, args, env: {}, source: 'system' };
    }
  }
  const ofPlaywright = chromium.executablePath();
  if (ofPlaywright && (await isExecutable(ofPlaywright))) {
    yield { executablePath: ofPlaywright, args, env: {}, source: 'playwright' };
  }
  yield { ...(await unpackBundledChromium()), args, source: '@sparticuz/chromium' };
}

/**
 * The first candidate that runs far enough to tell its version.
 *
 * @throws ChromiumNotFoundError when none does.
 */
export async function findChromium(): Promise<FoundChromium> {
  return firstThat(async (candidate) => {
    await run(candidate.executablePath, [...candidate.args, '--version'], {
      env: { ...process.env, ...candidate.env },
      timeout: VERSION_TIMEOUT_MS,
    });
    return candidate;
  });
}

/** The first result that `attempt` gives for a candidate without throwing. */
export async function firstThat<Result>(attempt: (candidate: FoundChromium) => Promise<Result>): Promise<Result> {
  const failures: string[] = [];
  const candidates = chromiumCandidates();
  for (;;) {
    let label = '@sparticuz/chromium';
    try {
      const { value: candidate } = await candidates.next();
      if (!candidate) throw new ChromiumNotFoundError(failures);
      label = `${candidate.source} ${candidate.executablePath}`;
      return await attempt(candidate);
    } catch (error) {
      if (error instanceof ChromiumNotFoundError) throw error;
      failures.push(`${label}: ${(error as Error).message}`);
    }
  }
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
