import { exportJWK, generateKeyPair, importJWK, SignJWT, type CryptoKey, type JWK } from 'jose';

const ALGORITHM = 'ES256';
const KEY_ID = 'embedded';
const LIFETIME = '1h';

/** A stand-in for the organisation's sign-in, for the embedded profile only: it signs whatever it is asked to. */
export class StaffIdentities {
  private constructor(
    private readonly privateKey: CryptoKey,
    readonly privateJwk: JWK,
  ) {}

  static async load(known: object | undefined): Promise<StaffIdentities> {
    if (known) return new StaffIdentities((await importJWK(known as JWK, ALGORITHM)) as CryptoKey, known);
    const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
    return new StaffIdentities(privateKey, await exportJWK(privateKey));
  }

  /** The public half, as an issuer publishes it (RFC 7517). */
  jwks(): { keys: JWK[] } {
    const { d: _private, ...publicJwk } = this.privateJwk;
    return { keys: [{ ...publicJwk, alg: ALGORITHM, use: 'sig', kid: KEY_ID }] };
  }

  async issue(claims: {
    sub: string;
    roles?: string[];
    nonce?: string;
    issuer: string;
    audience: string;
  }): Promise<string> {
    const { roles, nonce } = claims;
    return new SignJWT({ ...(roles ? { roles } : {}), ...(nonce === undefined ? {} : { nonce }) })
      .setProtectedHeader({ alg: ALGORITHM, kid: KEY_ID })
      .setSubject(claims.sub)
      .setIssuer(claims.issuer)
      .setAudience(claims.audience)
      .setIssuedAt()
      .setExpirationTime(LIFETIME)
      .sign(this.privateKey);
  }
}
