import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import {
  bookOf,
  play,
  timesOf,
  type RunningSimulator,
  type SimulatorDefinition,
  type SimulatorOptions,
} from '../../kit/simulator/index.js';
import type { Au10tixCredentials } from './au10tix-credentials.js';
import { DOCUMENT_TYPES, type Au10tixSession } from './au10tix-session.js';
import { partnerRoutes } from './partner-api.js';
import { personRoutes } from './person-pages.js';
import { TokenEndpoint } from './token-endpoint.js';

/** The names that this simulator gives to what AU10TIX's public sources leave open. */
const EVIDENCE = [
  'face_match=FaceComparisonReport.CompletionStatus:0',
  'presentation_attack=LivenessReport.Result:Live',
  'injection_attack=CaptureReport.Injection:NotDetected',
  'document_data_consistency=ConsistencyReport.Result:Consistent',
].join(' ');

/** AU10TIX by the public sources that the README names. It shares no code with the adapter, its JWT reading included. */
export const simulator: SimulatorDefinition<Au10tixCredentials> = {
  id: 'au10tix',
  displayName: 'AU10TIX',
  credentials: (given = {}) => ({
    clientId: given.AU10TIX_CLIENT_ID ?? `client-${randomBytes(6).toString('hex')}`,
    keyId: given.AU10TIX_KEY_ID ?? `key-${randomBytes(6).toString('hex')}`,
    privateKey: given.AU10TIX_PRIVATE_KEY ?? freshPrivateKey(),
    audience: given.AU10TIX_TOKEN_AUDIENCE ?? 'https://login.au10tix.com/oauth2/simulated/v1/token',
    environment: given.AU10TIX_ENVIRONMENT ?? 'production',
    workflow: given.AU10TIX_WORKFLOW ?? 'Au10tix201',
    linkHosts: given.AU10TIX_LINK_HOSTS ?? 'localhost',
    referenceField: given.AU10TIX_REFERENCE_FIELD ?? 'workflowOptions.reference',
    referenceResultPath: given.AU10TIX_REFERENCE_RESULT_PATH,
    externalIdPath: given.AU10TIX_EXTERNAL_ID_PATH,
  }),
  environment: (baseUrl, credentials) => ({
    AU10TIX_BASE_URL: baseUrl,
    AU10TIX_ENVIRONMENT: credentials.environment,
    AU10TIX_CLIENT_ID: credentials.clientId,
    AU10TIX_KEY_ID: credentials.keyId,
    AU10TIX_PRIVATE_KEY: credentials.privateKey,
    AU10TIX_TOKEN_AUDIENCE: credentials.audience,
    AU10TIX_WORKFLOW: credentials.workflow,
    AU10TIX_LINK_HOSTS: credentials.linkHosts,
    AU10TIX_REFERENCE_FIELD: credentials.referenceField,
    AU10TIX_EVIDENCE: EVIDENCE,
    AU10TIX_DOCUMENT_TYPES: DOCUMENT_TYPES,
    ...(credentials.referenceResultPath && { AU10TIX_REFERENCE_RESULT_PATH: credentials.referenceResultPath }),
    ...(credentials.externalIdPath && { AU10TIX_EXTERNAL_ID_PATH: credentials.externalIdPath }),
  }),
  start: startAu10tix,
};

function startAu10tix(options: SimulatorOptions<Au10tixCredentials>): Promise<RunningSimulator> {
  const { credentials } = options;
  const times = timesOf(options);
  const book = bookOf<Au10tixSession>(options);
  const tokens = new TokenEndpoint({
    ...credentials,
    publicKey: publicHalfOf(credentials.privateKey),
    now: times.now,
  });
  return play(options, {
    book,
    routes: (publicUrl) => [
      tokens.route,
      ...partnerRoutes(book, { ...times, tokens, credentials, publicUrl }),
      ...personRoutes(book),
    ],
  });
}

function freshPrivateKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
}

/** As the customer would have registered it. PEM or its base64, whichever the environment gave. */
function publicHalfOf(privateKey: string): KeyObject {
  const base64 = privateKey.replaceAll('\\n', '').replace(/-----[A-Z ]+-----/g, '');
  return createPublicKey(createPrivateKey({ key: Buffer.from(base64, 'base64'), type: 'pkcs8', format: 'der' }));
}
