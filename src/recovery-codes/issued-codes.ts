import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock/clock.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import type { Transaction } from '../platform/database/transaction.js';
import { newId } from '../platform/ids/ids.js';
import { canonicalCode, newIssuedCode } from './code-text.js';

/** Shorter than the day that mail may take (NIST SP 800-63B-4, 4.2.1.2): OWASP ASVS 5.0, 6.5.5 asks for ten minutes. */
export const ISSUED_CODE_SECONDS = 600;
const MOST_FAILURES = 5;

interface CodePlace {
  caseId: string;
  /** Digest of the capture cookie of the browser it is for. */
  captureDigest: Buffer;
}

/**
 * Codes that are sent to another address on file. One counts per case; it is made in the job that sends it and stored as
 * a keyed hash. Only the browser that is bound to the attempt can give it, ten minutes long and five times wrong.
 */
@Injectable()
export class IssuedCodes {
  constructor(
    private readonly ring: KeyRing,
    private readonly clock: Clock,
  ) {}

  /** Makes a code for the browser that is bound to the attempt; undefined when none is. The one before it ends. */
  async issue(tx: Transaction, at: { caseId: string; attempt: number }): Promise<string | undefined> {
    const bound = await tx.maybeOne<{ cookieDigest: Buffer }>`
      SELECT cookie_digest FROM capture_bindings WHERE case_id = ${at.caseId} AND attempt = ${at.attempt}`;
    if (!bound) return undefined;
    const code = newIssuedCode();
    await tx.run`UPDATE issued_recovery_codes SET ended_at = clock_timestamp() WHERE case_id = ${at.caseId} AND ended_at IS NULL`;
    await tx.run`INSERT INTO issued_recovery_codes (id, case_id, code_digest, capture_digest, expires_at)
      VALUES (${newId('rcc', this.clock.now())}, ${at.caseId}, ${this.ring.digest('recovery-code', textOf(at.caseId, canonicalCode('issued', code)))},
        ${bound.cookieDigest}, clock_timestamp() + make_interval(secs => ${ISSUED_CODE_SECONDS}))`;
    return code;
  }

  /**
   * Uses the code up when it is the one that was sent, in time, for this browser. A wrong one is counted, what is no
   * code is not.
   */
  async spend(tx: Transaction, { caseId, captureDigest }: CodePlace, typed: string): Promise<boolean> {
    const code = canonicalCode('issued', typed);
    if (code === undefined) return false;
    const digests = this.ring.digests('recovery-code', textOf(caseId, code));
    const spent = await tx.run`UPDATE issued_recovery_codes SET ended_at = clock_timestamp()
      WHERE case_id = ${caseId} AND ended_at IS NULL AND expires_at > clock_timestamp()
        AND capture_digest = ${captureDigest} AND code_digest = ANY(${digests}::bytea[])`;
    if (spent === 1) return true;
    await tx.run`UPDATE issued_recovery_codes SET failures = failures + 1,
        ended_at = CASE WHEN failures + 1 >= ${MOST_FAILURES} THEN clock_timestamp() END
      WHERE case_id = ${caseId} AND ended_at IS NULL`;
    return false;
  }
}

const textOf = (caseId: string, code: string | undefined): string => `issued:${caseId}:${code ?? ''}`;
