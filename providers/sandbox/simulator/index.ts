import { randomBytes } from 'node:crypto';
import {
  bookOf,
  play,
  PushSender,
  timesOf,
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
  /** What its answers say about themselves (`SANDBOX_ENVIRONMENT`). Default `live`. */
  environment: 'live' | 'test';
}

/** The sandbox partner as its README describes it. It shares no code with the adapter, its signing included. */
export const simulator: SimulatorDefinition<SandboxCredentials> = {
  id: 'sandbox',
  displayName: 'Sandbox partner',
  credentials: (given = {}) => ({
    apiKey: given.SANDBOX_API_KEY ?? randomBytes(24).toString('base64url'),
    environment: given.SANDBOX_ENVIRONMENT === 'test' ? 'test' : 'live',
    webhookSecrets: given.SANDBOX_WEBHOOK_SECRET?.split(/[ ,]+/) ?? [`whsec_${randomBytes(32).toString('base64')}`],
  }),
  environment: (baseUrl, { apiKey, webhookSecrets }) => ({
    SANDBOX_BASE_URL: baseUrl,
    SANDBOX_API_KEY: apiKey,
    SANDBOX_WEBHOOK_SECRET: webhookSecrets.join(' '),
  }),
  start: startSandbox,
};

function startSandbox(options: SimulatorOptions<SandboxCredentials>): Promise<RunningSimulator> {
  const { apiKey, webhookSecrets, environment } = options.credentials;
  const times = timesOf(options);
  const sender = new PushSender(options.retryDelaysMs);
  const pushes = new SandboxPushes(webhookSecrets, sender, times.now);
  const book = bookOf<SandboxSession>(options, {
    onDecided: (session) => {
      const { decision } = session;
      void pushes.announce(session, { status: statusWord('decided', decision), scenario: decision?.scenario });
    },
    onOpened: async (session, scenario) => {
      if (scenario?.scenario === 'early_push')
        await pushes.announce(session, { status: 'waiting', scenario: scenario.scenario });
    },
  });
  return play(options, {
    book,
    controlKey: apiKey,
    parts: [sender],
    routes: (publicUrl) => [
      ...partnerRoutes(book, { ...times, apiKey, environment, publicUrl }),
      ...personRoutes(book),
    ],
  });
}
