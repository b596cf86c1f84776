import { createHash } from 'node:crypto';
import {
  isOneOf,
  parseJson,
  pathId,
  ProviderError,
  type AuthenticatedPush,
  type RawPush,
  type Sensitive,
} from '../kit/index.js';

export interface NotificationTrust {
  /** Lower case. */
  header: string;
  secrets: readonly Sensitive<string>[];
}

/**
 * Takes a notification that carries the secret we gave IDVerse for it. Nothing in it is signed, so it is believed in one
 * thing: which transaction to ask about. It has no id of its own either; its bytes stand for it, and come again when a
 * transaction is completed a second time.
 * @throws ProviderError `not_authentic`, or `unintelligible` for a notification that names no transaction
 */
export function authenticateNotification({ body, headers }: RawPush, trust: NotificationTrust): AuthenticatedPush {
  if (!isOneOf(trust.secrets, headers[trust.header] ?? ''))
    throw new ProviderError('not_authentic', 'the notification does not carry the secret it was given');
  const named = pathId.safeParse(transactionIn(body));
  if (!named.success) throw new ProviderError('unintelligible', 'the notification names no transaction');
  const deliveryId = createHash('sha256').update(body).digest('hex');
  return { externalId: named.data, deliveryId, idIsOfContent: true };
}

/** `status=…&transaction_id=…`, as documented; JSON with that member is taken as well. */
function transactionIn(body: Uint8Array): unknown {
  const json = parseJson(body);
  if (typeof json === 'object' && json !== null && 'transaction_id' in json) return json.transaction_id;
  const named = new URLSearchParams(Buffer.from(body).toString('utf8')).getAll('transaction_id');
  return named.length === 1 ? named[0] : undefined;
}
