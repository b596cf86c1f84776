import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock/clock.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { isSignedRow, rowMac } from '../platform/crypto/row-macs.js';
import type { Transaction } from '../platform/database/transaction.js';
import { firstIdOf, isCanonicalSecret, newId, newSecret } from '../platform/ids/ids.js';

/** Longest session of the own relying party; inside the 24 hours of NIST SP 800-63B-4, 2.2.3 (AAL2). */
export const SESSION_SECONDS = 28_800;

/** Between the clocks of the database and of the process. */
const SPARE_SECONDS = 60;

/** For operations that need a passkey shown just now: finding a signed-in browser is not enough. */
export const RECENT_SIGN_IN_SECONDS = 300;

export interface Session {
  subjectId: string;
  credentialId: string;
  createdAt: Date;
  expiresAt: Date;
}

/** Sessions of the own relying party. The cookie's value is stored as a keyed hash only. */
@Injectable()
export class Sessions {
  constructor(
    private readonly ring: KeyRing,
    private readonly clock: Clock,
  ) {}

  async open(
    tx: Transaction,
    owner: { subjectId: string; credentialId: string },
  ): Promise<Session & { secret: string }> {
    const secret = newSecret();
    const id = newId('ses', this.clock.now());
    const digest = this.ring.digest('token', secret);
    const { subjectId, credentialId } = owner;
    const mac = rowMac(this.ring, 'relying_party_sessions', [id, subjectId, credentialId, digest]);
    const session = await tx.one<Session>`
      INSERT INTO relying_party_sessions (id, subject_id, credential_id, cookie_digest, expires_at, mac)
      VALUES (${id}, ${subjectId}, ${credentialId}, ${digest}, clock_timestamp() + make_interval(secs => ${SESSION_SECONDS}), ${mac})
      RETURNING subject_id, credential_id, created_at, expires_at`;
    return { ...session, secret };
  }

  /**
   * A session that still counts: of the service's making, open, in time, begun after the account's last take-over, and its
   * passkey still accepted. Its id begins with the time it was made at and is signed, so that a row that is put back with other
   * times ends when it would have.
   */
  async find(tx: Transaction, secret: string | undefined): Promise<Session | undefined> {
    if (secret === undefined || !isCanonicalSecret(secret)) return undefined;
    const oldest = new Date(this.clock.now().getTime() - (SESSION_SECONDS + SPARE_SECONDS) * 1_000);
    const row = await tx.maybeOne<Session & { id: string; cookieDigest: Buffer; mac: Buffer | null }>`
      SELECT r.id, r.cookie_digest, r.mac, r.subject_id, r.credential_id, r.created_at, r.expires_at
      FROM relying_party_sessions r JOIN subjects s ON s.id = r.subject_id JOIN credentials c ON c.id = r.credential_id
      WHERE r.cookie_digest = ANY(${this.ring.digests('token', secret)}::bytea[])
        AND r.ended_at IS NULL AND r.expires_at > clock_timestamp() AND r.created_at >= s.sessions_valid_from
        AND s.status = 'active' AND c.removed_at IS NULL AND c.frozen_at IS NULL
        AND r.id >= ${firstIdOf('ses', oldest)} AND (r.mac IS NOT NULL OR NOT EXISTS (SELECT FROM rows_signed))`;
    if (!row) return undefined;
    const { id, cookieDigest, mac, ...session } = row;
    const values = [id, session.subjectId, session.credentialId, cookieDigest] as const;
    return isSignedRow(this.ring, { table: 'relying_party_sessions', values, mac }) ? session : undefined;
  }

  /** Whether the session began just now. */
  async isRecent(tx: Transaction, { createdAt }: Pick<Session, 'createdAt'>): Promise<boolean> {
    const { recent } = await tx.one<{ recent: boolean }>`
      SELECT ${createdAt}::timestamptz > clock_timestamp() - make_interval(secs => ${RECENT_SIGN_IN_SECONDS}) AS recent`;
    return recent;
  }

  async end(tx: Transaction, secret: string | undefined): Promise<void> {
    if (secret === undefined || !isCanonicalSecret(secret)) return;
    await tx.run`
      UPDATE relying_party_sessions SET ended_at = clock_timestamp()
      WHERE cookie_digest = ANY(${this.ring.digests('token', secret)}::bytea[]) AND ended_at IS NULL`;
  }
}
