import { randomBytes } from 'node:crypto';
import {
  bookControls,
  controlRoutes,
  DEFAULT_SESSION_TTL_SECONDS,
  DEFAULT_SLOW_SECONDS,
  listen,
  PushSender,
  SessionBook,
  type HttpFault,
  type Route,
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

async function startIdverse(options: SimulatorOptions<IdverseCredentials>): Promise<RunningSimulator> {
  const now = options.now ?? (() => new Date());
  const sender = new PushSender(options.retryDelaysMs);
  const notifications = new Notifications(sender);
  const book: SessionBook<Transaction> = new SessionBook<Transaction>({
    slowSeconds: options.slowSeconds ?? DEFAULT_SLOW_SECONDS,
    now,
    scenarioFor: options.scenarioFor,
    identityFor: options.identityFor,
    onDecided: (transaction) => void notifications.announce(transaction, transaction.decision?.scenario),
  });
  let publicUrl = options.publicUrl ?? '';
  const routes: Route[] = [
    ...partnerRoutes(book, {
      apiKey: options.credentials.apiKey,
      scope: options.credentials.scope,
      publicUrl: () => publicUrl,
      sessionTtlSeconds: options.sessionTtlSeconds ?? DEFAULT_SESSION_TTL_SECONDS,
      now,
    }),
    ...(options.controlKey === undefined ? [] : controlRoutes(book, options.controlKey)),
    ...personRoutes(book),
  ];
  const server = await listen(() => routes, { ...options, errorBody });
  publicUrl ||= `http://localhost:${server.port}`;
  return {
    baseUrl: `http://127.0.0.1:${server.port}`,
    publicUrl,
    ...bookControls(book),
    async decide(reference, scenario) {
      await bookControls(book).decide(reference, scenario);
    },
    async close() {
      book.close();
      sender.close();
      await server.close();
    },
  };
}

/** IDKit's error envelope. */
const errorBody = ({ code }: HttpFault) => ({ error_message: code });
