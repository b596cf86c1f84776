import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { appendAudit } from '../../audit-trail/append.js';
import { SYSTEM } from '../../audit-trail/audit-event-types.js';
import { CaseKeys } from '../../platform/crypto/case-keys.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { announce } from '../../recovery-case/case-events.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { sameSecret } from '../../verification/session/session-secrets.js';

/** Wrong numbers before the case is denied: three blind guesses hit in 3 of 90 cases. The table allows no more. */
export const CONFIRMATION_TRIES = 3;

/** Two digits, the first of them not zero, so that nobody wonders whether to type it. */
const newNumber = (): string => String(randomInt(10, 100));

interface Place {
  caseId: string;
  attempt: number;
}

/** What the browser of the flow shows while an address on file is asked. */
export interface ShownConfirmation {
  number: string;
  /** How many addresses have got the message. */
  sentTo: number;
}

/**
 * Puts one question per attempt to the account's holder. Does the number on the page of the message agree with the one
 * in the browser of the flow (number matching, ASVS 5.0 6.6.4)? The number is sealed under the case's key and leaves by
 * {@link shown} alone, to the browser that was bound to the attempt.
 */
@Injectable()
export class DeviceConfirmations {
  constructor(private readonly keys: CaseKeys) {}

  /** Makes the number and lets the messages go out. Asked before in this attempt: nothing. */
  async ask(tx: Transaction, place: Place): Promise<void> {
    const { caseId, attempt } = place;
    const sealed = await this.keys.seal(tx, caseId, { plain: newNumber(), use: numberUse(attempt) });
    const asked = await tx.run`INSERT INTO device_confirmations (case_id, attempt, number_sealed)
      VALUES (${caseId}, ${attempt}, ${sealed}) ON CONFLICT (case_id, attempt) DO NOTHING`;
    if (asked === 0) return;
    await appendAudit(tx, { chainId: caseId, type: 'case.confirmation_requested', actor: SYSTEM, data: { attempt } });
    await announce(tx, 'case.confirmation_requested', { payload: { caseId, attempt } });
  }

  /** For the bound browser only: the caller has made sure of that. Undefined when nothing is asked now. */
  async shown(
    tx: Transaction,
    recoveryCase: Pick<RecoveryCase, 'id' | 'attempt' | 'state' | 'stateReason'>,
  ): Promise<ShownConfirmation | undefined> {
    const { id: caseId, attempt, state, stateReason } = recoveryCase;
    if (state !== 'held' || stateReason !== 'waiting_for_confirmation') return undefined;
    const number = await this.numberOf(tx, { caseId, attempt });
    if (number === undefined) return undefined;
    const { sentTo } = await tx.one<{ sentTo: number }>`SELECT count(*)::int AS sent_to FROM notices
      WHERE case_id = ${caseId} AND attempt = ${attempt} AND kind = 'confirmation_needed' AND sent_at IS NOT NULL`;
    return { number, sentTo };
  }

  /** Counts a try and compares in constant time. Undefined when there is nothing to answer, or no try left. */
  async compare(
    tx: Transaction,
    answer: Place & { number: string },
  ): Promise<{ right: boolean; triesLeft: number } | undefined> {
    const { caseId, attempt } = answer;
    const counted = await tx.maybeOne<{ tries: number }>`
      UPDATE device_confirmations SET tries = tries + 1
      WHERE case_id = ${caseId} AND attempt = ${attempt} AND confirmed_at IS NULL AND tries < ${CONFIRMATION_TRIES}
      RETURNING tries`;
    const number = counted && (await this.numberOf(tx, answer));
    if (!counted || number === undefined) return undefined;
    return { right: sameSecret(number, answer.number), triesLeft: CONFIRMATION_TRIES - counted.tries };
  }

  /** Keeps the answer, and tells how much of a hold of so many seconds since the question is left. */
  async keep(tx: Transaction, place: Place, holdSeconds: number): Promise<{ leftSeconds: number }> {
    return tx.one<{ leftSeconds: number }>`
      UPDATE device_confirmations SET confirmed_at = clock_timestamp()
      WHERE case_id = ${place.caseId} AND attempt = ${place.attempt} AND confirmed_at IS NULL
      RETURNING GREATEST(0, ceil(EXTRACT(EPOCH FROM asked_at + make_interval(secs => ${holdSeconds}) - clock_timestamp())))::int AS left_seconds`;
  }

  async isConfirmed(tx: Transaction, place: Place): Promise<boolean> {
    const row = await tx.maybeOne`SELECT 1 FROM device_confirmations
      WHERE case_id = ${place.caseId} AND attempt = ${place.attempt} AND confirmed_at IS NOT NULL`;
    return row !== undefined;
  }

  private async numberOf(tx: Transaction, { caseId, attempt }: Place): Promise<string | undefined> {
    const row = await tx.maybeOne<{ numberSealed: Buffer }>`
      SELECT number_sealed FROM device_confirmations WHERE case_id = ${caseId} AND attempt = ${attempt}`;
    if (!row) return undefined;
    const plain = await this.keys.open(tx, caseId, { sealed: row.numberSealed, use: numberUse(attempt) });
    return plain.toString('utf8');
  }
}

const numberUse = (attempt: number): string => `device-number:${attempt}`;
