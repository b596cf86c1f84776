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
import { ClearEvents } from './clear-events.js';
import { PROJECT_CHECKS, type ClearSession } from './clear-session.js';
import { partnerRoutes } from './partner-api.js';
import { personRoutes } from './person-pages.js';

export interface Clear1Credentials {
  /** One that starts with `sandbox_` belongs to the sandbox. */
  apiKey: string;
  projectId: string;
  webhookTokens: readonly string[];
  webhookSecrets: readonly string[];
  /** Where people find the page, when it is not where the API is. */
  verifyUrl?: string;
}

const random = (): string => randomBytes(24).toString('base64url');
const several = (text: string | undefined): string[] => text?.split(/[\s,]+/).filter(Boolean) ?? [random()];

/** CLEAR1 as CLEAR documents it. It shares no code with the adapter, its signing included. */
export const simulator: SimulatorDefinition<Clear1Credentials> = {
  id: 'clear1',
  displayName: 'CLEAR1',
  credentials: (given = {}) => ({
    apiKey: given.CLEAR1_API_KEY ?? random(),
    projectId: given.CLEAR1_PROJECT_ID ?? `project_${randomBytes(8).toString('hex')}`,
    webhookTokens: several(given.CLEAR1_WEBHOOK_TOKEN),
    webhookSecrets: several(given.CLEAR1_WEBHOOK_SECRET),
    verifyUrl: given.CLEAR1_VERIFY_URL,
  }),
  environment: (baseUrl, { apiKey, projectId, webhookTokens, webhookSecrets, verifyUrl }) => ({
    CLEAR1_API_URL: `${baseUrl}/v1`,
    CLEAR1_VERIFY_URL: verifyUrl ?? `${baseUrl}/verify`,
    CLEAR1_API_KEY: apiKey,
    CLEAR1_ENVIRONMENT: apiKey.startsWith('sandbox_') ? 'sandbox' : 'production',
    CLEAR1_PROJECT_ID: projectId,
    CLEAR1_CHECK_MAP: Object.entries(PROJECT_CHECKS)
      .map(([kind, { name }]) => `${name}=${kind}`)
      .join(','),
    CLEAR1_WEBHOOK_TOKEN: webhookTokens.join(' '),
    CLEAR1_WEBHOOK_SECRET: webhookSecrets.join(' '),
  }),
  start: startClear1,
};

function startClear1(options: SimulatorOptions<Clear1Credentials>): Promise<RunningSimulator> {
  const { credentials } = options;
  const times = timesOf(options);
  const sender = new PushSender(options.retryDelaysMs);
  const [token = random()] = credentials.webhookTokens;
  const [secret = random()] = credentials.webhookSecrets;
  const events = new ClearEvents({ url: options.pushUrl, token, secret, now: times.now }, sender);
  const book = bookOf<ClearSession>(options, {
    onDecided: (session) => void events.announce(session, { name: 'completed', scenario: session.decision?.scenario }),
    onOpened: async (session, scenario) => {
      if (scenario?.scenario === 'early_push')
        await events.announce(session, { name: 'created', scenario: scenario.scenario });
    },
  });
  const { apiKey, projectId } = credentials;
  return play(options, {
    book,
    errorBody,
    parts: [sender],
    routes: () => [...partnerRoutes(book, { ...times, apiKey, projectId }), ...personRoutes(book)],
  });
}

/** CLEAR's error envelope. */
const errorBody = ({ code }: HttpFault) => ({ error_type: code, message: code.replaceAll('_', ' '), fields: [] });
