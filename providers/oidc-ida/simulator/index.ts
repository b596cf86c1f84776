import { randomBytes } from 'node:crypto';
import {
  bookOf,
  play,
  timesOf,
  type FailableKind,
  type HttpFault,
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

/** What Okta's guide shows. */
const URI_TTL_SECONDS = 60;
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

function startVendor(options: SimulatorOptions<OidcIdaCredentials>): Promise<RunningSimulator> {
  const { credentials } = options;
  const times = { ...timesOf(options), handoffTtlSeconds: options.handoffTtlSeconds ?? URI_TTL_SECONDS };
  // The browser carries the news; nobody is pushed anything.
  const book = bookOf<IdvSession>(options);
  return play(options, {
    book,
    errorBody,
    returnQuery: (session) => returnQuery(session, credentials.issuer),
    routes: () => [
      ...backChannelRoutes(book, { ...credentials, ...times, signer: new TokenSigner() }),
      ...personRoutes(book, { ...credentials, title: TITLE, failures: VERIFIED_MEANS, now: times.now }),
    ],
  });
}

/** Errors as RFC 6749 section 5.2 words them. */
const errorBody = ({ code }: HttpFault) => ({ error: code, error_description: 'The request was refused' });
