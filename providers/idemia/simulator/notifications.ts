import type { PushSender, ScenarioName } from '../../kit/simulator/index.js';
import type { GipsIdentity } from './gips-identity.js';
import { allStates } from './gips-record.js';

const DUPLICATE_COPIES = 5;
const LATE_MS = 5_000;

export interface NotificationOptions {
  url: string | undefined;
  header: string;
  /** The current one first. */
  keys: readonly string[];
  sender: PushSender;
}

/** Tells the tenant's address about evidence that became stable. The names of the members are this simulator's own. */
export class Notifications {
  constructor(private readonly options: NotificationOptions) {}

  /** One notification for each evidence, one after the other. */
  async evidenceSettled(identity: GipsIdentity, scenario: ScenarioName): Promise<void> {
    const states = allStates(identity).map(({ id, type, status }) => ({ evidenceId: id, type, status }));
    for (const state of states) await this.#send(identity, scenario, state);
    if (scenario === 'replay') for (const state of states) await this.#send(identity, scenario, state);
    if (scenario === 'out_of_order')
      for (const state of states) await this.#send(identity, scenario, { ...state, status: 'PROCESSING' });
  }

  async paused(identity: GipsIdentity): Promise<void> {
    await this.#send(identity, 'expired', { status: 'PAUSED' });
  }

  async #send(identity: GipsIdentity, scenario: ScenarioName, about: Record<string, string>): Promise<void> {
    const { url, header, keys, sender } = this.options;
    if (url === undefined || scenario === 'no_push') return;
    const key = keys[0] ?? '';
    await sender.push({
      url,
      sessionId: identity.id,
      body: JSON.stringify({ identityId: identity.id, ...about }),
      headers: () => ({ [header]: scenario === 'bad_signature' ? [...key].reverse().join('') : key }),
      copies: scenario === 'duplicate' ? DUPLICATE_COPIES : 1,
      delayMs: scenario === 'late_push' ? LATE_MS : 0,
    });
  }
}
