import { parseJson, ProviderError, type AuthenticatedPush, type ClockPort, type RawPush } from '../kit/index.js';
import { verifyWebhook, type WebhookSecret } from '../kit/standard-webhooks/index.js';
import { partnerPush } from './types.js';

/**
 * Proves where a push comes from and which session it is about. The status it carries is not read: the truth is
 * fetched.
 * @throws ProviderError `not_authentic`, or `unintelligible` for a genuine push without the documented shape
 */
export function authenticatePush(
  push: RawPush,
  trust: { secrets: readonly WebhookSecret[]; clock: ClockPort },
): AuthenticatedPush {
  const verification = verifyWebhook({ headers: push.headers, body: push.body, ...trust });
  if (!verification.ok) throw new ProviderError('not_authentic', `the push was refused: ${verification.reason}`);
  const parsed = partnerPush.safeParse(parseJson(push.body));
  if (!parsed.success) throw new ProviderError('unintelligible', 'the push does not have the documented shape');
  return { externalId: parsed.data.sessionId, deliveryId: verification.id };
}
