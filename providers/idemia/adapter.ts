import { healthOf, ProviderError, reportsBesides, unlessUnknown } from '../kit/index.js';
import type {
  CreateSessionContext,
  ProviderAdapter,
  ProviderCapabilities,
  ProviderPorts,
  SessionContext,
} from '../kit/index.js';
import { GipsClient } from './client.js';
import type { IdemiaSettings } from './config.js';
import { handOver } from './evidence-hand-over.js';
import { ASSURANCE_FRAMEWORK, reportStatusOf, SUPPORTED_CHECKS, toReport, type MappingRules } from './mapping.js';
import type { DetailedIdentity } from './types.js';
import { authenticateNotification } from './webhook.js';

export const ID = 'idemia';

const CAPABILITIES: ProviderCapabilities = {
  displayName: 'IDEMIA ID&V',
  handoff: 'capture',
  resultTransport: 'push_thin',
  pushAuth: 'static_header',
  sameDevice: 'capture',
  replayGuard: 'single_use_session',
  checks: SUPPORTED_CHECKS,
  expectedIdentityMatching: false,
  reports: reportsBesides({ nationality: 'never', documentType: 'never' }),
  requiredEvidence: ['document_front', 'selfie'],
  wantsBackOf: ['identity_card', 'driving_licence', 'residence_permit', 'other'],
  scores: false,
  deletion: 'api',
  cancel: false,
  idempotentCreate: false,
  findByReference: false,
  // IDEMIA's own sample asks every ten seconds, for an hour at most.
  pollPolicy: { firstSeconds: 5, everySeconds: 10, giveUpSeconds: 3600 },
  assuranceFrameworks: [ASSURANCE_FRAMEWORK],
  dataLeaves: 'partner',
};

export function createIdemiaAdapter(settings: IdemiaSettings, { http, clock }: ProviderPorts): ProviderAdapter {
  const client = new GipsClient({
    baseUrl: settings.IDEMIA_BASE_URL,
    apiKey: settings.IDEMIA_API_KEY,
    tenantRole: settings.IDEMIA_TENANT_ROLE,
    portraitUploadPath: settings.IDEMIA_PORTRAIT_UPLOAD_PATH,
    http,
    clock,
  });
  const rules = rulesOf(settings);
  const handOverParts = {
    client,
    clock,
    consentTypes: settings.IDEMIA_CONSENT_TYPES,
    portraitPart: settings.IDEMIA_PORTRAIT_PART,
    fileSource: settings.IDEMIA_FILE_SOURCE,
  };
  const trust = {
    header: settings.IDEMIA_WEBHOOK_HEADER,
    keys: settings.IDEMIA_WEBHOOK_KEY,
    idMembers: settings.IDEMIA_WEBHOOK_ID_MEMBERS,
  };
  return {
    id: ID,
    capabilities: CAPABILITIES,

    /** One call only: consents go with the pictures, so a lost answer leaves an empty identity that costs nothing. */
    async createSession(context) {
      return { externalId: await client.createIdentity(correlationIdOf(context)), handoff: { kind: 'capture' } };
    },

    submitEvidence: (context) => handOver(handOverParts, context),

    async fetchResult(context) {
      const identity = await client.readIdentity(context.externalId);
      assertOurs(identity, context);
      const portraitHasErrors = await hasPortraitErrors(client, { identity, rules, externalId: context.externalId });
      return toReport({ identity, portraitHasErrors }, rules, clock.now());
    },

    verifyPush: async (push) => authenticateNotification(push, trust),

    erase: ({ externalId }) => unlessUnknown(client.discard(externalId)),

    health: () => healthOf(client.readSupportedCountries()),
  };
}

function rulesOf(settings: IdemiaSettings): MappingRules {
  return {
    live: settings.IDEMIA_ENVIRONMENT === 'production',
    settledStatuses: settings.IDEMIA_SETTLED_STATUSES,
    minimumAssurance: settings.IDEMIA_MINIMUM_ASSURANCE,
    livenessByStatus: settings.IDEMIA_IMAGE_LIVENESS === 'status',
  };
}

/** What goes with an identity as CORRELATION_ID. It holds nothing about the person. */
function correlationIdOf({ reference, nonce }: Pick<CreateSessionContext, 'reference' | 'nonce'>): string {
  return `${reference}.${nonce}`;
}

/** Where the partner repeats our correlation, it has to be ours, byte for byte. */
function assertOurs({ context }: DetailedIdentity, session: SessionContext): void {
  const repeated = context?.filter(({ key }) => key === 'CORRELATION_ID') ?? [];
  if (repeated.every(({ value }) => value === correlationIdOf(session))) return;
  throw new ProviderError('not_authentic', 'the identity carries another correlation than ours');
}

/** The detailed record has no errors; the portrait's own status has. A verified portrait cannot have any. */
async function hasPortraitErrors(
  client: GipsClient,
  about: { identity: DetailedIdentity; rules: MappingRules; externalId: string },
): Promise<boolean> {
  const { portrait } = about.identity;
  if (!portrait || portrait.evidenceStatus.status === 'VERIFIED') return false;
  if (reportStatusOf(about.identity, about.rules) !== 'completed') return false;
  const { errors } = await client.readEvidenceState(about.externalId, portrait.evidenceId);
  return (errors?.length ?? 0) > 0;
}
