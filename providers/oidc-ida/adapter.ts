import { healthOf, isOneOf, parseJson, ProviderError, reportsBesides, Sensitive } from '../kit/index.js';
import type {
  BrowserReturn,
  ProviderAdapter,
  ProviderCapabilities,
  ProviderPorts,
  ProviderReport,
  SessionContext,
} from '../kit/index.js';
import { supportedChecks, type AssurancePolicy } from './assurance-policy.js';
import { OidcClient } from './client.js';
import type { OidcIdaSettings } from './config.js';
import { proveIdToken } from './id-token.js';
import { IssuerKeys } from './issuer-keys.js';
import { toEndedReport, toReport } from './mapping.js';
import { externalIdOf, returnPartsOf } from './session-proofs.js';
import { delivery, type Delivery } from './types.js';

/** Codes and errors are short; what is longer was not made by a vendor of ours. */
const CODE = /^[\x21-\x7e]{1,2048}$/;
/** Error codes of RFC 6749 and OpenID Connect, and whatever a vendor adds in their alphabet. */
const ERROR = /^[\w.:-]{1,64}$/;

interface Parts extends ProviderPorts {
  id: string;
  settings: OidcIdaSettings;
  policy: AssurancePolicy;
  client: OidcClient;
  keys: IssuerKeys;
}

/** One vendor that speaks PAR, PKCE and `verified_claims`. Which one is in its settings. */
export function createOidcIdaAdapter(id: string, settings: OidcIdaSettings, ports: ProviderPorts): ProviderAdapter {
  const policy = { rows: settings.ASSURANCE, evidenceKinds: settings.EVIDENCE_CHECKS };
  const parts: Parts = {
    ...ports,
    id,
    settings,
    policy,
    client: new OidcClient({ settings, policy, http: ports.http, clock: ports.clock }),
    keys: new IssuerKeys({ jwksUrl: settings.JWKS_URL, http: ports.http, clock: ports.clock }),
  };
  return {
    id,
    capabilities: capabilitiesOf(settings, policy),

    async createSession(context) {
      return { externalId: externalIdOf(context.nonce), handoff: await parts.client.pushRequest(context) };
    },

    renewHandoff: (context) => parts.client.pushRequest(context),

    handleReturn: (context, query) => takeReturn(parts, context, query),

    fetchResult: (context) => makeReport(parts, context),

    health: () => healthOf(parts.keys.read()),
  };
}

function capabilitiesOf(settings: OidcIdaSettings, policy: AssurancePolicy): ProviderCapabilities {
  return {
    displayName: settings.DISPLAY_NAME,
    handoff: 'redirect',
    resultTransport: 'oidc_code',
    pushAuth: 'none',
    sameDevice: 'code',
    replayGuard: 'nonce',
    checks: supportedChecks(policy),
    expectedIdentityMatching: true,
    reports: reportsBesides({ nationality: 'never' }),
    requiredEvidence: [],
    scores: false,
    deletion: 'none',
    cancel: false,
    idempotentCreate: false,
    findByReference: false,
    pollPolicy: { firstSeconds: 60, everySeconds: 60, giveUpSeconds: 3600 },
    assuranceFrameworks: [...new Set(policy.rows.map(({ framework }) => framework))],
    dataLeaves: 'partner',
  };
}

/** A response that is ours: our state (RFC 6749 section 10.12) from the issuer we sent the person to (RFC 9207). */
async function takeReturn(
  parts: Parts,
  context: SessionContext,
  query: Readonly<Record<string, string>>,
): Promise<BrowserReturn> {
  const { state } = returnPartsOf(context);
  if (!isOneOf([new Sensitive(state)], query.state ?? ''))
    throw new ProviderError('not_authentic', 'the return carries another state');
  if (query.iss !== undefined && query.iss !== parts.settings.ISSUER)
    throw new ProviderError('not_authentic', 'the return is from another issuer');
  if (query.error !== undefined) {
    const error = ERROR.test(query.error) ? query.error : 'unreadable';
    return { signal: 'gave_up', payload: sealed({ error, receivedAt: parts.clock.now().toISOString() }) };
  }
  if (query.code === undefined || !CODE.test(query.code))
    throw new ProviderError('not_authentic', 'the return carries no code');
  const { idToken, accessToken } = await parts.client.exchangeCode(context, query.code);
  const receivedAt = parts.clock.now().toISOString();
  return {
    signal: 'came_back',
    payload: sealed({ idToken, userinfo: await askUserinfo(parts, accessToken), receivedAt }),
  };
}

/** A UserInfo endpoint that fails must not cost the token: the code is spent. Without its part, nothing passes. */
async function askUserinfo({ settings, client, logger }: Parts, accessToken: string | undefined) {
  if (!settings.USERINFO_URL || accessToken === undefined) return undefined;
  try {
    return await client.readUserinfo(accessToken);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    logger.warn('userinfo was not had', { code: error.code });
    return undefined;
  }
}

/** The first return stands. What it carried is proven anew on every reading. */
async function makeReport(parts: Parts, context: SessionContext): Promise<ProviderReport> {
  const { settings, policy, keys } = parts;
  const arrived = firstDelivery(context);
  const live = settings.ENVIRONMENT === 'production';
  if ('error' in arrived) {
    const { externalId, nonce } = context;
    return toEndedReport(arrived.error, { externalId, nonce, live, at: arrived.receivedAt });
  }
  const { userinfo } = arrived;
  const receivedAt = new Date(arrived.receivedAt);
  const idToken = await proveIdToken(arrived.idToken, { keys, settings, receivedAt });
  if (userinfo && userinfo.sub !== idToken.sub)
    throw new ProviderError('not_authentic', 'userinfo is about somebody else than the ID token');
  return toReport({ idToken, userinfo }, { policy, live, expected: context.expectedIdentity?.reveal() ?? {} });
}

function firstDelivery({ deliveries = [] }: SessionContext): Delivery {
  const [first] = deliveries;
  if (!first) throw new ProviderError('not_ready', 'the person has not come back');
  const parsed = delivery.safeParse(parseJson(Buffer.from(first.reveal(), 'utf8')));
  if (!parsed.success) throw new ProviderError('unintelligible', 'what was kept of the return cannot be read');
  return parsed.data;
}

const sealed = (content: Delivery): Sensitive<string> => new Sensitive(JSON.stringify(content));
