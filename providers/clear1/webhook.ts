import { createHmac, timingSafeEqual } from 'node:crypto';
import {
  isOneOf,
  parseJson,
  ProviderError,
  type AuthenticatedPush,
  type RawPush,
  type Sensitive,
} from '../kit/index.js';
import { clearEvent } from './types.js';

export interface WebhookTrust {
  tokens: readonly Sensitive<string>[];
  secrets: readonly Sensitive<string>[];
}

/**
 * Proves that CLEAR sent an event, by both of its proofs: the bearer token and `X-CLEAR-HMAC-SHA256`, which is the
 * lower-case hex HMAC-SHA256 of the body. Neither covers a time, so `event_id` is what a replay is known by. The event
 * names a session and nothing else; the truth is fetched.
 * @throws ProviderError `not_authentic`, or `unintelligible` for a genuine event without the documented shape
 */
export function authenticateEvent({ body, headers }: RawPush, trust: WebhookTrust): AuthenticatedPush {
  const token = /^Bearer ([\x21-\x7e]+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
  const knowsToken = isOneOf(trust.tokens, token);
  const signed = isSignedWithOneOf(trust.secrets, { body, signature: headers['x-clear-hmac-sha256'] ?? '' });
  if (!knowsToken || !signed) throw new ProviderError('not_authentic', 'the event does not prove that CLEAR sent it');
  const parsed = clearEvent.safeParse(parseJson(body));
  if (!parsed.success) throw new ProviderError('unintelligible', 'the event does not have the documented shape');
  return { externalId: parsed.data.data.verification_session_id, deliveryId: parsed.data.event_id };
}

function isSignedWithOneOf(
  secrets: readonly Sensitive<string>[],
  { body, signature }: { body: Uint8Array; signature: string },
): boolean {
  if (!/^[0-9a-f]{64}$/.test(signature)) return false;
  const given = Buffer.from(signature, 'hex');
  return secrets
    .map((secret) => timingSafeEqual(createHmac('sha256', secret.reveal()).update(body).digest(), given))
    .some(Boolean);
}
