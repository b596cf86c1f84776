import { CHECK_KINDS, ProviderError, reportsBesides } from '../kit/index.js';
import type { CreatedSession, ProviderAdapter, ProviderCapabilities, ProviderPorts } from '../kit/index.js';
import { Clear1Client } from './client.js';
import type { Clear1Settings } from './config.js';
import { toReport } from './mapping.js';
import type { OpenedSession } from './types.js';
import { authenticateEvent } from './webhook.js';

export const ID = 'clear1';

/** Which checks run is the organisation's choice in CLEAR's console, and its statement in `CLEAR1_CHECK_MAP`. */
function capabilitiesOf({ CLEAR1_CHECK_MAP: checkMap }: Clear1Settings): ProviderCapabilities {
  return {
    displayName: 'CLEAR1',
    handoff: 'redirect',
    resultTransport: 'push_thin',
    pushAuth: 'hmac',
    sameDevice: 'return',
    replayGuard: 'nonce',
    checks: CHECK_KINDS.filter((kind) => checkMap[kind] !== undefined),
    expectedIdentityMatching: false,
    reports: reportsBesides({}),
    requiredEvidence: [],
    scores: false,
    deletion: 'none',
    cancel: false,
    idempotentCreate: false,
    findByReference: true,
    pollPolicy: { firstSeconds: 20, everySeconds: 30, giveUpSeconds: 3600 },
    assuranceFrameworks: [],
    dataLeaves: 'partner',
  };
}

export function createClear1Adapter(settings: Clear1Settings, { http, clock }: ProviderPorts): ProviderAdapter {
  const client = new Clear1Client({
    apiUrl: settings.CLEAR1_API_URL,
    apiKey: settings.CLEAR1_API_KEY,
    projectId: settings.CLEAR1_PROJECT_ID,
    http,
    clock,
  });
  const trust = { tokens: settings.CLEAR1_WEBHOOK_TOKEN, secrets: settings.CLEAR1_WEBHOOK_SECRET };
  const reading = {
    checkMap: settings.CLEAR1_CHECK_MAP,
    reasonFamilies: settings.CLEAR1_REASON_FAMILIES,
    live: settings.CLEAR1_ENVIRONMENT === 'production',
  };

  /** The page's address holds the session's token: it is for the person and for nobody else (T46). */
  const handOver = ({ id, token, expires_at: expiresAt }: OpenedSession): CreatedSession => ({
    externalId: id,
    handoff: { kind: 'redirect', url: `${settings.CLEAR1_VERIFY_URL}?token=${encodeURIComponent(token)}` },
    ...(expiresAt && { expiresAt: new Date(expiresAt * 1000) }),
  });

  return {
    id: ID,
    capabilities: capabilitiesOf(settings),

    createSession: async (context) => handOver(await client.createSession(context)),

    async findSession(context) {
      const found = await client.findSession(context);
      return found && handOver(found);
    },

    async fetchResult({ externalId, reference }) {
      const session = await client.readSession(externalId);
      if (session.custom_fields.regain_reference !== reference)
        throw new ProviderError('not_authentic', 'the answer is about another session of ours');
      return toReport(session, reading, clock.now());
    },

    verifyPush: async (push) => authenticateEvent(push, trust),

    handleReturn: async () => ({ signal: 'came_back' }),
  };
}
