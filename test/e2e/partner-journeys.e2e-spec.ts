import { existsSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../../scripts/harness/chromium/index.js';
import { DemoStage } from '../../scripts/demo/demo-stage.js';
import { walkPartnerJourney } from '../../scripts/demo/partner-journey.js';
import { Story } from '../../scripts/demo/story.js';
import { packagePath } from '../../src/platform/package-root/package-root.js';
import { startService, type TestService } from '../support/service.js';
import { wholeOr } from '../support/whole.js';

/** Every provider in this repository that has a partner at the other end, and a simulator that plays it. */
const PARTNERS = readdirSync(packagePath('providers')).filter(
  (id) => id !== 'sandbox' && id !== 'kit' && existsSync(packagePath(`providers/${id}/simulator/index.ts`)),
);

/** One for each way to hand a person over: on its page and back, beside our page, in an app, with our own photos. */
const STAND_FOR_THEIR_KIND = ['oidc-ida', 'clear1', 'entra-verified-id', 'idemia'];
const WALKED = wholeOr(PARTNERS, (id) => STAND_FOR_THEIR_KIND.includes(id));

describe('one whole recovery through each partner', () => {
  let service: TestService;
  let browser: Browser;

  beforeAll(async () => {
    const env = { SIMULATORS: PARTNERS.join(','), RATE_LIMIT_SCALE: '100' };
    [service, browser] = await Promise.all([startService({ env }), openBrowser()]);
  });

  afterAll(async () => {
    await Promise.all([browser?.close(), service?.end()]);
  });

  it.each(WALKED)(
    '%s: the person’s clicks on its page included, ending signed in with a new passkey',
    async (provider) => {
      const told: string[] = [];
      const staged = {
        ready: service.ready,
        staffClient: (bearer: string) => service.client({ bearer }),
        errorLines: () => service.errorLines(),
      };
      const stage = new DemoStage(new Story((text) => void told.push(text)), staged, browser);
      const { caseId } = await walkPartnerJourney(stage, provider);
      expect(told.join('')).toContain('signed in as Pia Partner');
      const completed = await service.desk.caseWhen(caseId, ({ state }) => state === 'completed');
      expect(completed).toMatchObject({ state: 'completed', provider });
    },
  );

  it('left no error in the log', () => {
    expect(service.errorLines()).toEqual([]);
  });
});
