import { healthOf, reportsBesides, unlessUnknown } from '../kit/index.js';
import type { ProviderAdapter, ProviderCapabilities, ProviderPorts } from '../kit/index.js';
import { SandboxClient } from './client.js';
import type { SandboxSettings } from './config.js';
import { SUPPORTED_CHECKS, toReport } from './mapping.js';
import { authenticatePush } from './webhook.js';

export const ID = 'sandbox';

/** Its wire format has them all, and its simulator leaves none out. */
const ALL_OF_IT = reportsBesides({
  ...{ givenName: 'always', familyName: 'always', birthDate: 'always', nationality: 'always' },
  ...{ documentType: 'always', issuingCountry: 'always', documentNumber: 'always' },
});

const CAPABILITIES: ProviderCapabilities = {
  displayName: 'Sandbox partner',
  handoff: 'redirect',
  resultTransport: 'push_thin',
  pushAuth: 'standard_webhooks',
  sameDevice: 'return',
  replayGuard: 'nonce',
  checks: SUPPORTED_CHECKS,
  expectedIdentityMatching: false,
  reports: ALL_OF_IT,
  requiredEvidence: [],
  scores: false,
  deletion: 'api',
  cancel: true,
  idempotentCreate: true,
  findByReference: false,
  pollPolicy: { firstSeconds: 15, everySeconds: 30, giveUpSeconds: 3600 },
  assuranceFrameworks: [],
  dataLeaves: 'partner',
};

export function createSandboxAdapter(settings: SandboxSettings, { http, clock }: ProviderPorts): ProviderAdapter {
  const client = new SandboxClient({
    baseUrl: settings.SANDBOX_BASE_URL,
    apiKey: settings.SANDBOX_API_KEY,
    http,
    clock,
  });
  return {
    id: ID,
    capabilities: CAPABILITIES,

    async createSession(context) {
      const { sessionId, url, expiresAt } = await client.createSession(context);
      return { externalId: sessionId, handoff: { kind: 'redirect', url }, expiresAt: new Date(expiresAt) };
    },

    async fetchResult({ externalId }) {
      return toReport(await client.readSession(externalId), clock.now());
    },

    verifyPush: async (push) => authenticatePush(push, { secrets: settings.SANDBOX_WEBHOOK_SECRET, clock }),

    handleReturn: async (_context, query) => ({
      signal: query.sandbox_outcome === 'cancelled' ? 'gave_up' : 'came_back',
    }),

    cancel: ({ externalId }) => client.cancelSession(externalId),

    erase: ({ externalId }) => unlessUnknown(client.deleteSession(externalId)),

    health: () => healthOf(client.readHealth()),
  };
}
