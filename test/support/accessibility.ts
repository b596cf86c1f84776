import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

interface Violation {
  id: string;
  help: string;
  nodes: { html: string; failureSummary?: string }[];
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** WCAG 2.0 to 2.2, A and AA, and axe's own best practices. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** In a browser without scripts no timer ever fires, but promises settle; axe only uses timers to take a breath. */
const TIMERS_AS_PROMISES = `globalThis.setTimeout = (work, delayMs, ...rest) => {
  if (!(delayMs > 1000)) Promise.resolve().then(() => work(...rest));
  return 0;
}`;

/**
 * What axe finds on the page as it is shown, one line each; empty when there is nothing. `bare`: the page is in a browser
 * without scripts.
 */
export async function accessibilityFaults(page: Page, { bare = false } = {}): Promise<string[]> {
  if (bare) await page.evaluate(TIMERS_AS_PROMISES);
  // It is large, and stays in a page until the page goes.
  if (!(await page.evaluate<boolean>("'axe' in globalThis"))) await page.evaluate(AXE);
  const violations = await page.evaluate<Violation[]>(
    `axe.run(document, { runOnly: ${JSON.stringify(TAGS)} }).then((result) => result.violations)`,
  );
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 200)}`));
}

/** Whether something sticks out at the side, so that a person would have to scroll in two directions (WCAG 1.4.10). */
export async function scrollsSideways(page: Page): Promise<boolean> {
  return page.evaluate<boolean>('document.documentElement.scrollWidth > document.documentElement.clientWidth');
}
