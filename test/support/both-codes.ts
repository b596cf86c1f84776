import { randomBytes } from 'node:crypto';
import { rowMac } from '../../src/platform/crypto/row-macs.js';
import type { Transaction } from '../../src/platform/database/transaction.js';

/** What is stored of an attempt that goes by codes: the bound browser, and what it gave. Default: both codes, submitted. */
export async function bothCodes(
  tx: Transaction,
  at: { caseId: string; attempt: number; methods?: readonly ('saved' | 'issued')[]; submitted?: boolean },
): Promise<void> {
  const { caseId, attempt, methods = ['saved', 'issued'], submitted = true } = at;
  const digest = randomBytes(32);
  const mac = rowMac(tx.ring, 'capture_bindings', [caseId, attempt, digest]);
  await tx.run`INSERT INTO capture_bindings (case_id, attempt, cookie_digest, mac) VALUES (${caseId}, ${attempt}, ${digest}, ${mac})
    ON CONFLICT (case_id, attempt) DO NOTHING`;
  const { cookieDigest } = await tx.one<{ cookieDigest: Buffer }>`
    SELECT cookie_digest FROM capture_bindings WHERE case_id = ${caseId} AND attempt = ${attempt}`;
  for (const method of methods)
    await tx.run`INSERT INTO given_recovery_codes (case_id, method, capture_digest, mac)
      VALUES (${caseId}, ${method}, ${cookieDigest}, ${rowMac(tx.ring, 'given_recovery_codes', [caseId, method, cookieDigest])}) ON CONFLICT DO NOTHING`;
  if (submitted)
    await tx.run`INSERT INTO submitted_codes (case_id, attempt) VALUES (${caseId}, ${attempt}) ON CONFLICT DO NOTHING`;
}
