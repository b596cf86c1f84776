import type { WebhookSecret } from './secret.js';
import {
  ID_HEADER,
  isWebhookId,
  SIGNATURE_HEADER,
  symmetricSignature,
  SYMMETRIC_VERSION,
  TIMESTAMP_HEADER,
} from './signature.js';

export interface OutgoingWebhook {
  /** Unique per event; every repeat of the same delivery keeps it, so that the receiver can tell. No full stop. */
  id: string;
  /** The moment of this attempt, not of the event. */
  sentAt: Date;
  /** Exactly what goes over the wire. */
  body: string | Uint8Array;
  /** All secrets that are valid for this endpoint now, newest first; one signature is sent for each. */
  secrets: readonly WebhookSecret[];
}

export type WebhookHeaders = Record<typeof ID_HEADER | typeof TIMESTAMP_HEADER | typeof SIGNATURE_HEADER, string>;

/**
 * The three headers of a signed delivery. Source: Standard Webhooks 1.0.0, "Webhook metadata" and "Signature scheme".
 * @throws RangeError for an id that may not be signed, an invalid time, or no secret: faults of the caller
 */
export function signWebhook(webhook: OutgoingWebhook): WebhookHeaders {
  const { id, sentAt, body, secrets } = webhook;
  if (!isWebhookId(id)) throw new RangeError('a webhook id is 1 to 255 visible ASCII characters without a full stop');
  if (secrets.length === 0) throw new RangeError('a webhook is signed with at least one secret');
  const seconds = Math.floor(sentAt.getTime() / 1000);
  if (!(seconds > 0)) throw new RangeError('a webhook is sent at a valid time');

  const timestamp = String(seconds);
  const signatures = secrets.map(
    (secret) => `${SYMMETRIC_VERSION},${symmetricSignature(secret, { id, timestamp, body })}`,
  );
  return { [ID_HEADER]: id, [TIMESTAMP_HEADER]: timestamp, [SIGNATURE_HEADER]: signatures.join(' ') };
}
