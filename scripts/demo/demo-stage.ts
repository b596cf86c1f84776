import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { Applicant } from '../harness/applicant.js';
import { HelpDesk } from '../harness/help-desk.js';
import { HttpClient } from '../harness/http-client.js';
import { PageWalk } from '../harness/page-walk.js';
import type { ReadyLine } from '../harness/service-process.js';
import type { Story } from './story.js';
import { TrialDesk } from '../harness/trial-desk.js';

/** A phone of the smallest width that the pages promise to work at. */
const PHONE = { width: 390, height: 844 };

/** A running service as the stage needs it: the demo's own, or one of a test. */
export interface StagedService {
  readonly ready: ReadyLine;
  /** A caller of the public interface, for staff and machines. */
  staffClient(bearer: string): HttpClient;
  /** What its log says went wrong so far; undefined when the log belongs to somebody else. */
  errorLines(): string[] | undefined;
}

/** Everybody who takes part: the help desk, the mailbox, browsers, and who tells it. */
export class DemoStage {
  readonly desk: HelpDesk;
  readonly trial: TrialDesk;
  readonly #pages: Page[] = [];
  #colleagues = 0;

  constructor(
    readonly story: Story,
    readonly service: StagedService,
    private readonly browser: Browser,
  ) {
    const { apiKey, adminUrl, adminToken } = service.ready;
    this.desk = new HelpDesk(service.staffClient(apiKey));
    this.trial = new TrialDesk(new HttpClient({ baseUrl: adminUrl, bearer: adminToken }));
  }

  /** A person with a browser of their own: nothing is shared with the others. */
  async newPerson(): Promise<PageWalk> {
    const context = await this.browser.newContext({ viewport: PHONE, locale: 'en-GB' });
    const page = await context.newPage();
    this.#pages.push(page);
    return new PageWalk(page);
  }

  /** The same without pages, for refusals that are about the interface. */
  newApplicant(): Applicant {
    const { url } = this.service.ready;
    return new Applicant(new HttpClient({ baseUrl: url, origin: url }));
  }

  /** A signed-in person of the organisation with these roles, another one each time. */
  async newColleague(roles: string[]): Promise<HelpDesk> {
    this.#colleagues += 1;
    const sub = `demo-${roles.join('-')}-${this.#colleagues}`;
    return new HelpDesk(this.service.staffClient(await this.trial.signIn({ sub, roles })));
  }

  /** Opens a case for an account and waits for its mail. A case left open by an interrupted demo is cancelled first. */
  async openCase(login: string, email: string): Promise<{ id: string; reference: string; link: string }> {
    await this.desk.cancelOpenCases(await this.desk.subjectId(login));
    const earlier = await this.trial.recoveryLinks(email);
    const { id, reference } = await this.desk.openCase({ login });
    return { id, reference, link: await this.trial.recoveryLink(email, earlier) };
  }

  /** Pictures of every page that is still open, for whoever has to find out what went wrong. */
  async screenshots(): Promise<string[]> {
    const folder = mkdtempSync(join(tmpdir(), 'regain-demo-screenshots-'));
    const taken = this.#pages
      .filter((page) => !page.isClosed())
      .map(async (page, index) => {
        const path = join(folder, `page-${index + 1}.png`);
        await page.screenshot({ path, fullPage: true, timeout: 5_000 });
        return path;
      });
    const results = await Promise.allSettled(taken);
    return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  }
}
