import type { RecoveryCase } from '../recovery-case/recovery-case.js';

const MAX_CALL_CODE_TRIES = 5;

export type CallCodeState = 'none' | 'waiting' | 'confirmed' | 'used_up';
type CallCode = Pick<RecoveryCase, 'callCodeSealed' | 'callConfirmedAt' | 'callCodeTries'>;

/** Whether the four digits that the caller reads out can still be given: there are some, they are not, and tries are left. */
export function awaitsCallCode<Row extends CallCode>(row: Row): row is Row & { callCodeSealed: Buffer } {
  return callCodeState(row) === 'waiting';
}

export function callCodeState(row: CallCode): CallCodeState {
  if (!row.callCodeSealed) return 'none';
  if (row.callConfirmedAt) return 'confirmed';
  return row.callCodeTries >= MAX_CALL_CODE_TRIES ? 'used_up' : 'waiting';
}

export const callCodeTriesLeft = ({ callCodeTries }: CallCode): number =>
  Math.max(0, MAX_CALL_CODE_TRIES - callCodeTries);
