import { Inject, Injectable } from '@nestjs/common';
import { Adjudication } from '../adjudication/adjudication.js';
import { appendAudit } from '../audit-trail/append.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import { CaptureBindings } from '../flow-session/capture-bindings.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { Request } from '../platform/http/request-context.js';
import { Policies } from '../policy/policies.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../recovery-case/recovery-case.repository.js';

/** NIST SP 800-63B-4, 4.1.2.2; rule 8. A policy may ask for less, never for more. */
const MAX_TOKEN_SECONDS = 600;

export interface Asker {
  caseId: string;
  request: Request;
}

/** Of a browser that may have a token now. */
export interface Entitled {
  recoveryCase: RecoveryCase;
  captureDigest: Buffer;
  ttlSeconds: number;
}

/** Decides whether a case and a browser may have a token now: state, door, capture, and the stricter policy (rule 10). */
@Injectable()
export class TokenEntitlement {
  constructor(
    private readonly cases: RecoveryCaseRepository,
    private readonly captures: CaptureBindings,
    private readonly policies: Policies,
    @Inject(Adjudication) private readonly adjudication: Pick<Adjudication, 'recheckBeforeToken'>,
  ) {}

  /** Locks the case. What was recorded on the way to a refusal stays recorded. @throws Problem capture_binding_missing */
  async of(tx: Transaction, { caseId, request }: Asker): Promise<Entitled | 'refused_state' | 'refused_policy'> {
    const recoveryCase = await this.cases.lock(tx, caseId);
    if (!recoveryCase || !awaitsToken(recoveryCase)) return 'refused_state';
    const captureDigest = await this.captures.require(tx, { caseId, attempt: recoveryCase.attempt, request });
    if (!(await this.adjudication.recheckBeforeToken(tx, recoveryCase))) {
      await appendAudit(tx, { chainId: caseId, type: 'token.refused', actor: SYSTEM, data: { reason: 'policy' } });
      return 'refused_policy';
    }
    const { limits } = await this.policies.strictest(tx, recoveryCase);
    return { recoveryCase, captureDigest, ttlSeconds: Math.min(limits.tokenTtlSeconds, MAX_TOKEN_SECONDS) };
  }
}

/** Evaluations and cases of other doors never get one, whatever state they are in. */
const awaitsToken = (recoveryCase: RecoveryCase): boolean =>
  recoveryCase.state === 'approved' && recoveryCase.mode === 'production' && recoveryCase.door === 'own';
