import { healthOf, reportsBesides } from '../kit/index.js';
import type { ProviderAdapter, ProviderCapabilities, ProviderPorts } from '../kit/index.js';
import { OneKosmosClient } from './client.js';
import type { OneKosmosSettings } from './config.js';
import { documentTypeFor, toReport, type ResultReading } from './mapping.js';

export const ID = '1kosmos';

/** Only what the settings point at can be checked, so only that is offered. */
const capabilitiesFor = (settings: OneKosmosSettings): ProviderCapabilities => ({
  displayName: '1Kosmos',
  handoff: 'redirect',
  resultTransport: 'poll',
  pushAuth: 'none',
  sameDevice: 'none',
  replayGuard: 'single_use_session',
  checks: [...new Set(settings.ONEKOSMOS_CHECK_PATHS.map(({ kind }) => kind))],
  expectedIdentityMatching: false,
  reports: reportsBesides({ nationality: 'never' }),
  requiredEvidence: [],
  scores: false,
  deletion: 'automatic',
  cancel: false,
  idempotentCreate: false,
  findByReference: false,
  pollPolicy: { firstSeconds: 20, everySeconds: 15, giveUpSeconds: 3600 },
  assuranceFrameworks: [],
  dataLeaves: 'partner',
});

const readingFrom = (settings: OneKosmosSettings): ResultReading => ({
  statusPaths: settings.ONEKOSMOS_STATUS_PATHS,
  sessionIdPath: settings.ONEKOSMOS_SESSION_ID_PATH,
  referencePath: settings.ONEKOSMOS_REFERENCE_PATH,
  checkPaths: settings.ONEKOSMOS_CHECK_PATHS,
  documentPaths: settings.ONEKOSMOS_DOCUMENT_PATHS,
  mayLackSessionId: settings.ONEKOSMOS_RESULT_WITHOUT_SESSION_ID === 'accept',
  live: settings.ONEKOSMOS_ENVIRONMENT === 'production',
  workflowKey: settings.ONEKOSMOS_WORKFLOW_KEY,
});

export function createOneKosmosAdapter(settings: OneKosmosSettings, { http, clock }: ProviderPorts): ProviderAdapter {
  const client = new OneKosmosClient({
    tenant: settings.ONEKOSMOS_TENANT_URL,
    dns: settings.ONEKOSMOS_TENANT_DNS ?? new URL(settings.ONEKOSMOS_TENANT_URL).hostname,
    community: settings.ONEKOSMOS_COMMUNITY,
    licenseKey: settings.ONEKOSMOS_LICENSE_KEY,
    workflowKey: settings.ONEKOSMOS_WORKFLOW_KEY,
    resultPath: settings.ONEKOSMOS_RESULT_PATH,
    allowedHosts: settings.ONEKOSMOS_ALLOWED_HOSTS,
    privateKey: settings.ONEKOSMOS_PRIVATE_KEY,
    http,
    clock,
  });
  const reading = readingFrom(settings);
  return {
    id: ID,
    capabilities: capabilitiesFor(settings),

    async createSession({ reference, chosenDocument }) {
      const documentType = documentTypeFor(chosenDocument, settings.ONEKOSMOS_DOCUMENT_TYPE);
      const { sessionId, url } = await client.createSession(reference, documentType);
      return { externalId: sessionId, handoff: { kind: 'redirect', url } };
    },

    async fetchResult({ externalId, reference }) {
      return toReport(await client.readResult(externalId), reading, { externalId, reference, now: clock.now() });
    },

    health: () => healthOf(client.checkHealth()),
  };
}
