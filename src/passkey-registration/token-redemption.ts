import { Inject, Injectable } from '@nestjs/common';
import type { TakenOver } from '../../directories/kit/index.js';
import type { AuditEntry } from '../audit-trail/append.js';
import { APPLICANT } from '../audit-trail/audit-event-types.js';
import { Clock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Problem } from '../platform/errors/problem.js';
import { newId } from '../platform/ids/ids.js';
import { RecoveryCaseRepository } from '../recovery-case/recovery-case.repository.js';
import { endSavedCode } from '../recovery-codes/saved-codes.js';
import { Challenges, type OpenChallenge } from './challenges.js';
import { DIRECTORY, type OwnDirectory } from './own-directory.js';
import { Passkeys } from './passkeys.js';
import { RefusedPresentations } from './refused-presentations.js';
import type { VerifiedPasskey } from './registration-ceremony.js';
import { TokenPresentations, type Presentation, type PresentedToken } from './token-presentations.js';
import type { PasskeyView, RegistrationCredential } from './webauthn.schemas.js';

export interface RegistrationRequest extends Presentation {
  credential: RegistrationCredential;
  name: string | undefined;
  idempotencyKey: string | undefined;
  /** Network address of the caller; counts guesses at tokens. */
  source: string;
}

export interface Proof {
  challenge: OpenChallenge;
  verified: VerifiedPasskey;
}

export interface Redemption {
  token: PresentedToken;
  request: RegistrationRequest;
  proof: Proof;
}

/** Somebody or something else was first; what was sent behind it is undone. */
class NotSpentError extends Error {
  override readonly name = 'NotSpentError';
}

/** Spends a token on one passkey, or says what a presentation gets that spends nothing (rule 8). */
@Injectable()
export class TokenRedemption {
  constructor(
    private readonly database: Database,
    private readonly cases: RecoveryCaseRepository,
    private readonly tokens: TokenPresentations,
    private readonly challenges: Challenges,
    private readonly passkeys: Passkeys,
    private readonly refusals: RefusedPresentations,
    private readonly clock: Clock,
    @Inject(DIRECTORY) private readonly directory: OwnDirectory,
  ) {}

  /** Undefined when the token could not be spent: then nothing at all has happened. */
  async redeem(work: Redemption): Promise<PasskeyView | undefined> {
    try {
      return await this.database.transaction((tx) => this.complete(tx, work));
    } catch (error) {
      if (error instanceof NotSpentError) return undefined;
      throw error;
    }
  }

  /**
   * What a presentation gets whose token is not spent by it: the first answer, when it is the same request again.
   * @throws Problem challenge_not_usable
   */
  async refuse(presented: Omit<Redemption, 'proof'> & { proof: Proof | undefined }): Promise<PasskeyView | undefined> {
    const { token, request, proof } = presented;
    return this.database.transaction(async (tx) => {
      await this.cases.lockOnly(tx, token.caseId);
      const current = await this.tokens.find(tx, request);
      if (!current) return undefined;
      if (!proof && current.live && current.boundHere) throw new Problem('challenge_not_usable');
      const first = await this.refusals.record(tx, current, {
        credentialId: request.credential.id,
        idempotencyKey: request.idempotencyKey,
      });
      return first === undefined ? undefined : this.passkeys.view(tx, first);
    });
  }

  /**
   * All of it leaves at once, locks first and then the one guarded UPDATE that spends the token: waiting for each answer was
   * most of a redemption's time. The server does one after the other, and whatever is refused undoes everything.
   * @throws NotSpentError, Problem challenge_not_usable, credential_already_registered, token_not_redeemable
   */
  private async complete(tx: Transaction, work: Redemption): Promise<PasskeyView> {
    const { token, request } = work;
    const locked = this.cases.lockOnly(tx, token.caseId);
    const preflight = this.directory.preflight(tx, token.subjectId);
    const id = newId('pk', this.clock.now());
    const consumed = this.tokens.consume(tx, {
      token,
      passkeyId: id,
      idempotencyDigest: this.refusals.idempotencyDigest(token.id, request.idempotencyKey),
    });
    const taken = this.takeOver(tx, { id, work });
    // Behind a token that was not spent, what follows it can only fail.
    taken.catch(() => undefined);
    const [, standsInTheWay, spent] = await Promise.all([locked, preflight, consumed]);
    if (standsInTheWay.length > 0 || !spent) throw new NotSpentError();
    const { challengeSpent, stored, completed } = await taken;
    if (!challengeSpent) throw new Problem('challenge_not_usable');
    if (!stored) throw new Problem('credential_already_registered');
    // The lock keeps the state; only the deadline can still have passed since the token was spent.
    if (!completed) throw new Problem('token_not_redeemable');
    return stored;
  }

  private async takeOver(tx: Transaction, { id, work }: { id: string; work: Redemption }) {
    const { verified, challenge } = work.proof;
    const { id: tokenId, caseId, subjectId } = work.token;
    const challengeSpent = this.challenges.spendForToken(tx, { id: challenge.id, tokenId });
    const { name } = work.request;
    const passkey = { id, subjectId, caseId, name, verified, offeredUnder: challenge.keyId };
    const stored = this.passkeys.insert(tx, passkey);
    const ended = this.directory.completeDirect(tx, { subjectId, authenticatorId: id });
    endSavedCode(tx, subjectId, 'recovered');
    const completed = this.cases.transition(tx, {
      caseId,
      name: 'complete',
      actor: APPLICANT,
      audit: { credentialId: id },
      precededBy: ended.then((all) => takeOverEntries({ caseId, id, verified, ended: all })),
    });
    const answers = await Promise.all([challengeSpent, stored, completed]);
    return { challengeSpent: answers[0], stored: answers[1], completed: answers[2] };
  }
}

/** What the audit trail says of the passkey that came and of all that ended with it. */
function takeOverEntries(change: {
  caseId: string;
  id: string;
  verified: VerifiedPasskey;
  ended: TakenOver;
}): readonly AuditEntry[] {
  const { caseId, id, verified, ended } = change;
  const entry = { chainId: caseId, actor: APPLICANT };
  const { deviceType, backedUp, aaguid } = verified;
  const removed = ended.removedAuthenticatorIds;
  return [
    { ...entry, type: 'passkey.registered', data: { credentialId: id, deviceType, backedUp, aaguid } },
    ...(removed.length > 0 ? [{ ...entry, type: 'passkey.removed' as const, data: { credentialIds: removed } }] : []),
    { ...entry, type: 'sessions.ended', data: { count: ended.endedSessions } },
  ];
}
