import { Inject, Injectable, Optional } from '@nestjs/common';
import type { TakenOver } from '../../directories/kit/index.js';
import { appendAudit } from '../audit-trail/append.js';
import { APPLICANT } from '../audit-trail/audit-event-types.js';
import { Clock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Problem } from '../platform/errors/problem.js';
import { newId } from '../platform/ids/ids.js';
import { RecoveryCaseRepository } from '../recovery-case/recovery-case.repository.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { endSavedCode } from '../recovery-codes/saved-codes.js';
import { Challenges, type OpenChallenge } from './challenges.js';
import { CeremonyRefusedError, readChallenge } from './client-data.js';
import { DIRECTORY, type OwnDirectory } from './own-directory.js';
import { Passkeys } from './passkeys.js';
import { RefusedPresentations } from './refused-presentations.js';
import { verifyRegistration, type VerifiedPasskey } from './registration-ceremony.js';
import { RelyingParty } from './relying-party.js';
import { SourceLimits } from './source-limits.js';
import { TokenPresentations, type Presentation, type PresentedToken } from './token-presentations.js';
import type { PasskeyView, RegistrationCredential } from './webauthn.schemas.js';

export interface RegistrationRequest extends Presentation {
  credential: RegistrationCredential;
  name: string | undefined;
  idempotencyKey: string | undefined;
  /** Network address of the caller; counts guesses at tokens. */
  source: string;
}

export interface RegistrationAnswer {
  passkey: PasskeyView;
  /** This is the first answer once more. */
  replayed: boolean;
}

interface Proof {
  challenge: OpenChallenge;
  verified: VerifiedPasskey;
}

/** Turns a recovery token into the account's one passkey. */
@Injectable()
export class PasskeyRegistrations {
  @Optional() @Inject(Metrics) private readonly metrics?: Metrics;

  constructor(
    private readonly database: Database,
    private readonly cases: RecoveryCaseRepository,
    private readonly tokens: TokenPresentations,
    private readonly challenges: Challenges,
    private readonly passkeys: Passkeys,
    private readonly refusals: RefusedPresentations,
    private readonly relyingParty: RelyingParty,
    private readonly limits: SourceLimits,
    private readonly clock: Clock,
    @Inject(DIRECTORY) private readonly directory: OwnDirectory,
  ) {}

  /**
   * Rule 8 in one transaction: token and challenge spent, passkey stored, older passkeys, sessions and the saved code
   * ended, case completed – or nothing at all. Signatures and CBOR are checked before any lock is taken; whether the token may still
   * be spent is decided under the case's lock, whatever was read before.
   * @throws Problem token_not_redeemable, challenge_not_usable, passkey_refused, credential_already_registered, too_many_requests
   */
  async register(request: RegistrationRequest): Promise<RegistrationAnswer> {
    const token = await this.database.read((tx) => this.tokens.find(tx, request));
    if (!token) {
      this.metrics?.tokens.inc({ outcome: 'refused_unknown' });
      await this.limits.take('secret_guess_per_source', request.source);
      throw new Problem('token_not_redeemable');
    }
    const proof = token.live && token.boundHere ? await this.prove(token, request) : undefined;
    const answer = await this.database.transaction((tx) => this.settle(tx, { token, request, proof }));
    if (!answer) throw new Problem('token_not_redeemable');
    if (!answer.replayed) this.metrics?.tokens.inc({ outcome: 'redeemed' });
    return answer;
  }

  /** Undefined when the challenge is not open; what that means depends on the token, and is settled under the lock. */
  private async prove(token: PresentedToken, request: RegistrationRequest): Promise<Proof | undefined> {
    try {
      const challenge = readChallenge(request.credential.response.clientDataJSON);
      const open = await this.database.read((tx) => this.challenges.findForToken(tx, { tokenId: token.id, challenge }));
      if (!open) return undefined;
      return {
        challenge: open,
        verified: await verifyRegistration(request.credential, { challenge, relyingParty: this.relyingParty }),
      };
    } catch (error) {
      throw error instanceof CeremonyRefusedError ? new Problem('passkey_refused', { cause: error }) : error;
    }
  }

  private async settle(
    tx: Transaction,
    { token, request, proof }: { token: PresentedToken; request: RegistrationRequest; proof: Proof | undefined },
  ): Promise<RegistrationAnswer | undefined> {
    const [, standsInTheWay] = await Promise.all([
      this.cases.lock(tx, token.caseId),
      this.directory.preflight(tx, token.subjectId),
    ]);
    const free = proof && standsInTheWay.length === 0;
    const passkey = free && (await this.complete(tx, { token, request, proof }));
    if (passkey) return { passkey, replayed: false };
    const current = await this.tokens.find(tx, request);
    if (!current) return undefined;
    if (!proof && current.live && current.boundHere) throw new Problem('challenge_not_usable');
    const first = await this.refusals.record(tx, current, {
      credentialId: request.credential.id,
      idempotencyKey: request.idempotencyKey,
    });
    return first === undefined ? undefined : { passkey: await this.passkeys.view(tx, first), replayed: true };
  }

  /** Undefined when the token could not be spent. Anything else that fails undoes everything. */
  private async complete(
    tx: Transaction,
    work: { token: PresentedToken; request: RegistrationRequest; proof: Proof },
  ): Promise<PasskeyView | undefined> {
    const { token, request, proof } = work;
    const { caseId, subjectId } = token;
    const id = newId('pk', this.clock.now());
    const idempotencyDigest = this.refusals.idempotencyDigest(token.id, request.idempotencyKey);
    const spent = await this.tokens.consume(tx, {
      presentation: request,
      tokenId: token.id,
      passkeyId: id,
      idempotencyDigest,
    });
    if (!spent) return undefined;
    const { verified, challenge } = proof;
    const [challengeSpent, stored, ended] = await Promise.all([
      this.challenges.spendForToken(tx, { id: challenge.id, tokenId: token.id }),
      this.passkeys.insert(tx, {
        id,
        subjectId,
        caseId,
        name: request.name,
        verified,
        offeredUnder: challenge.keyId,
      }),
      this.directory.completeDirect(tx, { subjectId, authenticatorId: id }),
    ]);
    if (!challengeSpent) throw new Problem('challenge_not_usable');
    if (!stored) throw new Problem('credential_already_registered');
    endSavedCode(tx, subjectId, 'recovered');
    await recordTakeOver(tx, { caseId, id, verified, ended });
    const completed = await this.cases.transition(tx, {
      caseId,
      name: 'complete',
      actor: APPLICANT,
      audit: { credentialId: id },
    });
    // The lock keeps the state; only the deadline can still have passed since the token was spent.
    if (!completed) throw new Problem('token_not_redeemable');
    tx.onCommit(() => this.count(verified));
    return stored;
  }

  private count({ deviceType: device, aaguid }: VerifiedPasskey): void {
    this.metrics?.passkeysMade.inc({ device, aaguid: aaguid === NO_AAGUID ? 'unknown' : 'known' });
  }
}

/** What an authenticator that does not say its model gives instead (WebAuthn level 3, 6.5.1). */
const NO_AAGUID = '00000000-0000-0000-0000-000000000000';

/** What the audit trail says of the passkey that came and of all that ended with it. */
async function recordTakeOver(
  tx: Transaction,
  change: { caseId: string; id: string; verified: VerifiedPasskey; ended: TakenOver },
): Promise<void> {
  const { caseId, id, verified, ended } = change;
  const entry = { chainId: caseId, actor: APPLICANT };
  await appendAudit(tx, {
    ...entry,
    type: 'passkey.registered',
    data: { credentialId: id, deviceType: verified.deviceType, backedUp: verified.backedUp, aaguid: verified.aaguid },
  });
  if (ended.removedAuthenticatorIds.length > 0)
    await appendAudit(tx, {
      ...entry,
      type: 'passkey.removed',
      data: { credentialIds: ended.removedAuthenticatorIds },
    });
  await appendAudit(tx, { ...entry, type: 'sessions.ended', data: { count: ended.endedSessions } });
}
