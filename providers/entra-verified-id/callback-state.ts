import { createHmac } from 'node:crypto';
import { isOneOf, Sensitive } from '../kit/index.js';

/** What the callback brings back: which session of ours, and its nonce. */
export interface CallbackState {
  reference: string;
  nonce: string;
}

export const writeState = ({ reference, nonce }: CallbackState): string => `${reference}.${nonce}`;

/** Undefined for a text that is not exactly what {@link writeState} writes. */
export function readState(text: string): CallbackState | undefined {
  const [, reference, nonce] = /^([\w-]{1,128})\.([\w-]{16,128})$/.exec(text) ?? [];
  return reference !== undefined && nonce !== undefined ? { reference, nonce } : undefined;
}

/**
 * The keys of callbacks. Microsoft authenticates a callback by nothing but a header whose value we chose. Each request
 * gets its own: an HMAC over its one-time state, so that nothing has to be remembered, a callback that overtakes the
 * create call's answer can be proven, and the key of one request opens no other.
 */
export class CallbackKeys {
  /** @param provider part of what is signed: two providers with one secret still have different keys */
  constructor(
    private readonly provider: string,
    private readonly secrets: readonly Sensitive<string>[],
  ) {}

  /** The key for a new request, made with the current secret. */
  keyFor(state: string): Sensitive<string> {
    const [current] = this.keysFor(state);
    if (!current) throw new TypeError('the settings hold at least one secret');
    return current;
  }

  /** Whether a key is that of this state under any secret that is still in use. */
  opens(state: string, key: string): boolean {
    return isOneOf(this.keysFor(state), key);
  }

  private keysFor(state: string): Sensitive<string>[] {
    const signed = `${this.provider} callback v1\n${state}`;
    return this.secrets.map(
      (secret) => new Sensitive(createHmac('sha256', secret.reveal()).update(signed, 'utf8').digest('base64url')),
    );
  }
}
