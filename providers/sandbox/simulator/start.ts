import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { controlRoutes } from './control-api.js';
import { dispatch } from './http.js';
import { partnerRoutes } from './partner-api.js';
import { Partner, type PartnerBehaviour } from './partner.js';
import { personRoutes } from './person-pages.js';
import type { Scenario } from './scenario.js';
import type { DeliveryAttempt } from './types.js';
import { WebhookSender } from './webhook-sender.js';

const DEFAULT_RETRY_DELAYS_MS = [500, 1000, 2000, 5000, 10_000, 30_000];
const DEFAULT_SESSION_TTL_SECONDS = 3600;
const DEFAULT_SLOW_SECONDS = 15;

export interface SandboxPartnerOptions extends Partial<PartnerBehaviour> {
  /** Default: any free one. */
  port?: number;
  /** Address to listen on. Default 127.0.0.1. */
  host?: string;
  /** Where the person's browser finds the partner, without a final slash. Default `http://localhost:{port}`. */
  publicUrl?: string;
  apiKey: string;
  /** `whsec_…`; with several, each push carries a signature of each. */
  webhookSecret: string | readonly string[];
  /** Waits between deliveries that were not answered 2xx, in milliseconds. */
  retryDelaysMs?: readonly number[];
}

/** A running partner. */
export interface SandboxPartner {
  /** For the customer's own calls; a browser is sent to `publicUrl`. */
  readonly baseUrl: string;
  /** How one session behaves, set before or after it was created; `undefined` leaves it to the person again. */
  setScenario(reference: string, scenario: Scenario | undefined): Promise<void>;
  /** How sessions behave that nothing else was said about. */
  setDefaultScenario(scenario: Scenario | undefined): void;
  /** Settles a session now, whatever was set: how a `late` result arrives on demand. Rejects for an unknown session. */
  decide(reference: string, scenario: Scenario): Promise<void>;
  setWebhookSecrets(secrets: readonly string[]): void;
  /** Pushes so far, oldest first. */
  deliveryAttempts(): readonly DeliveryAttempt[];
  /** Drops every connection and timer; nothing is pushed any more. */
  close(): Promise<void>;
}

/**
 * Starts the sandbox partner on node's own HTTP server. Its protocol is in ../README.md; it shares no code with the
 * adapter, so that a misreading on one side shows.
 */
export async function startSandboxPartner(options: SandboxPartnerOptions): Promise<SandboxPartner> {
  const now = options.now ?? (() => new Date());
  const secrets = typeof options.webhookSecret === 'string' ? [options.webhookSecret] : options.webhookSecret;
  const sender = new WebhookSender(secrets, { retryDelaysMs: options.retryDelaysMs ?? DEFAULT_RETRY_DELAYS_MS, now });
  const partner = new Partner(
    {
      environment: options.environment ?? 'test',
      sessionTtlSeconds: options.sessionTtlSeconds ?? DEFAULT_SESSION_TTL_SECONDS,
      slowSeconds: options.slowSeconds ?? DEFAULT_SLOW_SECONDS,
      now,
      scenarioFor: options.scenarioFor,
      defaultIdentityFor: options.defaultIdentityFor,
    },
    sender,
  );

  let publicUrl = options.publicUrl ?? '';
  const routes = [
    ...partnerRoutes(partner, { apiKey: options.apiKey, publicUrl: () => publicUrl }),
    ...controlRoutes(partner, options.apiKey),
    ...personRoutes(partner),
  ];
  const server = createServer((request, response) => void dispatch(routes, request, response));
  const port = await listen(server, options);
  publicUrl ||= `http://localhost:${port}`;

  return {
    baseUrl: `http://127.0.0.1:${port}`,
    setScenario: (reference, scenario) => partner.setScenario(reference, scenario),
    setDefaultScenario: (scenario) => partner.setDefaultScenario(scenario),
    async decide(reference, scenario) {
      const session = partner.findByReference(reference);
      if (!session) throw new RangeError('the partner has no session for this reference');
      await partner.decide(session, scenario);
    },
    setWebhookSecrets: (list) => sender.useSecrets(list),
    deliveryAttempts: () => sender.attempts,
    close: () => stop(server, partner),
  };
}

async function listen(server: Server, { port = 0, host = '127.0.0.1' }: SandboxPartnerOptions): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return (server.address() as AddressInfo).port;
}

async function stop(server: Server, partner: Partner): Promise<void> {
  partner.close();
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}
