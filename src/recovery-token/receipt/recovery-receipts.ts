import { Injectable } from '@nestjs/common';
import { SignJWT } from 'jose';
import { Decisions } from '../../adjudication/decisions.js';
import { KeyRing } from '../../platform/crypto/key-ring.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { Problem } from '../../platform/errors/problem.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { receiptFacts } from './receipt-facts.js';
import { recoveryClaims, verifiedClaims } from './verified-claims.js';

const NO_FACTS = 'The facts of this recovery were not kept.';

/** Signed statements of what a finished recovery rests on; without personal data, so they outlive the case's erasure. */
@Injectable()
export class RecoveryReceipts {
  constructor(
    private readonly ring: KeyRing,
    private readonly cases: RecoveryCaseRepository,
    private readonly decisions: Decisions,
  ) {}

  /**
   * Compact JWS, EdDSA (RFC 8037), with `verified_claims`, or `account_recovery` of one without a document; the public
   * key is printed by `regain keys public`.
   * @throws Problem not_found, wrong_state for a case that ended without a spent token, an evaluation too
   */
  async of(tx: Transaction, caseId: string): Promise<string> {
    const recoveryCase = await this.cases.find(tx, caseId);
    if (!recoveryCase) throw new Problem('not_found');
    const { attempt, subjectId, state, closedAt } = recoveryCase;
    if (state !== 'completed' || !closedAt || !(await tokenWasSpent(tx, caseId))) throw new Problem('wrong_state');
    const approval = await this.decisions.approval(tx, { caseId, attempt });
    if (!approval?.facts) throw new Problem('wrong_state', { detail: NO_FACTS });
    const { facts } = approval;
    const about = receiptFacts({ caseId, subjectId }, { ...approval, facts });
    const { id, privateKey } = this.ring.signingKey('receipt-signature');
    return new SignJWT({
      case: caseId,
      ...(facts.route === 'codes'
        ? { account_recovery: recoveryClaims(about) }
        : { verified_claims: verifiedClaims(about) }),
    })
      .setSubject(subjectId)
      .setIssuedAt(closedAt)
      .setProtectedHeader({ alg: 'EdDSA', kid: id, typ: 'regain-recovery-receipt+jwt' })
      .sign(privateKey);
  }
}

/** A case may be completed without anything having been issued: an evaluation is. */
async function tokenWasSpent(tx: Transaction, caseId: string): Promise<boolean> {
  const row =
    await tx.maybeOne`SELECT 1 FROM recovery_tokens WHERE case_id = ${caseId} AND consumed_at IS NOT NULL LIMIT 1`;
  return row !== undefined;
}
