import { createLocalJWKSet, errors, jwtVerify, type JSONWebKeySet, type JWTPayload, type JWTVerifyOptions } from 'jose';
import { CALL_TIMEOUT_MS, callPartner, readJson, type ClockPort, type HttpPort } from '../kit/index.js';
import { keySet } from './types.js';

/** How long the vendor's keys are taken as current. A key id we have not seen asks again at once. */
const LIFETIME_MS = 10 * 60 * 1000;
const MAX_RESPONSE_BYTES = 128 * 1024;

interface CachedKeys {
  keys: JSONWebKeySet;
  readAt: number;
}

/** The vendor's public keys, from the configured address and no other: what a token's header points at is not read. */
export class IssuerKeys {
  #cached: CachedKeys | undefined;
  #reading: Promise<CachedKeys> | undefined;

  constructor(private readonly source: { jwksUrl: string; http: HttpPort; clock: ClockPort }) {}

  /**
   * The payload of a JWS that one of these keys signed.
   * @throws ProviderError when the keys cannot be had; an error of `jose` when the token is not proven
   */
  async verify(token: string, options: JWTVerifyOptions): Promise<JWTPayload> {
    const known = this.#cached;
    const current = known && this.#isFresh(known) ? known : await this.read();
    try {
      return await verifyWith(current, token, options);
    } catch (error) {
      if (current !== known || !mayBeRotated(error)) throw error;
      return verifyWith(await this.read(), token, options);
    }
  }

  /** Asks for the keys now; callers at the same time share one request. */
  async read(): Promise<CachedKeys> {
    this.#reading ??= this.#fetch().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  async #fetch(): Promise<CachedKeys> {
    const response = await callPartner(this.source, {
      method: 'GET',
      url: this.source.jwksUrl,
      timeoutMs: CALL_TIMEOUT_MS.nobodyWaits,
      maxResponseBytes: MAX_RESPONSE_BYTES,
    });
    const keys = readJson(response, keySet);
    return (this.#cached = { keys, readAt: this.source.clock.now().getTime() });
  }

  #isFresh({ readAt }: CachedKeys): boolean {
    const age = this.source.clock.now().getTime() - readAt;
    return age >= 0 && age < LIFETIME_MS;
  }
}

/** A key id that is new, or – for a vendor without key ids – a key that is. */
const mayBeRotated = (error: unknown): boolean =>
  error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWSSignatureVerificationFailed;

async function verifyWith({ keys }: CachedKeys, token: string, options: JWTVerifyOptions): Promise<JWTPayload> {
  const { payload } = await jwtVerify(token, createLocalJWKSet(keys), options);
  return payload;
}
