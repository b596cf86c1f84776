import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../platform/config/config.js';
import { CONFIG } from '../platform/platform.module.js';

/** COSE identifiers of the algorithms we offer and accept, best first: ES256, EdDSA (Ed25519), RS256 (RFC 9053, RFC 8812). */
export const OFFERED_ALGORITHMS = [-7, -8, -257] as const;

/** Time a person has for one ceremony; the challenge lives exactly as long. */
export const CEREMONY_SECONDS = 300;

/** Who we are in a WebAuthn ceremony. All of it is configuration; nothing comes from a request (T98). */
@Injectable()
export class RelyingParty {
  readonly id: string;
  readonly name: string;
  /** Compared exactly: scheme, host and port. */
  readonly origins: readonly string[];

  constructor(@Inject(CONFIG) config: Pick<Config, 'RP_ID' | 'ORGANISATION_NAME' | 'rpOrigins'>) {
    this.id = config.RP_ID;
    this.name = config.ORGANISATION_NAME;
    this.origins = config.rpOrigins;
  }
}
