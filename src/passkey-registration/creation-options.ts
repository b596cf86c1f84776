import { Inject, Injectable } from '@nestjs/common';
import { Subjects } from '../directory/subjects.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Challenges } from './challenges.js';
import { DIRECTORY, type OwnDirectory } from './own-directory.js';
import { Passkeys } from './passkeys.js';
import { CEREMONY_SECONDS, OFFERED_ALGORITHMS, RelyingParty } from './relying-party.js';
import type { PresentedToken } from './token-presentations.js';
import type { CreationOptionsView } from './webauthn.schemas.js';

/** Writes the options of one registration ceremony, with a challenge of its own (WebAuthn level 3, 5.4). */
@Injectable()
export class CreationOptions {
  constructor(
    private readonly challenges: Challenges,
    private readonly passkeys: Passkeys,
    private readonly subjects: Subjects,
    private readonly relyingParty: RelyingParty,
    @Inject(DIRECTORY) private readonly directory: OwnDirectory,
  ) {}

  /** Undefined when the token's account is gone. */
  async for(tx: Transaction, token: PresentedToken): Promise<CreationOptionsView | undefined> {
    const subject = await this.subjects.find(tx, token.subjectId);
    if (!subject) return undefined;
    const { login, displayName } = subject.profile.reveal();
    const known = await this.directory.listAuthenticators(tx, subject.id);
    const userHandle = await this.passkeys.userHandle(tx, subject.id);
    return {
      rp: { id: this.relyingParty.id, name: this.relyingParty.name },
      user: { id: userHandle.toString('base64url'), name: login, displayName },
      challenge: await this.challenges.createForToken(tx, token.id),
      pubKeyCredParams: OFFERED_ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
      timeout: CEREMONY_SECONDS * 1_000,
      attestation: 'none',
      excludeCredentials: known.map(({ credentialId, transports }) => ({
        type: 'public-key',
        id: Buffer.from(credentialId).toString('base64url'),
        transports: [...transports],
      })),
      authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    };
  }
}
