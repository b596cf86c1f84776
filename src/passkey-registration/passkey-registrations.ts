import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import { Problem } from '../platform/errors/problem.js';
import { SourceLimits } from '../platform/limits/source-limits.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { Challenges, type OpenChallenge } from './challenges.js';
import { CeremonyRefusedError, readChallenge } from './client-data.js';
import { verifyRegistration, type VerifiedPasskey } from './registration-ceremony.js';
import { RelyingParty } from './relying-party.js';
import { TokenPresentations, type PresentedToken } from './token-presentations.js';
import { TokenRedemption, type Proof, type RegistrationRequest } from './token-redemption.js';
import type { PasskeyView } from './webauthn.schemas.js';

export interface RegistrationAnswer {
  passkey: PasskeyView;
  /** This is the first answer once more. */
  replayed: boolean;
}

/** The challenge that a browser says it answered, and ours if it is open. */
interface Ceremony {
  challenge: string;
  open: OpenChallenge | undefined;
}

/** Turns a recovery token into the account's one passkey. */
@Injectable()
export class PasskeyRegistrations {
  constructor(
    private readonly database: Database,
    private readonly tokens: TokenPresentations,
    private readonly challenges: Challenges,
    private readonly relyingParty: RelyingParty,
    private readonly limits: SourceLimits,
    private readonly metrics: Metrics,
    private readonly redemption: TokenRedemption,
  ) {}

  /**
   * Rule 8 in one transaction: token and challenge spent, passkey stored, older passkeys, sessions and the saved code
   * ended, case completed – or nothing at all. Signatures and CBOR are checked before any lock is taken; whether the
   * token may still be spent is decided under the case's lock, whatever was read before.
   * @throws Problem token_not_redeemable, challenge_not_usable, passkey_refused, credential_already_registered, too_many_requests
   */
  async register(request: RegistrationRequest): Promise<RegistrationAnswer> {
    const { token, ceremony } = await this.look(request);
    if (!token) {
      this.metrics.tokens.inc({ outcome: 'refused_unknown' });
      await this.limits.take('secret_guess_per_source', request.source);
      throw new Problem('token_not_redeemable');
    }
    const proof = token.live && token.boundHere ? await this.prove(token, { request, ceremony }) : undefined;
    const passkey = proof && (await this.redemption.redeem({ token, request, proof }));
    if (passkey) {
      this.metrics.tokens.inc({ outcome: 'redeemed' });
      this.count(proof.verified);
      return { passkey, replayed: false };
    }
    const first = await this.redemption.refuse({ token, request, proof });
    if (!first) throw new Problem('token_not_redeemable');
    return { passkey: first, replayed: true };
  }

  /** Token and challenge, asked for at once: what one of them means depends on the other. */
  private async look(
    request: RegistrationRequest,
  ): Promise<{ token: PresentedToken | undefined; ceremony: Ceremony | CeremonyRefusedError }> {
    const challenge = challengeOf(request);
    return this.database.read(async (tx) => {
      const [token, open] = await Promise.all([
        this.tokens.find(tx, request),
        typeof challenge === 'string' ? this.challenges.findForRegistration(tx, challenge) : undefined,
      ]);
      return { token, ceremony: typeof challenge === 'string' ? { challenge, open } : challenge };
    });
  }

  /**
   * Undefined when the challenge is not open for this token; what that means depends on the token, and is settled under
   * the lock.
   */
  private async prove(
    token: PresentedToken,
    { request, ceremony }: { request: RegistrationRequest; ceremony: Ceremony | CeremonyRefusedError },
  ): Promise<Proof | undefined> {
    try {
      if (ceremony instanceof CeremonyRefusedError) throw ceremony;
      const { challenge, open } = ceremony;
      if (open?.tokenId !== token.id) return undefined;
      return {
        challenge: open,
        verified: await verifyRegistration(request.credential, { challenge, relyingParty: this.relyingParty }),
      };
    } catch (error) {
      throw error instanceof CeremonyRefusedError ? new Problem('passkey_refused', { cause: error }) : error;
    }
  }

  private count({ deviceType: device, aaguid }: VerifiedPasskey): void {
    this.metrics.passkeysMade.inc({ device, aaguid: aaguid === NO_AAGUID ? 'unknown' : 'known' });
  }
}

/** What a browser says it answered, or why it is refused; told only to a client that presents a living token. */
function challengeOf({ credential }: RegistrationRequest): string | CeremonyRefusedError {
  try {
    return readChallenge(credential.response.clientDataJSON);
  } catch (error) {
    if (error instanceof CeremonyRefusedError) return error;
    throw error;
  }
}

/** What an authenticator that does not say its model gives instead (WebAuthn level 3, 6.5.1). */
const NO_AAGUID = '00000000-0000-0000-0000-000000000000';
