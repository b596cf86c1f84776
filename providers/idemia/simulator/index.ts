import { randomBytes } from 'node:crypto';
import {
  bookControls,
  controlRoutes,
  DEFAULT_SESSION_TTL_SECONDS,
  DEFAULT_SLOW_SECONDS,
  listen,
  PushSender,
  SessionBook,
  type Route,
  type RunningSimulator,
  type SimulatorDefinition,
  type SimulatorOptions,
} from '../../kit/simulator/index.js';
import { backOfficeRoutes } from './back-office.js';
import type { GipsIdentity } from './gips-identity.js';
import { Judge } from './judge.js';
import { Notifications } from './notifications.js';
import { partnerRoutes } from './partner-api.js';

export interface GipsCredentials {
  apiKey: string;
  tenantRole?: string;
  environment: string;
  notificationHeader: string;
  /** The current one first; notifications carry it. */
  notificationKeys: readonly string[];
}

/** IDEMIA's GIPS v1 as the README describes it, written without a look at the adapter. */
export const simulator: SimulatorDefinition<GipsCredentials> = {
  id: 'idemia',
  displayName: 'IDEMIA ID&V',
  credentials: (given = {}) => ({
    apiKey: given.IDEMIA_API_KEY ?? randomBytes(24).toString('base64url'),
    ...(given.IDEMIA_TENANT_ROLE && { tenantRole: given.IDEMIA_TENANT_ROLE }),
    environment: given.IDEMIA_ENVIRONMENT ?? 'production',
    notificationHeader: given.IDEMIA_WEBHOOK_HEADER?.toLowerCase() ?? 'x-idemia-notification-key',
    notificationKeys: given.IDEMIA_WEBHOOK_KEY?.split(/[ ,]+/) ?? [randomBytes(24).toString('base64url')],
  }),
  environment: (baseUrl, credentials) => ({
    IDEMIA_BASE_URL: `${baseUrl}/gips/v1`,
    IDEMIA_API_KEY: credentials.apiKey,
    IDEMIA_ENVIRONMENT: credentials.environment,
    IDEMIA_WEBHOOK_HEADER: credentials.notificationHeader,
    IDEMIA_WEBHOOK_KEY: credentials.notificationKeys.join(' '),
    ...(credentials.tenantRole && { IDEMIA_TENANT_ROLE: credentials.tenantRole }),
  }),
  start: startGips,
};

async function startGips(options: SimulatorOptions<GipsCredentials>): Promise<RunningSimulator> {
  const { apiKey, tenantRole, notificationHeader, notificationKeys } = options.credentials;
  const now = options.now ?? (() => new Date());
  const sender = new PushSender(options.retryDelaysMs);
  const notifications = new Notifications({
    url: options.pushUrl,
    header: notificationHeader,
    keys: notificationKeys,
    sender,
  });
  const book: SessionBook<GipsIdentity> = new SessionBook<GipsIdentity>({
    slowSeconds: options.slowSeconds ?? DEFAULT_SLOW_SECONDS,
    now,
    scenarioFor: options.scenarioFor,
    identityFor: options.identityFor,
    onDecided: (identity) => judge.decided(identity),
  });
  const judge = new Judge(book, notifications);
  const routes: Route[] = [
    ...partnerRoutes(book, {
      apiKey,
      tenantRole,
      sessionTtlSeconds: options.sessionTtlSeconds ?? DEFAULT_SESSION_TTL_SECONDS,
      now,
      onEvidence: (identity) => judge.evidenceCame(identity),
    }),
    ...controlRoutes(book, options.controlKey ?? apiKey),
    ...backOfficeRoutes(book, (identity, scenario) => judge.rule(identity, scenario)),
  ];
  const errorBody = ({ code }: { code: string }) => ({ errors: [{ field: code, code: '1006', message: 'refused' }] });
  const server = await listen(() => routes, { ...options, errorBody });
  return {
    baseUrl: `http://127.0.0.1:${server.port}`,
    publicUrl: options.publicUrl ?? `http://localhost:${server.port}`,
    ...bookControls(book),
    async decide(reference, scenario) {
      await bookControls(book).decide(reference, scenario);
    },
    async close() {
      judge.close();
      book.close();
      sender.close();
      await server.close();
    },
  };
}
