import type { Transaction } from '../../platform/database/transaction.js';
import { RETURN_GRACE_SECONDS, type DeviceFacts } from './device-proof.js';

/** Reads them for the session that reported. Another session of the attempt proves nothing for this one. */
export async function readDeviceFacts(
  tx: Transaction,
  of: { sessionId: string; sameDevice: DeviceFacts['sameDevice']; nobodyToAsk: boolean },
): Promise<DeviceFacts> {
  const row = await tx.one<Omit<DeviceFacts, 'sameDevice' | 'nobodyToAsk'>>`
    SELECT s.returned_at IS NOT NULL AS returned, s.strayed_at IS NOT NULL AS strayed,
      r.received_at <= clock_timestamp() - make_interval(secs => ${RETURN_GRACE_SECONDS}) AS overdue,
      EXISTS (SELECT 1 FROM device_confirmations c
        WHERE c.case_id = s.case_id AND c.attempt = s.attempt AND c.confirmed_at IS NOT NULL) AS confirmed
    FROM verification_sessions s JOIN verification_reports r ON r.session_id = s.id WHERE s.id = ${of.sessionId}`;
  return { ...row, sameDevice: of.sameDevice, ...(of.nobodyToAsk && { nobodyToAsk: true }) };
}
