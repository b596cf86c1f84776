import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { appendAudit } from '../audit-trail/append.js';
import { Clock } from '../platform/clock/clock.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { isSignedRow, rowMac } from '../platform/crypto/row-macs.js';
import { openWithRing, SealBrokenError, sealWithRing } from '../platform/crypto/sealing.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Problem } from '../platform/errors/problem.js';
import { firstIdOf, isCanonicalSecret, newId, newSecret } from '../platform/ids/ids.js';
import { STAFF_CHAIN } from '../staff-access/staff-alarms.js';
import { personOf, type StaffClaims } from '../staff-access/staff-tokens.js';

/** Without a request for so long, and altogether: inside the limits of NIST SP 800-63B-4, 2.2.3 (AAL2). */
export const STAFF_IDLE_SECONDS = 900;
export const STAFF_ABSOLUTE_SECONDS = 28_800;

/** Between the clocks of the database and of the process. */
const SPARE_SECONDS = 60;

const StoredClaims = z.strictObject({
  sub: z.string(),
  accounts: z.array(z.string()),
  roles: z.array(z.string()),
});

export interface StaffSession {
  sessionId: string;
  claims: StaffClaims;
}

interface Row {
  id: string;
  claimsSealed: Buffer;
  cookieDigest: Buffer;
  mac: Buffer | null;
}

/**
 * Sessions of staff who are signed in with a browser, for the console.
 *
 * - The cookie's value is stored as a keyed hash, and whose session it is, sealed. What a colleague may do is derived anew at
 *   every request from what the sign-in said.
 * - A session ends after {@link STAFF_IDLE_SECONDS} without a request, after {@link STAFF_ABSOLUTE_SECONDS}, with the tokens
 *   that it comes from, or when it is left, whichever is first. Ended, it never begins again.
 * - Signing in and out is in the audit trail.
 *
 * A cookie without a living session is no error but no session. Only {@link open} refuses, when the sign-in itself is over.
 */
@Injectable()
export class StaffSessions {
  constructor(
    private readonly ring: KeyRing,
    private readonly clock: Clock,
  ) {}

  /**
   * Opens a session under a value that no browser had before (session fixation, ASVS 7.2.4). It ends with the tokens that it
   * comes from, or after {@link STAFF_ABSOLUTE_SECONDS}. @throws Problem unauthenticated when they have ended already
   */
  async open(
    tx: Transaction,
    { claims, expiresAt }: { claims: StaffClaims; expiresAt: Date },
  ): Promise<{ sessionId: string; secret: string; endsAt: Date }> {
    const secret = newSecret();
    const sessionId = newId('sts', this.clock.now());
    const sealed = sealWithRing(this.ring, Buffer.from(JSON.stringify(claims)), placeOf(sessionId));
    const digest = this.ring.digest('token', secret);
    const mac = rowMac(this.ring, 'staff_sessions', [sessionId, digest]);
    const row = await tx.maybeOne<{ endsAt: Date }>`
      INSERT INTO staff_sessions (id, cookie_digest, claims_sealed, expires_at, mac)
      SELECT ${sessionId}, ${digest}, ${sealed},
        LEAST(${expiresAt}::timestamptz, clock_timestamp() + make_interval(secs => ${STAFF_ABSOLUTE_SECONDS})), ${mac}
      WHERE ${expiresAt}::timestamptz > clock_timestamp()
      RETURNING expires_at AS ends_at`;
    if (!row) throw new Problem('unauthenticated');
    const actor = personOf(claims);
    await appendAudit(tx, { chainId: STAFF_CHAIN, type: 'staff.signed_in', actor, data: { sessionId } });
    return { sessionId, secret, endsAt: row.endsAt };
  }

  /**
   * Finds a living session and slides it. Undefined when it idled out, ran its course, ended, cannot be read, never was, or is
   * not of the service's making. Its id begins with the time it was made at, and is signed.
   */
  async touch(tx: Transaction, secret: string | undefined): Promise<StaffSession | undefined> {
    if (secret === undefined || !isCanonicalSecret(secret)) return undefined;
    const oldest = new Date(this.clock.now().getTime() - (STAFF_ABSOLUTE_SECONDS + SPARE_SECONDS) * 1_000);
    const row = await tx.maybeOne<Row>`
      UPDATE staff_sessions SET seen_at = clock_timestamp()
      WHERE cookie_digest = ANY(${this.ring.digests('token', secret)}::bytea[]) AND ended_at IS NULL
        AND seen_at > clock_timestamp() - make_interval(secs => ${STAFF_IDLE_SECONDS})
        AND expires_at > clock_timestamp()
        AND id >= ${firstIdOf('sts', oldest)} AND (mac IS NOT NULL OR NOT EXISTS (SELECT FROM rows_signed))
      RETURNING id, claims_sealed, cookie_digest, mac`;
    return row && this.opened(row);
  }

  /** Ends the session of a browser, if it has one: at the way out, and when a colleague signs in anew. */
  async end(tx: Transaction, secret: string | undefined): Promise<void> {
    if (secret === undefined || !isCanonicalSecret(secret)) return;
    const row = await tx.maybeOne<Row>`
      UPDATE staff_sessions SET ended_at = clock_timestamp()
      WHERE cookie_digest = ANY(${this.ring.digests('token', secret)}::bytea[]) AND ended_at IS NULL
      RETURNING id, claims_sealed, cookie_digest, mac`;
    const session = row && this.opened(row);
    if (!session) return;
    const { sessionId, claims } = session;
    const actor = personOf(claims);
    await appendAudit(tx, { chainId: STAFF_CHAIN, type: 'staff.signed_out', actor, data: { sessionId } });
  }

  private opened({ id, claimsSealed, cookieDigest, mac }: Row): StaffSession | undefined {
    if (!isSignedRow(this.ring, { table: 'staff_sessions', values: [id, cookieDigest], mac })) return undefined;
    try {
      const text = openWithRing(this.ring, claimsSealed, placeOf(id)).toString('utf8');
      return { sessionId: id, claims: StoredClaims.parse(JSON.parse(text)) };
    } catch (error) {
      if (error instanceof SealBrokenError) return undefined;
      throw error;
    }
  }
}

const placeOf = (sessionId: string): string => `staff-session:${sessionId}:claims`;
