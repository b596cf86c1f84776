import { reportsBesides } from '../kit/index.js';
import type { ProviderAdapter, ProviderCapabilities, ProviderPorts } from '../kit/index.js';
import { accessTokens } from './access-token.js';
import { CallbackKeys } from './callback-state.js';
import { RequestService } from './client.js';
import { trustedDeepLink } from './deep-link.js';
import { checksOf, toReport } from './mapping.js';
import { presentationRequest } from './presentation-request.js';
import type { VerifiedIdSettings } from './settings.js';
import { authenticateCallback } from './webhook.js';

/** A credential is no document: nobody says of what kind, from whom or under which number the document behind it was. */
const OF_NO_DOCUMENT = { documentType: 'never', issuingCountry: 'never', documentNumber: 'never' } as const;

const reportsOf = ({ claims }: VerifiedIdSettings['credential']): ProviderCapabilities['reports'] =>
  reportsBesides({
    ...OF_NO_DOCUMENT,
    nationality: 'never',
    ...(claims.birthDate === undefined && { birthDate: 'never' }),
  });

function capabilitiesOf(settings: VerifiedIdSettings): ProviderCapabilities {
  return {
    displayName: settings.displayName,
    handoff: 'wallet',
    resultTransport: 'callback_only',
    pushAuth: 'request_key',
    sameDevice: 'none',
    replayGuard: 'nonce',
    checks: checksOf(settings.credential),
    expectedIdentityMatching: settings.sendsExpectedNames,
    reports: reportsOf(settings.credential),
    requiredEvidence: [],
    scores: true,
    deletion: 'none',
    cancel: false,
    idempotentCreate: false,
    findByReference: false,
    pollPolicy: { firstSeconds: 30, everySeconds: 60, giveUpSeconds: 1800 },
    assuranceFrameworks: [],
    dataLeaves: 'partner',
  };
}

/** A credential, asked for with Face Check through the Request Service of Microsoft Entra Verified ID. */
export function createVerifiedIdAdapter(settings: VerifiedIdSettings, { http, clock }: ProviderPorts): ProviderAdapter {
  const { loginUrl, apiUrl, tenantId, clientId, clientProof, credential } = settings;
  const tokens = accessTokens({ loginUrl, tenantId, clientId, proof: clientProof, http, clock });
  const service = new RequestService({ apiUrl, tokens, http, clock });
  const keys = new CallbackKeys(settings.id, settings.callbackSecrets);
  return {
    id: settings.id,
    capabilities: capabilitiesOf(settings),

    async createSession(context) {
      const created = await service.createPresentationRequest(presentationRequest(context, settings, keys));
      return {
        externalId: created.requestId,
        handoff: { kind: 'qr_deeplink', url: trustedDeepLink(created.url, { hosts: settings.linkHosts, apiUrl }) },
        expiresAt: new Date(created.expiry * 1000),
      };
    },

    fetchResult: async ({ reference, deliveries = [] }) =>
      toReport(deliveries, { reference, settings, now: clock.now() }),

    verifyPush: async (push) => authenticateCallback(push, { keys, photoClaim: credential.photoClaim }),
  };
}
