import { createHmac } from 'node:crypto';
import type { WebhookSecret } from './secret.js';

export const ID_HEADER = 'webhook-id';
export const TIMESTAMP_HEADER = 'webhook-timestamp';
export const SIGNATURE_HEADER = 'webhook-signature';

/** The symmetric scheme, HMAC-SHA256. `v1a` (Ed25519) is neither sent nor accepted here. */
export const SYMMETRIC_VERSION = 'v1';

const MAX_ID_LENGTH = 255;

/**
 * Visible ASCII without the full stop: the full stop separates the signed parts, and with one inside the id the same
 * signature would fit another split of the same bytes. A space, too, is refused: it is how a header sent twice shows.
 */
export function isWebhookId(id: string): boolean {
  return id.length <= MAX_ID_LENGTH && /^[\x21-\x2d\x2f-\x7e]+$/.test(id);
}

/** Base64 HMAC-SHA256 over `id.timestamp.body`, the body being the bytes as they travel. */
export function symmetricSignature(
  secret: WebhookSecret,
  content: { id: string; timestamp: string; body: string | Uint8Array },
): string {
  return createHmac('sha256', secret.reveal())
    .update(`${content.id}.${content.timestamp}.`)
    .update(content.body)
    .digest('base64');
}
