import { Injectable } from '@nestjs/common';
import { CaseKeys } from '../platform/crypto/case-keys.js';
import type { Transaction } from '../platform/database/transaction.js';
import { newDigits } from '../platform/ids/ids.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { awaitsCallCode } from './call-code.js';

const USE = 'call-code';

/** Keeps the four digits that a person reads out to the colleague who passed the link on. */
@Injectable()
export class CallCodes {
  constructor(private readonly keys: CaseKeys) {}

  /** What an agent has confirmed was another browser's: the help desk is shown that a code is due again (T33). */
  async renew(tx: Transaction, caseId: string): Promise<void> {
    const sealed = await this.keys.seal(tx, caseId, { plain: newDigits(4), use: USE });
    await tx.run`UPDATE recovery_cases SET call_code_sealed = ${sealed}, call_code_tries = 0, call_confirmed_at = NULL,
      state_reason = 'waiting_for_call_code' WHERE id = ${caseId}`;
  }

  /** What the person's page shows; null where reading it out would do nothing: confirmed, closed, or all tries used. */
  async shown(tx: Transaction, recoveryCase: RecoveryCase): Promise<string | null> {
    if (recoveryCase.closedAt || !awaitsCallCode(recoveryCase)) return null;
    return this.open(tx, recoveryCase);
  }

  /** Whether these are the digits. Counts the try. */
  async try(tx: Transaction, of: { id: string; callCodeSealed: Buffer }, typed: string): Promise<boolean> {
    const right = (await this.open(tx, of)) === typed;
    await tx.run`UPDATE recovery_cases SET call_code_tries = call_code_tries + 1, call_confirmed_at = CASE WHEN ${right} THEN clock_timestamp() END,
        state_reason = CASE WHEN ${right} THEN NULL ELSE state_reason END WHERE id = ${of.id}`;
    return right;
  }

  private async open(tx: Transaction, of: { id: string; callCodeSealed: Buffer }): Promise<string> {
    return (await this.keys.open(tx, of.id, { sealed: of.callCodeSealed, use: USE })).toString('utf8');
  }
}
