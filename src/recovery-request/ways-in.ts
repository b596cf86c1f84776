import { Injectable } from '@nestjs/common';
import { appendAudit } from '../audit-trail/append.js';
import { APPLICANT } from '../audit-trail/audit-event-types.js';
import { CaptureBindings } from '../flow-session/capture-bindings.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { Request } from '../platform/http/request-context.js';
import { Policies } from '../policy/policies.js';
import { targetOf } from '../recovery-case/case-transitions.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../recovery-case/recovery-case.repository.js';
import { CallCodes } from './call-codes.js';

export type WayIn = 'start' | 'resume' | 'rejoin' | 'recapture';

/** Says how a browser with a usable link goes on with its case, and moves the case there. */
@Injectable()
export class WaysIn {
  constructor(
    private readonly cases: RecoveryCaseRepository,
    private readonly captures: CaptureBindings,
    private readonly policies: Policies,
    private readonly callCodes: CallCodes,
  ) {}

  /** A new case starts; one under way goes on in the bound browser, and another browser has to capture again. */
  async find(tx: Transaction, entry: { recoveryCase: RecoveryCase; request: Request }): Promise<WayIn | undefined> {
    const { recoveryCase, request } = entry;
    const { id: caseId, state, attempt } = recoveryCase;
    if (state === 'link_sent') return 'start';
    const binding = await this.captures.boundBrowser(tx, { caseId, attempt, request });
    if (binding === 'this_browser') return 'resume';
    if (binding === 'none') return 'rejoin';
    if (!targetOf(state, 'recapture')) return undefined;
    return (await this.policies.attemptsLeft(tx, recoveryCase)) > 0 ? 'recapture' : undefined;
  }

  /** The case as it is then; undefined when it has moved on. */
  async enter(tx: Transaction, recoveryCase: RecoveryCase, way: WayIn): Promise<RecoveryCase | undefined> {
    const { id: caseId, attempt, channel } = recoveryCase;
    if (way === 'resume' || way === 'rejoin') {
      await appendAudit(tx, {
        chainId: caseId,
        type: 'flow.resumed',
        actor: APPLICANT,
        data: { attempt, bound: way === 'resume' },
      });
    } else {
      const reason =
        channel === 'relay' ? 'waiting_for_call_code' : way === 'recapture' ? 'capture_to_be_repeated' : undefined;
      const moved = await this.cases.transition(tx, { caseId, name: way, actor: APPLICANT, attempt, reason });
      if (!moved) return undefined;
    }
    // The call is bound to one browser: any other one has a code of its own to read out.
    if (channel === 'relay' && way !== 'resume') await this.callCodes.renew(tx, caseId);
    return this.cases.find(tx, caseId);
  }
}
