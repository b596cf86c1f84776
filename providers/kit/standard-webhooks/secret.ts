import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { wordList } from '../partner-http/settings.js';
import { Sensitive } from '../sensitive.js';

const PREFIX = 'whsec_';
const MIN_BYTES = 24;
const MAX_BYTES = 64;
const GENERATED_BYTES = 32;

/** Wrapped, so that a logged configuration does not carry it. A key object: Node 24 takes five times as long for bytes. */
export type WebhookSecret = Sensitive<KeyObject>;

/** The text is not a usable secret. The message says what is wrong and never repeats the text. */
export class WebhookSecretError extends Error {
  override readonly name = 'WebhookSecretError';

  constructor(message: string) {
    super(message);
  }
}

/**
 * Reads one `whsec_…` secret: base64 (RFC 4648 section 4, padded) of 24 to 64 bytes.
 * Source: Standard Webhooks 1.0.0, "Signature scheme", symmetric secrets.
 * @throws WebhookSecretError
 */
export function parseWebhookSecret(text: string): WebhookSecret {
  if (!text.startsWith(PREFIX)) throw new WebhookSecretError(`a webhook secret starts with ${PREFIX}`);
  const encoded = text.slice(PREFIX.length);
  const key = Buffer.from(encoded, 'base64');
  // Node skips what is not base64; only an equal re-encoding proves that nothing was skipped.
  if (key.toString('base64') !== encoded) throw new WebhookSecretError('a webhook secret is padded standard base64');
  if (key.length < MIN_BYTES || key.length > MAX_BYTES) {
    throw new WebhookSecretError(`a webhook secret holds ${MIN_BYTES} to ${MAX_BYTES} bytes`);
  }
  return new Sensitive(createSecretKey(key));
}

/**
 * Reads a list of secrets separated by spaces or commas. More than one is valid while a secret is being rotated.
 * @throws WebhookSecretError when the list is empty or one of them is not usable
 */
export function parseWebhookSecrets(text: string): WebhookSecret[] {
  const parts = wordList(text);
  if (parts.length === 0) throw new WebhookSecretError('at least one webhook secret is needed');
  return parts.map(parseWebhookSecret);
}

/** A new secret of 32 random bytes in its text form, to be shown to the endpoint's owner once. */
export function generateWebhookSecret(): Sensitive<string> {
  return new Sensitive(PREFIX + randomBytes(GENERATED_BYTES).toString('base64'));
}
