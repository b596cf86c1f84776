import type { JWTPayload } from 'jose';

/** Keycloak's account behind a client, which signs in by the client's secret. */
const KEYCLOAK_SERVICE_ACCOUNT = /^service-account-/i;
/** What tokens say of a person, and never of an application. */
const PERSON_CLAIMS = ['scp', 'preferred_username', 'name', 'given_name', 'email', 'amr', 'auth_time'] as const;
/** What Keycloak says of the host that a client called from. */
const CLIENT_HOST_CLAIMS = ['clientHost', 'clientAddress'] as const;
/** The claims that name the client a token was issued to: RFC 9068 (2.2), OpenID Connect, Entra ID version 1, Okta. */
const CLIENT_CLAIMS = ['client_id', 'azp', 'appid', 'cid'] as const;

/**
 * Whether an issuer gave the token to an application by its own secret, and to no person (OAuth client credentials). Whoever
 * holds that secret could otherwise be a person here, and a second one beside themselves. By what issuers say of it:
 *
 * - RFC 9068 (2.2), Okta: `sub` is the client's id
 * - Auth0: `gty` is `client-credentials`, `sub` the client's id with `@clients`
 * - Entra ID: the optional claim `idtyp` is `app`; `sub` is the object id (`oid`), and nothing is said of a person
 * - Keycloak: `preferred_username` is `service-account-` and the client's id; `clientHost` and `clientAddress` are there
 */
export function isOfApplication(payload: JWTPayload): boolean {
  const { sub, idtyp, gty, oid, preferred_username: username } = payload;
  const ofPerson = PERSON_CLAIMS.some((claim) => claim in payload);
  if (idtyp === 'app' || (typeof oid === 'string' && oid === sub && !ofPerson)) return true;
  if ([gty].flat().includes('client-credentials')) return true;
  if (typeof username === 'string' && KEYCLOAK_SERVICE_ACCOUNT.test(username)) return true;
  if (CLIENT_HOST_CLAIMS.some((claim) => claim in payload)) return true;
  return CLIENT_CLAIMS.some((claim) => typeof payload[claim] === 'string' && isClient(sub, payload[claim]));
}

const isClient = (sub: string | undefined, client: string): boolean => sub === client || sub === `${client}@clients`;
