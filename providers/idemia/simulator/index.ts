import { randomBytes } from 'node:crypto';
import {
  bookOf,
  play,
  PushSender,
  timesOf,
  type RunningSimulator,
  type SessionBook,
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

function startGips(options: SimulatorOptions<GipsCredentials>): Promise<RunningSimulator> {
  const { apiKey, tenantRole, notificationHeader, notificationKeys } = options.credentials;
  const sender = new PushSender(options.retryDelaysMs);
  const notifications = new Notifications({
    url: options.pushUrl,
    header: notificationHeader,
    keys: notificationKeys,
    sender,
  });
  const book: SessionBook<GipsIdentity> = bookOf<GipsIdentity>(options, {
    onDecided: (identity) => judge.decided(identity),
  });
  const judge = new Judge(book, notifications);
  const onEvidence = (identity: GipsIdentity): void => judge.evidenceCame(identity);
  return play(options, {
    book,
    controlKey: apiKey,
    parts: [judge, sender],
    errorBody: ({ code }) => ({ errors: [{ field: code, code: '1006', message: 'refused' }] }),
    routes: () => [
      ...partnerRoutes(book, { ...timesOf(options), apiKey, tenantRole, onEvidence }),
      ...backOfficeRoutes(book, (identity, scenario) => judge.rule(identity, scenario)),
    ],
  });
}
