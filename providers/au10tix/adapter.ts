import { pathId, ProviderError, reportsBesides, valuesAt } from '../kit/index.js';
import type { ProviderAdapter, ProviderCapabilities, ProviderPorts } from '../kit/index.js';
import { AccessTokens } from './access-tokens.js';
import { Au10tixClient } from './client.js';
import type { Au10tixSettings } from './config.js';
import { isStillPending, supportedChecks, toReport } from './mapping.js';
import { checkedLink, type KnownHosts } from './partner-hosts.js';
import type { CreatedWorkflow } from './types.js';

export const ID = 'au10tix';

const capabilitiesOf = (settings: Au10tixSettings): ProviderCapabilities => ({
  displayName: 'AU10TIX',
  handoff: 'redirect',
  resultTransport: 'poll',
  pushAuth: 'none',
  sameDevice: 'none',
  replayGuard: 'single_use_session',
  checks: supportedChecks(settings.AU10TIX_EVIDENCE),
  expectedIdentityMatching: false,
  reports: reportsBesides({
    nationality: 'never',
    ...(Object.keys(settings.AU10TIX_DOCUMENT_TYPES).length === 0 && { documentType: 'never' }),
  }),
  requiredEvidence: [],
  scores: false,
  deletion: 'none',
  cancel: false,
  idempotentCreate: false,
  findByReference: false,
  pollPolicy: { firstSeconds: 30, everySeconds: 15, giveUpSeconds: 3600 },
  assuranceFrameworks: [],
  dataLeaves: 'partner',
});

function clientOf(settings: Au10tixSettings, hosts: KnownHosts, { http, clock }: ProviderPorts): Au10tixClient {
  const tokens = new AccessTokens({
    clientId: settings.AU10TIX_CLIENT_ID,
    keyId: settings.AU10TIX_KEY_ID,
    privateKey: settings.AU10TIX_PRIVATE_KEY,
    audience: settings.AU10TIX_TOKEN_AUDIENCE,
    sendsGrantFields: settings.AU10TIX_TOKEN_GRANT_FIELDS === 'send',
    hosts,
    http,
    clock,
  });
  return new Au10tixClient({ settings, tokens, http, clock });
}

export function createAu10tixAdapter(settings: Au10tixSettings, ports: ProviderPorts): ProviderAdapter {
  const hosts: KnownHosts = {
    environment: settings.AU10TIX_ENVIRONMENT,
    baseUrl: settings.AU10TIX_BASE_URL,
    linkHosts: settings.AU10TIX_LINK_HOSTS,
  };
  const client = clientOf(settings, hosts, ports);
  const reading = {
    api: settings.AU10TIX_RESULT_API,
    live: settings.AU10TIX_ENVIRONMENT === 'production',
    workflow: settings.AU10TIX_WORKFLOW,
    evidence: settings.AU10TIX_EVIDENCE,
    expiryField: settings.AU10TIX_EXPIRY_FIELD,
    dateFormat: settings.AU10TIX_DATE_FORMAT,
    documentTypes: settings.AU10TIX_DOCUMENT_TYPES,
  };
  return {
    id: ID,
    capabilities: capabilitiesOf(settings),

    async createSession(context) {
      const created = await client.startWorkflow(context);
      const externalId = idOf(created, settings.AU10TIX_WORKFLOW);
      return { externalId, handoff: { kind: 'redirect', url: checkedLink(created.response.securemeLink, hosts) } };
    },

    async fetchResult({ externalId, reference }) {
      const body = await client.readResult(externalId);
      if (isStillPending(body, settings.AU10TIX_PENDING_ANSWERS))
        throw new ProviderError('not_ready', 'there is no result yet');
      const { AU10TIX_REFERENCE_RESULT_PATH: referencePath, AU10TIX_EXTERNAL_ID_PATH: idPath } = settings;
      // Without a configured place only the address that was asked names the session; README.md says what that leaves open.
      const said = idPath === undefined ? externalId : statedId(valuesAt(body, idPath));
      const report = toReport(body, reading, { externalId: said, now: ports.clock.now() });
      if (referencePath !== undefined) assertIsAbout(reference, valuesAt(body, referencePath));
      return report;
    },
  };
}

/** The session's id. A `workflowId` that is the workflow's name is everybody's, and no session's. */
function idOf({ id, sessionId: session, workflowId }: CreatedWorkflow, workflow: string): string {
  const found = id ?? session ?? workflowId;
  if (found === null || found === undefined || found === workflow || `Au10tix${found}` === workflow)
    throw new ProviderError('unintelligible', 'the answer does not say which session was made');
  return found;
}

/** @throws ProviderError not_authentic for another reference, unintelligible for none */
function assertIsAbout(reference: string, stated: readonly unknown[]): void {
  if (stated.length === 1 && stated[0] === reference) return;
  if (stated.some((one) => typeof one === 'string'))
    throw new ProviderError('not_authentic', 'the answer is about another reference');
  throw new ProviderError('unintelligible', 'the answer states no reference');
}

function statedId([value, ...others]: readonly unknown[]): string {
  const stated = pathId.safeParse(value);
  if (!stated.success || others.length > 0)
    throw new ProviderError('unintelligible', 'the answer does not say which session it is about');
  return stated.data;
}
