import { createHmac, randomBytes } from 'node:crypto';
import { PushSender, type ScenarioName } from '../../kit/simulator/index.js';
import type { SandboxSession } from './sandbox-session.js';

const DUPLICATE_COPIES = 5;
const LATE_PUSH_MS = 5_000;

/** Signs pushes as Standard Webhooks 1.0.0, with every key it was given. */
export class SandboxPushes {
  readonly #keys: readonly Buffer[];

  constructor(
    secrets: readonly string[],
    private readonly sender: PushSender,
    private readonly now: () => Date,
  ) {
    this.#keys = secrets.map(keyOf);
  }

  async announce(session: SandboxSession, push: { status: string; scenario: ScenarioName | undefined }): Promise<void> {
    const { scenario, status } = push;
    if (scenario === 'no_push') return;
    const deliveryId = `msg_${randomBytes(16).toString('base64url')}`;
    const body = JSON.stringify({ sessionId: session.id, status });
    const send = (text: string, id: string) =>
      this.sender.push({
        url: session.webhookUrl,
        sessionId: session.id,
        body: text,
        headers: () => this.#headers(id, scenario === 'bad_signature' ? `${text} ` : text),
        copies: scenario === 'duplicate' ? DUPLICATE_COPIES : 1,
        delayMs: scenario === 'late_push' ? LATE_PUSH_MS : 0,
      });
    await send(body, deliveryId);
    if (scenario === 'replay') await send(body, deliveryId);
    if (scenario === 'out_of_order')
      await send(JSON.stringify({ sessionId: session.id, status: 'processing' }), `${deliveryId}_1`);
  }

  #headers(deliveryId: string, body: string): Record<string, string> {
    const timestamp = String(Math.floor(this.now().getTime() / 1000));
    const signed = `${deliveryId}.${timestamp}.${body}`;
    const signatures = this.#keys.map((key) => `v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
    return {
      'webhook-id': deliveryId,
      'webhook-timestamp': timestamp,
      'webhook-signature': signatures.join(' '),
    };
  }
}

function keyOf(secret: string): Buffer {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  if (!secret.startsWith('whsec_') || key.length < 24)
    throw new RangeError('a webhook secret is whsec_ and 24 bytes or more');
  return key;
}
