import { createHash } from 'node:crypto';
import { isOneOf, parseJson, pathId, ProviderError } from '../kit/index.js';
import type { AuthenticatedPush, RawPush, Sensitive } from '../kit/index.js';

const MAX_DEPTH = 5;

export interface NotificationTrust {
  /** Lower case. */
  header: string;
  keys: readonly Sensitive<string>[];
  /** Names of members that hold the identity's id, the best first. */
  idMembers: readonly string[];
}

/**
 * Proves a notification by its header and finds out which identity it is about; nothing else in it is read. There is no
 * delivery id in the protocol, so the body's digest is one; an identity that is reviewed again may be told of in the same words.
 * @throws ProviderError `not_authentic`, or `unintelligible` for a genuine one that names no identity
 */
export function authenticateNotification({ body, headers }: RawPush, trust: NotificationTrust): AuthenticatedPush {
  const key = Object.hasOwn(headers, trust.header) ? headers[trust.header] : undefined;
  if (!key || !isOneOf(trust.keys, key)) throw new ProviderError('not_authentic', 'the notification has not our key');
  const externalId = findId(parseJson(body), trust.idMembers);
  if (externalId === undefined) throw new ProviderError('unintelligible', 'the notification names no identity');
  const deliveryId = `sha256-${createHash('sha256').update(body).digest('hex')}`;
  return { externalId, deliveryId, idIsOfContent: true };
}

/** The best name first, and for each name the outermost object that has it. */
function findId(notification: unknown, names: readonly string[]): string | undefined {
  for (const name of names) {
    let level: unknown[] = [notification];
    for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth += 1) {
      const holders = level.filter(isObject);
      const found = holders
        .filter((holder) => Object.hasOwn(holder, name))
        .map((holder) => pathId.safeParse(holder[name]))
        .find(({ success }) => success);
      if (found?.data !== undefined) return found.data;
      level = holders.flatMap((holder) => Object.values(holder));
    }
  }
  return undefined;
}

/** Lists too: their elements are values under a number. */
function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
