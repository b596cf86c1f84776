import type { Config } from '../platform/config/config.js';

/** Where the issuer sends a colleague's browser back to. */
const RETURN_PATH = '/console/sign-in/return';

/** What the console is to the organisation's identity provider. */
export interface ConsoleClient {
  id: string;
  secret: string;
  authorizationUrl: string;
  tokenUrl: string;
  redirectUri: string;
}

/** Undefined where the console is off. That all of it is there was seen to at the start (`config.ts`). */
export function consoleClientOf(config: Config): ConsoleClient | undefined {
  const { STAFF_CLIENT_ID: id, STAFF_CLIENT_SECRET: secret } = config;
  const { STAFF_AUTHORIZATION_URL: authorizationUrl, STAFF_TOKEN_URL: tokenUrl } = config;
  if (!id || !secret || !authorizationUrl || !tokenUrl) return undefined;
  return { id, secret, authorizationUrl, tokenUrl, redirectUri: `${config.PUBLIC_URL}${RETURN_PATH}` };
}
