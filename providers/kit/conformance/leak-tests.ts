import { describe, expect, it } from '@jest/globals';
import { CANARY } from './canary.js';
import { expectNoTrace } from './expectations.js';
import type { Suite } from './suite.js';

/** Declared last: searches everything that the adapter showed in all the tests before. */
export function declareLeakTests(suite: Suite): void {
  describe('everything it reported, threw and logged', () => {
    it('shows no personal data outside of a seal', () => {
      const { shown } = suite.world();
      expect(shown.length).toBeGreaterThan(20);
      expectNoTrace(shown, Object.values(CANARY));
    });

    it('shows none of its secrets', () => {
      const secrets = suite.world().secrets();
      if (suite.options.secretVariables.length > 0) expect(secrets.length).toBeGreaterThan(0);
      expectNoTrace(suite.world().shown, secrets);
    });
  });
}
