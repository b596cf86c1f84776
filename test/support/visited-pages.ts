import type { Page } from 'playwright-core';
import type { PageLook } from '../../scripts/harness/page-walk.js';
import { accessibilityFaults, scrollsSideways } from './accessibility.js';

/** What was found on the pages a walk came through. */
export class VisitedPages {
  readonly marks: string[] = [];
  readonly faults: string[] = [];

  /** Give this to a `PageWalk`. */
  readonly look: PageLook = (page, mark) => this.visit(page, { mark, bare: false });

  /** The same for a browser without scripts. */
  readonly lookWithoutScripts: PageLook = (page, mark) => this.visit(page, { mark, bare: true });

  /** Notes what goes wrong inside of the page: scripts that throw, resources that are missing or forbidden by policy. */
  watch(page: Page): void {
    page.on('pageerror', (error) => this.faults.push(`script: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') this.faults.push(`console: ${message.text()}`);
    });
  }

  private async visit(page: Page, { mark, bare }: { mark: string; bare: boolean }): Promise<void> {
    this.marks.push(mark);
    this.faults.push(...(await accessibilityFaults(page, { bare })).map((fault) => `${mark}: ${fault}`));
    if (await scrollsSideways(page)) this.faults.push(`${mark}: scrolls sideways`);
  }
}
