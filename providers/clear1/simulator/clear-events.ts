import { createHmac, randomBytes } from 'node:crypto';
import { PushSender, type ScenarioName } from '../../kit/simulator/index.js';
import type { ClearSession } from './clear-session.js';

const DUPLICATE_COPIES = 5;
const LATE_PUSH_MS = 5_000;

export type EventName = 'created' | 'completed' | 'status_update';

export interface EventOptions {
  /** An account setting at CLEAR; without it nothing is sent. */
  url: string | undefined;
  token: string;
  secret: string;
  now: () => Date;
}

/** Sends events that name a session and nothing else, with both of CLEAR's proofs. */
export class ClearEvents {
  constructor(
    private readonly options: EventOptions,
    private readonly sender: PushSender,
  ) {}

  async announce(session: ClearSession, event: { name: EventName; scenario: ScenarioName | undefined }): Promise<void> {
    const { scenario } = event;
    if (scenario === 'no_push') return;
    const body = this.#body(session, event.name);
    const send = (text: string) => this.#send(session, text, scenario);
    await send(body);
    if (scenario === 'replay') await send(body);
    if (scenario === 'out_of_order') await send(this.#body(session, 'status_update'));
  }

  #body(session: ClearSession, name: EventName): string {
    return JSON.stringify({
      event_id: `event_${randomBytes(16).toString('hex')}`,
      event_type: `event_verification_session_${name}_v1`,
      object_name: 'event',
      created_at: Math.floor(this.options.now().getTime() / 1000),
      data: { verification_session_id: session.id },
    });
  }

  async #send(session: ClearSession, body: string, scenario: ScenarioName | undefined): Promise<void> {
    const { url, token, secret } = this.options;
    if (url === undefined) return;
    const signed = scenario === 'bad_signature' ? `${body} ` : body;
    const signature = createHmac('sha256', secret).update(signed).digest('hex');
    await this.sender.push({
      url,
      sessionId: session.id,
      body,
      headers: () => ({ authorization: `Bearer ${token}`, 'x-clear-hmac-sha256': signature }),
      copies: scenario === 'duplicate' ? DUPLICATE_COPIES : 1,
      delayMs: scenario === 'late_push' ? LATE_PUSH_MS : 0,
    });
  }
}
