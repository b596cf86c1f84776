import { parseJson, ProviderError, Sensitive, type AuthenticatedPush, type RawPush } from '../kit/index.js';
import { readState, writeState, type CallbackKeys } from './callback-state.js';
import { callbackEnvelope } from './types.js';

const statefulBody = callbackEnvelope.pick({ state: true });

/**
 * Proves a callback by the key that was made for its state. What it says is handed on for `toReport` without the
 * photo, which nothing needs any more.
 * @throws ProviderError `not_authentic`, or `unintelligible` for a genuine callback without the documented shape
 */
export function authenticateCallback(
  push: RawPush,
  trust: { keys: CallbackKeys; photoClaim: string },
): AuthenticatedPush {
  const body = parseJson(push.body);
  const state = readState(statefulBody.safeParse(body).data?.state ?? '');
  const key = push.headers['api-key'];
  if (!state || key === undefined || !trust.keys.opens(writeState(state), key))
    throw new ProviderError('not_authentic', 'the callback does not carry the key of its state');
  const envelope = callbackEnvelope.safeParse(body);
  if (!envelope.success) throw new ProviderError('unintelligible', 'the callback does not have the documented shape');
  const { requestId, requestStatus } = envelope.data;
  return {
    externalId: requestId,
    deliveryId: `${requestId}:${requestStatus}`,
    content: { reference: state.reference, payload: new Sensitive(withoutMember(body, trust.photoClaim)) },
  };
}

const withoutMember = (body: unknown, name: string): string =>
  JSON.stringify(body, (member, value: unknown) => (member === name ? undefined : value));
