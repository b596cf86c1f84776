import { randomBytes } from 'node:crypto';
import {
  bookOf,
  play,
  PushSender,
  timesOf,
  type HttpFault,
  type RunningSimulator,
  type SimulatorDefinition,
  type SimulatorOptions,
} from '../../kit/simulator/index.js';
import { Notifications } from './notifications.js';
import { partnerRoutes } from './partner-api.js';
import { personRoutes } from './person-pages.js';
import { ABANDONED, type Transaction } from './transaction.js';

export interface IdverseCredentials {
  apiKey: string;
  scope: string;
  environment: string;
  /** The customer's own choice, which it tells with each transaction. */
  webhookSecrets: string;
  linkHosts: string;
}

const random = (): string => randomBytes(24).toString('base64url');

/** IDKit v1 as IDVerse documents it. It shares no code with the adapter. */
export const simulator: SimulatorDefinition<IdverseCredentials> = {
  id: 'idverse',
  displayName: 'IDVerse',
  credentials: (given = {}) => ({
    apiKey: given.IDVERSE_API_KEY ?? random(),
    scope: given.IDVERSE_SCOPE ?? 'transactions/get',
    environment: given.IDVERSE_ENVIRONMENT ?? 'production',
    webhookSecrets: given.IDVERSE_WEBHOOK_SECRET ?? random(),
    linkHosts: given.IDVERSE_LINK_HOSTS ?? 'localhost',
  }),
  environment: (baseUrl, { apiKey, scope, environment, webhookSecrets, linkHosts }) => ({
    IDVERSE_API_URL: `${baseUrl}/v1`,
    IDVERSE_OAUTH_URL: baseUrl,
    IDVERSE_API_KEY: apiKey,
    IDVERSE_SCOPE: scope,
    IDVERSE_ENVIRONMENT: environment,
    IDVERSE_LINK_HOSTS: linkHosts,
    IDVERSE_WEBHOOK_SECRET: webhookSecrets,
    IDVERSE_FAILED_STATUSES: ABANDONED,
  }),
  start: startIdverse,
};

function startIdverse(options: SimulatorOptions<IdverseCredentials>): Promise<RunningSimulator> {
  const { apiKey, scope } = options.credentials;
  const sender = new PushSender(options.retryDelaysMs);
  const notifications = new Notifications(sender);
  const book = bookOf<Transaction>(options, {
    onDecided: (transaction) => void notifications.announce(transaction, transaction.decision?.scenario),
  });
  return play(options, {
    book,
    errorBody,
    parts: [sender],
    routes: (publicUrl) => [
      ...partnerRoutes(book, { ...timesOf(options), apiKey, scope, publicUrl }),
      ...personRoutes(book),
    ],
  });
}

/** IDKit's error envelope. */
const errorBody = ({ code }: HttpFault) => ({ error_message: code });
