import { describeProviderConformance } from '../kit/conformance/index.js';
import { generateWebhookSecret } from '../kit/standard-webhooks/index.js';
import { sandboxProvider } from './index.js';
import { startSandboxPartner } from './simulator/index.js';

const API_KEY = 'sandbox-key-for-the-suite';
const WEBHOOK_SECRET = generateWebhookSecret().reveal();

describeProviderConformance({
  definition: sandboxProvider,
  environment: (baseUrl) => ({
    SANDBOX_BASE_URL: baseUrl,
    SANDBOX_API_KEY: API_KEY,
    SANDBOX_WEBHOOK_SECRET: WEBHOOK_SECRET,
  }),
  secretVariables: ['SANDBOX_API_KEY', 'SANDBOX_WEBHOOK_SECRET'],
  startSimulator: async () => {
    const partner = await startSandboxPartner({ apiKey: API_KEY, webhookSecret: WEBHOOK_SECRET, environment: 'live' });
    const repeated = new Set<string>();
    return {
      baseUrl: partner.baseUrl,
      async finish({ reference, outcome, identity }) {
        const scenario = outcome === 'unknown_result' ? 'unknown_outcome' : outcome;
        await partner.decide(reference, { scenario: repeated.has(reference) ? 'duplicate' : scenario, identity });
      },
      pushBeforeCreateReturns: (reference) => partner.setScenario(reference, { scenario: 'early_push' }),
      pushSeveralTimes: async (reference) => void repeated.add(reference),
      close: () => partner.close(),
    };
  },
});
