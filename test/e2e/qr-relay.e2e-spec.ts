import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../../scripts/harness/chromium/index.js';
import { eventually } from '../../scripts/harness/eventually.js';
import { PARTNER_PERSON } from '../../scripts/demo/partner-journey.js';
import { justLeaving, PageWalk } from '../../scripts/harness/page-walk.js';
import { packagePath } from '../../src/platform/package-root/package-root.js';
import { startService, type TestService } from '../support/service.js';
import { wholeOr } from '../support/whole.js';

/** One that shows a code for another device, one that is opened beside our page, one that sends its visitor back to us. */
const RELAYED = ['entra-verified-id', '1kosmos', 'clear1'].filter((id) =>
  existsSync(packagePath(`providers/${id}/simulator/index.ts`)),
);

/**
 * The attacker has the victim's link and sends the partner's code or address on to the victim, who is verified honestly,
 * face and all. The attacker's browser must not get the account for it (T33; design: nobody can relay a partner's QR).
 */
describe('a partner’s code relayed to its victim, in two browsers', () => {
  let service: TestService;
  let browser: Browser;

  beforeAll(async () => {
    const env = { SIMULATORS: RELAYED.join(','), RATE_LIMIT_SCALE: '100' };
    [service, browser] = await Promise.all([startService({ env }), openBrowser()]);
  });

  afterAll(async () => {
    await Promise.all([browser?.close(), service?.end()]);
  });

  it.each(wholeOr(RELAYED, (id) => id === 'entra-verified-id'))(
    '%s: the attacker’s browser gets no token, and the victim can stop it from their mail',
    async (provider) => {
      const before = await service.trial.mails(PARTNER_PERSON.email);
      const earlier = before.flatMap((mail) => mail.links);
      const asked = (await service.trial.mails(PARTNER_PERSON.otherEmail)).flatMap((mail) => mail.links);
      const { id } = await service.desk.openCase({ login: PARTNER_PERSON.login });
      const attacker = new PageWalk(await (await browser.newContext()).newPage());
      await attacker.openLink(await service.trial.recoveryLink(PARTNER_PERSON.email, earlier));
      await attacker.start();
      await attacker.agree();
      await attacker.chooseDocument({ type: 'passport' });
      await attacker.choosePartner(provider);
      const address = new URL(await attacker.partnerAddress());

      await verifyHonestly(await (await browser.newContext()).newPage(), address);

      // Asked at once also where the partner sends its visitor back to us: that is the wrong browser, and no other is waited for.
      await service.desk.caseWhen(id, ({ stateReason }) => stateReason === 'waiting_for_confirmation', 30_000);
      // By then the attacker's page has moved on, and shows the number that is of no use without the mail.
      expect(await attacker.confirmationNumber()).toMatch(/^\d\d$/);
      expect(await tokenAnswer(attacker.page)).toBe(409);
      // What the attacker cannot have is the mail: none goes to the mailbox that had the link.
      const atLink = await service.trial.mails(PARTNER_PERSON.email);
      expect(atLink.filter(({ subject }) => subject.includes('right now?'))).toEqual(
        before.filter(({ subject }) => subject.includes('right now?')),
      );
      const victim = await (await browser.newContext()).newPage();
      await victim.goto(await service.trial.confirmationLink(PARTNER_PERSON.otherEmail, asked));
      await victim.locator('form[action^="/notices/"]:not([action$="/confirm"]) button[type="submit"]').click();
      const stopped = await service.desk.caseWhen(id, ({ state }) => state === 'cancelled', 30_000);
      expect(stopped.stateReason).toBe('repudiated');
      expect([401, 409, 410]).toContain(await tokenAnswer(attacker.page));
    },
  );
});

/** The victim does what the page of the partner, or the wallet, asks. */
async function verifyHonestly(page: Page, address: URL): Promise<void> {
  if (address.protocol === 'openid-vc:') {
    await (await new PageWalk(page).openWallet(address)).locator('button[value="pass"]').click();
    return;
  }
  await page.goto(address.href);
  await page.locator('button[name="decision"][value="pass"]').click();
  await page.waitForLoadState();
}

/** What the attacker's browser is answered when it asks for the recovery token. */
async function tokenAnswer(page: Page): Promise<number> {
  return eventually('an answer to the attacker', () => askForToken(page).catch(justLeaving));
}

async function askForToken(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const answer = await fetch('/v1/flow/token', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    return answer.status;
  });
}
