import { describe, expect, it } from '@jest/globals';
import type { ProviderCapabilities } from '../index.js';
import { expectNoTrace } from './expectations.js';
import type { Suite } from './suite.js';
import { environmentOf } from './world.js';

const UNUSABLE = 'unusable-canary-value §';

/** What the adapter says about itself is true of itself. */
export function declareDeclarationTests(suite: Suite): void {
  const { capabilities, options } = suite;
  const { resultTransport, sameDevice, handoff } = capabilities;
  const needsPush = resultTransport === 'push_thin' || resultTransport === 'callback_only';

  describe('what it declares', () => {
    it('has the id of its definition and the same capabilities each time', () => {
      const adapter = suite.world().adapter();
      expect(adapter.id).toBe(options.definition.id);
      expect(adapter.id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(adapter.capabilities).toEqual(capabilities);
      expect(JSON.parse(JSON.stringify(capabilities)) as ProviderCapabilities).toEqual(capabilities);
    });

    it('offers exactly the methods its capabilities promise', () => {
      const adapter = suite.world().adapter();
      expect(adapter.verifyPush !== undefined).toBe(capabilities.pushAuth !== 'none');
      if (needsPush) expect(adapter.verifyPush).toBeDefined();
      if (resultTransport === 'oidc_code') expect(adapter.handleReturn).toBeDefined();
      expect(adapter.findSession !== undefined).toBe(capabilities.findByReference);
      expect(adapter.submitEvidence !== undefined).toBe(handoff === 'capture' && capabilities.dataLeaves === 'partner');
      expect(adapter.cancel !== undefined).toBe(capabilities.cancel);
      expect(adapter.erase !== undefined).toBe(capabilities.deletion === 'api');
      // It is shown the selfies of other providers' sessions (T72).
      if (adapter.fingerprints) expect(capabilities.dataLeaves).toBe('organisation');
      expect(capabilities.requiredEvidence.length > 0).toBe(capabilities.handoff === 'capture');
      expect(capabilities.wantsBackOf === undefined || capabilities.handoff === 'capture').toBe(true);
      expect(new Set(capabilities.checks).size).toBe(capabilities.checks.length);
    });

    it('proves the device only by what its protocol can', () => {
      expect(sameDevice === 'capture').toBe(handoff === 'capture');
      expect(sameDevice === 'code').toBe(resultTransport === 'oidc_code');
      if (handoff === 'qr_deeplink' || handoff === 'wallet') expect(sameDevice).toBe('none');
    });

    it('polls at sensible intervals', () => {
      const { firstSeconds, everySeconds, giveUpSeconds } = capabilities.pollPolicy;
      expect(firstSeconds).toBeGreaterThanOrEqual(0);
      expect(everySeconds).toBeGreaterThanOrEqual(1);
      expect(giveUpSeconds).toBeGreaterThan(firstSeconds);
    });
  });

  describe('its environment', () => {
    const { environment } = options.definition;
    const good = environmentOf(options, 'http://127.0.0.1:9');

    it('refuses to start without its variables', () => {
      expect(environment.safeParse({}).success).toBe(false);
    });

    it('never repeats a value it refuses', () => {
      for (const name of Object.keys(good)) {
        expect(name).toMatch(/^[A-Z][A-Z0-9_]*$/);
        const result = environment.safeParse({ ...good, [name]: UNUSABLE });
        if (!result.success) expectNoTrace(result.error.issues, [UNUSABLE]);
      }
    });

    it('does not show a secret when its settings are printed', () => {
      expectNoTrace(environment.parse(good), suite.world().secrets());
    });
  });
}
