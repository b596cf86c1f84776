import { randomUUID } from 'node:crypto';
import {
  bookOf,
  play,
  timesOf,
  type RunningSimulator,
  type SimulatorDefinition,
  type SimulatorOptions,
} from '../../kit/simulator/index.js';
import { CHECK_PATHS, type DocumentSession } from './document-session.js';
import { errorBody, partnerRoutes } from './partner-api.js';
import { personRoutes } from './person-pages.js';

export interface OneKosmosCredentials {
  licenseKey: string;
  tenantDns: string;
  communityName: string;
  /** The dvcID. */
  workflowKey: string;
  environment: string;
  /** Hosts, beside the API's own, on which the person's page is. */
  allowedHosts: string;
}

/** A tenant of 1Kosmos with its docuverify service, as the public sources describe it. It shares no code with the adapter. */
export const simulator: SimulatorDefinition<OneKosmosCredentials> = {
  id: '1kosmos',
  displayName: '1Kosmos',
  credentials: (given = {}) => ({
    licenseKey: given.ONEKOSMOS_LICENSE_KEY ?? randomUUID(),
    tenantDns: given.ONEKOSMOS_TENANT_DNS ?? 'simulator.1kosmos.example',
    communityName: given.ONEKOSMOS_COMMUNITY ?? 'default',
    workflowKey: given.ONEKOSMOS_WORKFLOW_KEY ?? 'simulated-dvcid',
    environment: given.ONEKOSMOS_ENVIRONMENT ?? 'production',
    allowedHosts: given.ONEKOSMOS_ALLOWED_HOSTS ?? 'localhost',
  }),
  environment: (baseUrl, credentials) => ({
    ONEKOSMOS_TENANT_URL: baseUrl,
    ONEKOSMOS_TENANT_DNS: credentials.tenantDns,
    ONEKOSMOS_COMMUNITY: credentials.communityName,
    ONEKOSMOS_LICENSE_KEY: credentials.licenseKey,
    ONEKOSMOS_WORKFLOW_KEY: credentials.workflowKey,
    ONEKOSMOS_ENVIRONMENT: credentials.environment,
    ONEKOSMOS_ALLOWED_HOSTS: credentials.allowedHosts,
    ONEKOSMOS_REFERENCE_PATH: 'userUID',
    ONEKOSMOS_CHECK_PATHS: CHECK_PATHS,
  }),
  start: startOneKosmos,
};

function startOneKosmos(options: SimulatorOptions<OneKosmosCredentials>): Promise<RunningSimulator> {
  const { credentials } = options;
  // It pushes nothing: it waits to be asked.
  const book = bookOf<DocumentSession>(options);
  return play(options, {
    book,
    errorBody,
    routes: (publicUrl) => [
      ...partnerRoutes(book, { ...credentials, ...timesOf(options), publicUrl }),
      ...personRoutes(book),
    ],
  });
}
