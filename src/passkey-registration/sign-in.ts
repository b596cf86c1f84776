import { Injectable } from '@nestjs/common';
import { Subjects } from '../directory/subjects.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Problem } from '../platform/errors/problem.js';
import { SourceLimits } from '../platform/limits/source-limits.js';
import { SecurityEvents } from '../platform/telemetry/security-events.js';
import { verifyAssertion, type StoredPasskey, type VerifiedAssertion } from './assertion-ceremony.js';
import { Challenges } from './challenges.js';
import { CeremonyRefusedError, readChallenge } from './client-data.js';
import { Passkeys } from './passkeys.js';
import { decodeCredentialId } from './registration-ceremony.js';
import { CEREMONY_SECONDS, RelyingParty } from './relying-party.js';
import { Sessions, type Session } from './sessions.js';
import type { AssertionCredential, RequestOptionsView, SessionView } from './webauthn.schemas.js';

/**
 * Sign-in with a passkey at the built-in relying party. No login is typed: the passkey says whose account it is.
 *
 * - A challenge is good for one answer, right or wrong.
 * - Every refusal of a passkey is the same `assertion_refused`, so that nobody learns which passkeys exist.
 * - A session is opened in the transaction that records the use of the passkey. A counter that did not grow opens none, and is a
 *   security event; so is a passkey that the service did not store.
 */
@Injectable()
export class SignIn {
  constructor(
    private readonly database: Database,
    private readonly challenges: Challenges,
    private readonly passkeys: Passkeys,
    private readonly sessions: Sessions,
    private readonly subjects: Subjects,
    private readonly relyingParty: RelyingParty,
    private readonly limits: SourceLimits,
    private readonly securityEvents: SecurityEvents,
  ) {}

  /**
   * `PublicKeyCredentialRequestOptionsJSON` (WebAuthn level 3, 5.5), the same for everybody.
   * @throws Problem too_many_requests
   */
  async options(source: string): Promise<RequestOptionsView> {
    await this.limits.take('options_per_source', source);
    const challenge = await this.database.transaction((tx) => this.challenges.createForSignIn(tx));
    return { rpId: this.relyingParty.id, challenge, timeout: CEREMONY_SECONDS * 1_000, userVerification: 'required' };
  }

  /**
   * Checks an assertion and opens a session. The challenge is spent first, by whatever answer names it, right or wrong.
   * Unknown, frozen and removed passkeys, those that the service has not stored, and bad signatures are refused alike.
   * @throws Problem challenge_not_usable, assertion_refused
   */
  async finish(credential: AssertionCredential): Promise<{ secret: string; session: SessionView }> {
    try {
      const challenge = readChallenge(credential.response.clientDataJSON);
      const spent = await this.database.transaction((tx) => this.challenges.spendForSignIn(tx, challenge));
      if (!spent) throw new Problem('challenge_not_usable');
      const credentialId = decodeCredentialId(credential.id);
      const passkey = await this.database.read((tx) => this.passkeys.findUsable(tx, credentialId));
      if (passkey && !passkey.ours) this.securityEvents.reportOnce('passkey_not_ours', { credentialId: passkey.id });
      if (!passkey?.ours) throw new Problem('assertion_refused');
      const assertion = await verifyAssertion(credential, { challenge, relyingParty: this.relyingParty, passkey });
      return await this.open(passkey, assertion);
    } catch (error) {
      throw error instanceof CeremonyRefusedError ? new Problem('assertion_refused', { cause: error }) : error;
    }
  }

  /** The session behind a cookie. @throws Problem unauthenticated */
  async current(secret: string | undefined): Promise<SessionView> {
    return this.database.read(async (tx) => {
      const session = await this.sessions.find(tx, secret);
      if (!session) throw new Problem('unauthenticated');
      return this.view(tx, session);
    });
  }

  async end(secret: string | undefined): Promise<void> {
    await this.database.transaction((tx) => this.sessions.end(tx, secret));
  }

  private async open(
    passkey: StoredPasskey,
    assertion: VerifiedAssertion,
  ): Promise<{ secret: string; session: SessionView }> {
    const opened = await this.database.transaction(async (tx) => {
      if (!(await this.passkeys.recordUse(tx, { id: passkey.id, subjectId: passkey.subjectId, assertion })))
        return undefined;
      const { secret, ...session } = await this.sessions.open(tx, {
        subjectId: passkey.subjectId,
        credentialId: passkey.id,
      });
      return { secret, session: await this.view(tx, session) };
    });
    if (opened) return opened;
    if (assertion.signCount > 0 || Number(passkey.signCount) > 0) {
      this.securityEvents.report('sign_count_did_not_grow', { credentialId: passkey.id });
    }
    throw new Problem('assertion_refused');
  }

  private async view(tx: Transaction, session: Session): Promise<SessionView> {
    const subject = await this.subjects.find(tx, session.subjectId);
    if (!subject) throw new Problem('unauthenticated');
    return {
      subject: { id: subject.id, displayName: subject.profile.reveal().displayName },
      credentialId: session.credentialId,
      createdAt: session.createdAt.toISOString(),
      expiresAt: session.expiresAt.toISOString(),
    };
  }
}
