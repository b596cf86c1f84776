import { FaultProxy } from '../../../providers/kit/conformance/fault-proxy.js';
import type {
  RunningSimulator,
  SimulatedIdentity,
  SimulatorDefinition,
} from '../../../providers/kit/simulator/index.js';

import { PushRecorder } from './push-recorder.js';

const RETRY_DELAYS_MS = [500, 1_000, 2_000, 5_000, 10_000, 10_000, 10_000, 30_000];

/** Whoever checks the people, behind a network that misbehaves on demand. */
export interface Partner {
  provider: string;
  simulator: RunningSimulator;
  network: FaultProxy;
  /** What it pushed to us. */
  pushes: PushRecorder;
  /** Of the sandbox; empty for others. */
  webhookSecret: string;
}

/** Starts a partner that passes everybody. `environment` is what its adapter is told. */
export async function startPartner<Credentials>(
  definition: SimulatorDefinition<Credentials>,
  about: {
    publicUrl: string;
    identityFor: (reference: string) => Promise<SimulatedIdentity | undefined>;
  },
): Promise<Partner & { environment: Record<string, string> }> {
  const { id: provider } = definition;
  const credentials = definition.credentials();
  const pushes = await PushRecorder.start(about.publicUrl);
  const simulator = await definition.start({
    credentials,
    pushUrl: `${pushes.url}/v1/webhooks/${provider}`,
    retryDelaysMs: RETRY_DELAYS_MS,
    identityFor: about.identityFor,
  });
  simulator.setDefaultScenario({ scenario: 'pass' });
  const network = await FaultProxy.start(simulator.baseUrl);
  return {
    provider,
    simulator,
    network,
    pushes,
    webhookSecret: secretOf(credentials),
    environment: definition.environment(network.baseUrl, credentials),
  };
}

function secretOf(credentials: unknown): string {
  const { webhookSecrets = [] } = credentials as { webhookSecrets?: readonly string[] };
  return webhookSecrets[0] ?? '';
}
