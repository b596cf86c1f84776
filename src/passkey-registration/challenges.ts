import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock/clock.js';
import { digestKeyId, KeyRing } from '../platform/crypto/key-ring.js';
import type { Transaction } from '../platform/database/transaction.js';
import { isCanonicalSecret, newId, newSecret } from '../platform/ids/ids.js';
import { CEREMONY_SECONDS } from './relying-party.js';

export interface OpenChallenge {
  id: string;
  /** The token it was offered for. */
  tokenId: string;
  /** The master key that was the active one where the ceremony was offered. */
  keyId: string;
}

/**
 * Makes and spends the challenges of both ceremonies. Only the keyed hash is stored; each is for one purpose, spent
 * once, and one for a registration belongs to one token (T99).
 */
@Injectable()
export class Challenges {
  constructor(
    private readonly ring: KeyRing,
    private readonly clock: Clock,
  ) {}

  /** A fresh challenge of 256 bits in base64url. Several may be open for one token: one valid registration wins. */
  async createForToken(tx: Transaction, tokenId: string): Promise<string> {
    return this.create(tx, { purpose: 'registration', tokenId });
  }

  async createForSignIn(tx: Transaction): Promise<string> {
    return this.create(tx, { purpose: 'authentication', tokenId: null });
  }

  /** An open registration challenge, whichever token it belongs to. It is spent later, with that token. */
  async findForRegistration(tx: Transaction, challenge: string): Promise<OpenChallenge | undefined> {
    if (!isCanonicalSecret(challenge)) return undefined;
    const row = await tx.maybeOne<{ id: string; tokenId: string; challengeDigest: Buffer }>`
      SELECT id, token_id, challenge_digest FROM webauthn_challenges
      WHERE purpose = 'registration' AND consumed_at IS NULL AND expires_at > clock_timestamp()
        AND challenge_digest = ANY(${this.ring.digests('token', challenge)}::bytea[])`;
    return row && { id: row.id, tokenId: row.tokenId, keyId: digestKeyId(row.challengeDigest) };
  }

  /** Spends a registration challenge of this token. False: somebody else did, or it ran out. */
  async spendForToken(tx: Transaction, challenge: { id: string; tokenId: string }): Promise<boolean> {
    const rows = await tx.run`
      UPDATE webauthn_challenges SET consumed_at = clock_timestamp()
      WHERE id = ${challenge.id} AND purpose = 'registration' AND token_id = ${challenge.tokenId}
        AND consumed_at IS NULL AND expires_at > clock_timestamp()`;
    return rows === 1;
  }

  /** Spends a sign-in challenge. False: it is unknown, spent, out of time or for another purpose. */
  async spendForSignIn(tx: Transaction, challenge: string): Promise<boolean> {
    if (!isCanonicalSecret(challenge)) return false;
    const rows = await tx.run`
      UPDATE webauthn_challenges SET consumed_at = clock_timestamp()
      WHERE purpose = 'authentication' AND challenge_digest = ANY(${this.ring.digests('token', challenge)}::bytea[])
        AND consumed_at IS NULL AND expires_at > clock_timestamp()`;
    return rows === 1;
  }

  private async create(
    tx: Transaction,
    use: { purpose: 'registration' | 'authentication'; tokenId: string | null },
  ): Promise<string> {
    const challenge = newSecret();
    await tx.run`
      INSERT INTO webauthn_challenges (id, purpose, challenge_digest, token_id, expires_at)
      VALUES (${newId('chl', this.clock.now())}, ${use.purpose}, ${this.ring.digest('token', challenge)}, ${use.tokenId},
        clock_timestamp() + make_interval(secs => ${CEREMONY_SECONDS}))`;
    return challenge;
  }
}
