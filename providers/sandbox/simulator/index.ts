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
import { partnerRoutes } from './partner-api.js';
import { personRoutes } from './person-pages.js';
import { SandboxPushes } from './sandbox-pushes.js';
import { statusWord, type SandboxSession } from './sandbox-session.js';

export interface SandboxCredentials {
  apiKey: string;
  /** `whsec_…`; with several, each push carries a signature of each. */
  webhookSecrets: readonly string[];
}

/** The sandbox partner as its README describes it. It shares no code with the adapter, its signing included. */
export const simulator: SimulatorDefinition<SandboxCredentials> = {
  id: 'sandbox',
  displayName: 'Sandbox partner',
  credentials: (given = {}) => ({
    apiKey: given.SANDBOX_API_KEY ?? randomBytes(24).toString('base64url'),
    webhookSecrets: given.SANDBOX_WEBHOOK_SECRET?.split(/[ ,]+/) ?? [`whsec_${randomBytes(32).toString('base64')}`],
  }),
  environment: (baseUrl, { apiKey, webhookSecrets }) => ({
    SANDBOX_BASE_URL: baseUrl,
    SANDBOX_API_KEY: apiKey,
    SANDBOX_WEBHOOK_SECRET: webhookSecrets.join(' '),
  }),
  start: startSandbox,
};

async function startSandbox(options: SimulatorOptions<SandboxCredentials>): Promise<RunningSimulator> {
  const now = options.now ?? (() => new Date());
  const sender = new PushSender(options.retryDelaysMs);
  const pushes = new SandboxPushes(options.credentials.webhookSecrets, sender, now);
  const book: SessionBook<SandboxSession> = new SessionBook<SandboxSession>({
    slowSeconds: options.slowSeconds ?? DEFAULT_SLOW_SECONDS,
    now,
    scenarioFor: options.scenarioFor,
    identityFor: options.identityFor,
    onDecided: (session) => {
      const { decision } = session;
      void pushes.announce(session, { status: statusWord('decided', decision), scenario: decision?.scenario });
    },
    onOpened: async (session, scenario) => {
      if (scenario?.scenario === 'early_push')
        await pushes.announce(session, { status: 'waiting', scenario: scenario.scenario });
    },
  });
  let publicUrl = options.publicUrl ?? '';
  const routes: Route[] = [
    ...partnerRoutes(book, {
      apiKey: options.credentials.apiKey,
      publicUrl: () => publicUrl,
      live: options.live ?? true,
      sessionTtlSeconds: options.sessionTtlSeconds ?? DEFAULT_SESSION_TTL_SECONDS,
      now,
    }),
    ...controlRoutes(book, options.controlKey ?? options.credentials.apiKey),
    ...personRoutes(book),
  ];
  const server = await listen(() => routes, options);
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
