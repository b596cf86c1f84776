import { generateKeyPairSync, randomBytes, sign, type KeyPairKeyObjectResult } from 'node:crypto';

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** An RS256 key of the vendor's, as its JWKS shows it, and tokens signed with it. Written out, without a library. */
export class TokenSigner {
  readonly #keyId = randomBytes(8).toString('hex');
  #made: KeyPairKeyObjectResult | undefined;

  /** Made when it is first needed: it takes a moment. */
  get #pair(): KeyPairKeyObjectResult {
    return (this.#made ??= generateKeyPairSync('rsa', { modulusLength: 2048 }));
  }

  get jwks(): { keys: Record<string, unknown>[] } {
    const { kty, n, e } = this.#pair.publicKey.export({ format: 'jwk' });
    return { keys: [{ kty, n, e, kid: this.#keyId, use: 'sig', alg: 'RS256' }] };
  }

  signed(payload: Record<string, unknown>): string {
    const input = `${encode({ alg: 'RS256', typ: 'JWT', kid: this.#keyId })}.${encode(payload)}`;
    return `${input}.${sign('sha256', Buffer.from(input), this.#pair.privateKey).toString('base64url')}`;
  }
}
