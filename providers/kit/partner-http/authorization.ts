import type { Sensitive } from '../sensitive.js';
import type { KeptValue } from './kept-value.js';

/** What one request proves itself with, and what is to be done when the partner takes it no longer (401). */
export interface Authorization {
  headers: Readonly<Record<string, string>>;
  refused?: () => void;
}

/** Asked once for each request, so that no key is held in clear between them. */
export type Authorize = () => Authorization | Promise<Authorization>;

/** `Authorization: Bearer …` (RFC 6750 section 2.1). */
export const bearerHeader = (token: Sensitive<string>): Record<string, string> => ({
  authorization: `Bearer ${token.reveal()}`,
});

/** A key from the settings, sent as a bearer token. */
export const bearerKey =
  (key: Sensitive<string>): Authorize =>
  () => ({ headers: bearerHeader(key) });

/** A key from the settings in a header of the partner's own. */
export const keyInHeader =
  (name: string, key: Sensitive<string>): Authorize =>
  () => ({ headers: { [name]: key.reveal() } });

/** An access token that is kept for its life. The one that was refused is dropped, so that the next call asks anew. */
export const bearerToken =
  (tokens: KeptValue<Sensitive<string>>): Authorize =>
  async () => {
    const token = await tokens.get();
    return { headers: bearerHeader(token), refused: () => tokens.drop(token) };
  };
