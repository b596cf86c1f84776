import { randomBytes } from 'node:crypto';
import {
  bookControls,
  controlRoutes,
  DEFAULT_SESSION_TTL_SECONDS,
  DEFAULT_SLOW_SECONDS,
  listen,
  SessionBook,
  type FailableKind,
  type HttpFault,
  type Route,
  type RunningSimulator,
  type SimulatorDefinition,
  type SimulatorOptions,
} from '../../kit/simulator/index.js';
import { backChannelRoutes } from './back-channel.js';
import { returnQuery, type IdvSession } from './idv-session.js';
import { personRoutes } from './person-pages.js';
import { TokenSigner } from './token-signer.js';

export interface OidcIdaCredentials {
  clientId: string;
  clientSecret: string;
  issuer: string;
  /** Where people find the page, when it is not where the API is. */
  authorizeUrl?: string;
}

const TITLE = 'Identity verification vendor';
/** What this vendor's `VERIFIED` stands for, as a contract with it would say. */
const VERIFIED_MEANS: readonly FailableKind[] = [
  'document_authenticity',
  'face_match',
  'presentation_attack',
  'data_match',
];

/** A vendor that follows Okta's standard. It shares no code with the adapter, its signing included. */
export const simulator: SimulatorDefinition<OidcIdaCredentials> = {
  id: 'oidc-ida',
  displayName: TITLE,
  credentials: (given = {}) => ({
    clientId: given.OIDC_IDA_CLIENT_ID ?? `client_${randomBytes(8).toString('hex')}`,
    clientSecret: given.OIDC_IDA_CLIENT_SECRET ?? randomBytes(24).toString('base64url'),
    issuer: given.OIDC_IDA_ISSUER ?? 'https://idv-vendor.example',
    authorizeUrl: given.OIDC_IDA_AUTHORIZE_URL,
  }),
  environment: (baseUrl, { clientId, clientSecret, issuer, authorizeUrl }) => ({
    OIDC_IDA_ISSUER: issuer,
    OIDC_IDA_PAR_URL: `${baseUrl}/oauth2/par`,
    OIDC_IDA_AUTHORIZE_URL: authorizeUrl ?? `${baseUrl}/oauth2/authorize`,
    OIDC_IDA_TOKEN_URL: `${baseUrl}/oauth2/token`,
    OIDC_IDA_JWKS_URL: `${baseUrl}/.well-known/jwks`,
    OIDC_IDA_CLIENT_ID: clientId,
    OIDC_IDA_CLIENT_SECRET: clientSecret,
    OIDC_IDA_ENVIRONMENT: 'production',
    OIDC_IDA_ASSURANCE: `IDV-DELEGATED/VERIFIED=${VERIFIED_MEANS.join('+')}`,
  }),
  start: startVendor,
};

async function startVendor(options: SimulatorOptions<OidcIdaCredentials>): Promise<RunningSimulator> {
  const { credentials } = options;
  const now = options.now ?? (() => new Date());
  const book: SessionBook<IdvSession> = new SessionBook<IdvSession>({
    slowSeconds: options.slowSeconds ?? DEFAULT_SLOW_SECONDS,
    now,
    scenarioFor: options.scenarioFor,
    identityFor: options.identityFor,
    // The browser carries the news; nobody is pushed anything.
    onDecided: () => undefined,
  });
  const routes: Route[] = [
    ...backChannelRoutes(book, {
      ...credentials,
      signer: new TokenSigner(),
      sessionTtlSeconds: options.sessionTtlSeconds ?? DEFAULT_SESSION_TTL_SECONDS,
      now,
    }),
    ...personRoutes(book, { ...credentials, title: TITLE, failures: VERIFIED_MEANS, now }),
    ...controlRoutes(book, options.controlKey ?? randomBytes(24).toString('base64url')),
  ];
  const server = await listen(() => routes, { ...options, errorBody });
  return {
    baseUrl: `http://127.0.0.1:${server.port}`,
    publicUrl: options.publicUrl ?? `http://localhost:${server.port}`,
    ...bookControls(book),
    async decide(reference, scenario) {
      const session = await bookControls(book).decide(reference, scenario);
      return { returnQuery: returnQuery(session, credentials.issuer) };
    },
    async close() {
      book.close();
      await server.close();
    },
  };
}

/** Errors as RFC 6749 section 5.2 words them. */
const errorBody = ({ code }: HttpFault) => ({ error: code, error_description: 'The request was refused' });
