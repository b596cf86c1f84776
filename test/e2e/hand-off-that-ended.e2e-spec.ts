import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import type { RunningSimulator } from '../../providers/kit/simulator/index.js';
import { simulator } from '../../providers/oidc-ida/simulator/index.js';
import { addVirtualAuthenticator, openBrowser } from '../../scripts/harness/chromium/index.js';
import { PageWalk } from '../../scripts/harness/page-walk.js';
import { PARTNER_PERSON } from '../../scripts/demo/partner-journey.js';
import { startService, type TestService } from '../support/service.js';

/** A link's life at the vendor, and how much later a slow reader's click comes. */
const LIFE_SECONDS = 5;
const READING_SECONDS = 30;
const PIA = { givenName: 'Pia', familyName: 'Partner', birthDate: '1988-05-14' };

describe('a vendor whose links end while the page before them is read', () => {
  let vendor: RunningSimulator;
  let service: TestService;
  let browser: Browser;
  let aheadSeconds = 0;
  let walk: PageWalk;
  let caseId: string;

  beforeAll(async () => {
    const credentials = simulator.credentials();
    const now = () => new Date(Date.now() + aheadSeconds * 1_000);
    const identityFor = async () => PIA;
    vendor = await simulator.start({ credentials, now, identityFor, handoffTtlSeconds: LIFE_SECONDS });
    const env = {
      // The demo's policy asks it; its address is the one below.
      SIMULATORS: 'oidc-ida',
      OUTBOUND_ALLOWED_ORIGINS: vendor.baseUrl,
      ...simulator.environment(vendor.baseUrl, credentials),
    };
    [service, browser] = await Promise.all([startService({ env }), openBrowser()]);
  });

  afterAll(async () => {
    await Promise.all([browser?.close(), service?.end(), vendor?.close()]);
  });

  beforeEach(async () => {
    aheadSeconds = 0;
    vendor.setDefaultScenario(undefined);
    await service.desk.cancelOpenCases(await service.desk.subjectId(PARTNER_PERSON.login));
    const earlier = (await service.trial.mails(PARTNER_PERSON.email)).flatMap((mail) => mail.links);
    ({ id: caseId } = await service.desk.openCase({ login: PARTNER_PERSON.login }));
    walk = new PageWalk(await (await browser.newContext({ locale: 'en-GB' })).newPage());
    await walk.openLink(await service.trial.recoveryLink(PARTNER_PERSON.email, earlier));
    await walk.start();
    await walk.agree();
    await walk.chooseDocument({ type: 'passport' });
    await walk.choosePartner('oidc-ida');
  });

  it('a slow reader gets there, comes back, gets there again, and finishes', async () => {
    const stored = await walk.partnerAddress();
    aheadSeconds = READING_SECONDS;
    expect((await fetch(stored)).status).toBe(400);

    await walk.followPartnerLink();
    const first = walk.page.url();
    await walk.page.goBack();
    expect(await walk.heading()).toContain('will check your document');
    await walk.followPartnerLink();
    expect(new URL(walk.page.url()).origin).toBe(vendor.baseUrl);
    expect(walk.page.url()).not.toBe(first);

    await walk.decideAtPartner('pass');
    await walk.awaitPasskeyPage();
    await addVirtualAuthenticator(walk.page);
    await walk.createPasskey();
    expect(await walk.signIn()).toContain('signed in as Pia Partner');
    expect(await service.desk.readCase(caseId)).toMatchObject({ state: 'completed', provider: 'oidc-ida' });
    const types = (await service.desk.timeline(caseId)).map(({ type }) => type);
    expect(types.filter((type) => type === 'verification.session_created')).toHaveLength(1);
    expect(types.filter((type) => type === 'verification.handoff_renewed')).toHaveLength(2);
  });

  it('while the vendor cannot be asked, our own page says so and leads back', async () => {
    vendor.setDefaultScenario({ scenario: 'outage' });
    await walk.page.locator('main a.button-primary').click();
    await walk.page.waitForURL((url) => url.pathname === '/flow/partner');
    expect(await walk.heading()).toBe('We cannot go on at this moment');
    vendor.setDefaultScenario(undefined);
    await walk.page.locator('main a.button-primary').click();
    expect(await walk.heading()).toContain('will check your document');
    await walk.followPartnerLink();
    expect(new URL(walk.page.url()).origin).toBe(vendor.baseUrl);
  });

  it('T22 a link on another site’s page leads to our own page, not out again', async () => {
    await walk.followPartnerLink();
    await walk.page.evaluate((address) => location.assign(address), `${service.url}/flow/partner`);
    await walk.page.waitForURL((url) => url.pathname === '/flow');
    expect(await walk.heading()).toContain('will check your document');
  });

  it('left no error in the log', () => {
    expect(service.errorLines()).toEqual([]);
  });
});
