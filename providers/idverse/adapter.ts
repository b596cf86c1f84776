import { ProviderError, reportsBesides } from '../kit/index.js';
import type { ProviderAdapter, ProviderCapabilities, ProviderPorts } from '../kit/index.js';
import { gaveUp } from './browser-return.js';
import { carried } from './carried-reference.js';
import { IdverseClient } from './client.js';
import type { IdverseSettings } from './config.js';
import { checkedLink } from './link-hosts.js';
import { SUPPORTED_CHECKS, toReport } from './mapping.js';
import { authenticateNotification } from './webhook.js';

export const ID = 'idverse';

const CAPABILITIES: ProviderCapabilities = {
  displayName: 'IDVerse',
  handoff: 'redirect',
  resultTransport: 'push_thin',
  pushAuth: 'static_header',
  sameDevice: 'return',
  replayGuard: 'nonce',
  checks: SUPPORTED_CHECKS,
  expectedIdentityMatching: false,
  reports: reportsBesides({ nationality: 'never' }),
  requiredEvidence: [],
  scores: false,
  deletion: 'none',
  cancel: false,
  idempotentCreate: false,
  findByReference: false,
  pollPolicy: { firstSeconds: 30, everySeconds: 30, giveUpSeconds: 3600 },
  assuranceFrameworks: [],
  dataLeaves: 'partner',
};

function clientOf(settings: IdverseSettings, { http, clock }: ProviderPorts): IdverseClient {
  const [secret] = settings.IDVERSE_WEBHOOK_SECRET;
  if (!secret) throw new ProviderError('broken', 'there is no secret for notifications');
  return new IdverseClient({
    apiUrl: settings.IDVERSE_API_URL,
    oauthUrl: settings.IDVERSE_OAUTH_URL,
    apiKey: settings.IDVERSE_API_KEY,
    scope: settings.IDVERSE_SCOPE,
    flowType: settings.IDVERSE_FLOW_TYPE,
    transactionName: settings.IDVERSE_TRANSACTION_NAME,
    notification: { header: settings.IDVERSE_WEBHOOK_HEADER, secret },
    http,
    clock,
  });
}

export function createIdverseAdapter(settings: IdverseSettings, ports: ProviderPorts): ProviderAdapter {
  const client = clientOf(settings, ports);
  const known = { hosts: settings.IDVERSE_LINK_HOSTS, apiUrl: settings.IDVERSE_API_URL };
  const trust = { header: settings.IDVERSE_WEBHOOK_HEADER, secrets: settings.IDVERSE_WEBHOOK_SECRET };
  const reading = {
    live: settings.IDVERSE_ENVIRONMENT === 'production',
    failedStatuses: settings.IDVERSE_FAILED_STATUSES,
    dateFormat: settings.IDVERSE_DATE_FORMAT,
  };
  return {
    id: ID,
    capabilities: CAPABILITIES,

    async createSession(context) {
      const { transaction_id: externalId, url, expires_at: expiresAt } = await client.createTransaction(context);
      return {
        externalId,
        handoff: { kind: 'redirect', url: checkedLink(url, known) },
        expiresAt: new Date(expiresAt),
      };
    },

    async fetchResult({ externalId, reference }) {
      const transaction = await client.readTransaction(externalId);
      const said = transaction.reference;
      if (typeof said === 'string' && carried(said).reference !== reference)
        throw new ProviderError('not_authentic', 'the answer is about another session of ours');
      return toReport(transaction, reading, ports.clock.now());
    },

    verifyPush: async (push) => authenticateNotification(push, trust),

    handleReturn: async (_context, query) => ({ signal: gaveUp(query) ? 'gave_up' : 'came_back' }),
  };
}
