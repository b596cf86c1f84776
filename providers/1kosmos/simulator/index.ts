import { randomUUID } from 'node:crypto';
import {
  bookControls,
  controlRoutes,
  DEFAULT_SESSION_TTL_SECONDS,
  DEFAULT_SLOW_SECONDS,
  listen,
  SessionBook,
  type Route,
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

async function startOneKosmos(options: SimulatorOptions<OneKosmosCredentials>): Promise<RunningSimulator> {
  const now = options.now ?? (() => new Date());
  const book = new SessionBook<DocumentSession>({
    slowSeconds: options.slowSeconds ?? DEFAULT_SLOW_SECONDS,
    now,
    scenarioFor: options.scenarioFor,
    identityFor: options.identityFor,
    // It pushes nothing: it waits to be asked.
    onDecided: () => undefined,
  });
  let publicUrl = options.publicUrl ?? '';
  const routes: Route[] = [
    ...partnerRoutes(book, {
      ...options.credentials,
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
      await server.close();
    },
  };
}
