import { randomBytes, randomUUID } from 'node:crypto';
import {
  bookOf,
  play,
  PushSender,
  timesOf,
  type Route,
  type RunningSimulator,
  type SessionBook,
  type SimulatorDefinition,
  type SimulatorOptions,
} from '../../kit/simulator/index.js';
import { Callbacks } from './callbacks.js';
import type { Presentation } from './presentation.js';
import { errorEnvelope } from './request-fault.js';
import { serviceRoutes } from './request-service.js';
import { TokenEndpoint } from './token-endpoint.js';
import { walletRoutes } from './wallet-pages.js';

/** What both sides have agreed on, under the names of the adapter's variables without their prefix. */
export interface VerifiedIdCredentials {
  TENANT_ID: string;
  CLIENT_ID: string;
  CLIENT_SECRET?: string;
  CLIENT_CERTIFICATE?: string;
  AUTHORITY_DID: string;
  /** The first one issued the credential in the simulated wallet. */
  ACCEPTED_ISSUERS: string;
  CREDENTIAL_TYPE?: string;
}

export interface SimulatedOffer {
  id: string;
  displayName: string;
  /** Of the adapter's variables. */
  prefix: string;
  /** Variables beside those of the transport. */
  variables: Readonly<Record<string, string>>;
}

const newSecret = (): string => randomBytes(32).toString('base64url');

/** An organisation that holds its issuer answerable, and a credential with a date of birth. */
const CUSTOMER = {
  ENVIRONMENT: 'production',
  CLIENT_NAME: 'Regain',
  ISSUER_VOUCHES: 'document_authenticity',
  BIRTH_DATE_CLAIM: 'birthDate',
};

/** Microsoft's side of Verified ID, with one person who holds the credential of one issuer. */
export function verifiedIdSimulator(offer: SimulatedOffer): SimulatorDefinition<VerifiedIdCredentials> {
  const { id, displayName, prefix, variables } = offer;
  return {
    id,
    displayName,
    credentials: (given = {}) => {
      const own = Object.entries(given)
        .filter(([name, text]) => name.startsWith(prefix) && text !== undefined)
        .map(([name, text]) => [name.slice(prefix.length), text] as const);
      const kept = Object.fromEntries(own) as Partial<VerifiedIdCredentials>;
      return {
        ...CUSTOMER,
        TENANT_ID: randomUUID(),
        CLIENT_ID: randomUUID(),
        AUTHORITY_DID: 'did:web:verifier.example',
        ACCEPTED_ISSUERS: 'did:web:issuer.example',
        CALLBACK_SECRET: newSecret(),
        ...variables,
        ...(kept.CLIENT_CERTIFICATE === undefined && { CLIENT_SECRET: newSecret() }),
        ...kept,
      };
    },
    environment: (baseUrl, credentials) => {
      const hosts = { LINK_HOSTS: `localhost ${new URL(baseUrl).hostname}` };
      const all = { ...hosts, ...credentials, LOGIN_URL: baseUrl, API_URL: baseUrl };
      return Object.fromEntries(Object.entries(all).map(([name, text]) => [`${prefix}${name}`, text]));
    },
    start: startService,
  };
}

function startService(options: SimulatorOptions<VerifiedIdCredentials>): Promise<RunningSimulator> {
  const times = timesOf(options);
  const sender = new PushSender(options.retryDelaysMs);
  const [issuer = ''] = options.credentials.ACCEPTED_ISSUERS.split(/[\s,]+/);
  const held = { type: options.credentials.CREDENTIAL_TYPE ?? 'VerifiedIdentity', issuer };
  const callbacks = new Callbacks(held, sender, times.now);
  const book = bookOf<Presentation>(options, {
    onDecided: (presentation) => void callbacks.settled(presentation),
    onOpened: async (presentation, scenario) => {
      if (scenario?.scenario === 'early_push') await callbacks.retrieved(presentation);
    },
  });
  return play(options, {
    book,
    errorBody: errorEnvelope,
    parts: [sender],
    routes: (publicUrl) => [
      ...microsoftRoutes(book, { ...times, credentials: options.credentials, callbacks, publicUrl }),
      ...walletRoutes(book, { held, callbacks }),
    ],
  });
}

/** Both of Microsoft's hosts in one. */
function microsoftRoutes(
  book: SessionBook<Presentation>,
  parts: {
    credentials: VerifiedIdCredentials;
    callbacks: Callbacks;
    now: () => Date;
    sessionTtlSeconds: number;
    publicUrl: string;
  },
): Route[] {
  const { credentials, ...shared } = parts;
  const { TENANT_ID: tenantId, CLIENT_ID: clientId, CLIENT_SECRET: clientSecret, ...agreed } = credentials;
  const clientCertificate = agreed.CLIENT_CERTIFICATE?.replaceAll('\\n', '\n');
  const tokens = new TokenEndpoint({ tenantId, clientId, clientSecret, clientCertificate }, parts.now);
  const service = { ...shared, tenantId, authorityDid: agreed.AUTHORITY_DID, tokens };
  return [tokens.route, ...serviceRoutes(book, service)];
}
