import { Injectable } from '@nestjs/common';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { isSignedRow } from '../platform/crypto/row-macs.js';
import type { Transaction } from '../platform/database/transaction.js';
import { isCanonicalSecret } from '../platform/ids/ids.js';

/** What a browser sends with a request of this stage. */
export interface Presentation {
  token: string;
  /** Value of the capture cookie, if there is one. */
  captureSecret: string | undefined;
}

/** A token that exists, as seen from the browser that presents it. */
export interface PresentedToken {
  id: string;
  caseId: string;
  subjectId: string;
  /** Unspent, not superseded, in time, of the capture that was approved, and its case is waiting for exactly this. */
  live: boolean;
  consumed: boolean;
  /** Whether this browser did the capture the token is bound to. */
  boundHere: boolean;
  /** Id of the passkey that was registered with it. */
  credentialId: string | null;
  idempotencyDigest: Buffer | null;
  digests: PresentedDigests;
}

/** What was presented, as the database may have it: under each key that is accepted. */
interface PresentedDigests {
  token: Buffer[];
  /** None without a capture cookie. */
  capture: Buffer[];
}

type TokenRow = Omit<PresentedToken, 'digests'> & { tokenDigest: Buffer; captureDigest: Buffer; mac: Buffer | null };

/** The spending side of a recovery token (rule 8). The account always comes from the token's row (T14, T15). */
@Injectable()
export class TokenPresentations {
  constructor(private readonly ring: KeyRing) {}

  async find(tx: Transaction, presentation: Presentation): Promise<PresentedToken | undefined> {
    if (!isCanonicalSecret(presentation.token)) return undefined;
    const digests = this.digestsOf(presentation);
    const row = await tx.maybeOne<TokenRow>`
      SELECT t.id, t.token_digest, t.capture_digest, t.mac, t.case_id, t.subject_id, t.credential_id, t.idempotency_digest,
        t.consumed_at IS NOT NULL AS consumed,
        t.capture_digest = ANY(${digests.capture}::bytea[]) AS bound_here,
        t.consumed_at IS NULL AND t.superseded_at IS NULL AND t.expires_at > clock_timestamp()
          AND c.state = 'approved' AND c.expires_at > clock_timestamp()
          AND t.capture_digest IS NOT DISTINCT FROM b.cookie_digest AS live
      FROM recovery_tokens t JOIN recovery_cases c ON c.id = t.case_id
        LEFT JOIN capture_bindings b ON b.case_id = c.id AND b.attempt = c.attempt
      WHERE t.token_digest = ANY(${digests.token}::bytea[]) AND t.purpose = 'registration'
        AND (t.mac IS NOT NULL OR NOT EXISTS (SELECT FROM rows_signed))`;
    if (!row) return undefined;
    const { tokenDigest, captureDigest, mac, ...token } = row;
    const values = [token.id, token.caseId, token.subjectId, tokenDigest, captureDigest] as const;
    return isSignedRow(this.ring, { table: 'recovery_tokens', values, mac }) ? { ...token, digests } : undefined;
  }

  /**
   * Spends a token: the one guarded UPDATE that decides who wins (rule 1, T11). The caller holds the case's row lock, so
   * the state it reads cannot change under it. A token bound to another browser than the one whose
   * capture was approved stays dead, in whatever state the case is. False: somebody or something else was first.
   * `num_nulls`, because `IS NULL` invites a server that knew few living tokens when it planned to read all of them, by the
   * index that allows one a case, instead of the one that is named.
   */
  async consume(
    tx: Transaction,
    spending: { token: PresentedToken; passkeyId: string; idempotencyDigest: Buffer | null },
  ): Promise<boolean> {
    const { passkeyId, token } = spending;
    const rows = await tx.run`
      UPDATE recovery_tokens t
      SET consumed_at = clock_timestamp(), credential_id = ${passkeyId}, idempotency_digest = ${spending.idempotencyDigest}
      FROM recovery_cases c
      WHERE t.id = ${token.id} AND c.id = t.case_id AND t.purpose = 'registration'
        AND t.token_digest = ANY(${token.digests.token}::bytea[])
        AND t.capture_digest = ANY(${token.digests.capture}::bytea[])
        AND num_nulls(t.consumed_at, t.superseded_at) = 2 AND t.expires_at > clock_timestamp()
        AND c.state = 'approved' AND c.door = 'own' AND c.mode = 'production' AND c.expires_at > clock_timestamp()
        AND t.capture_digest = (SELECT cookie_digest FROM capture_bindings b WHERE b.case_id = c.id AND b.attempt = c.attempt)`;
    return rows === 1;
  }

  private digestsOf({ token, captureSecret }: Presentation): PresentedDigests {
    const hasCapture = captureSecret !== undefined && isCanonicalSecret(captureSecret);
    return {
      token: this.ring.digests('token', token),
      capture: hasCapture ? this.ring.digests('token', captureSecret) : [],
    };
  }
}
