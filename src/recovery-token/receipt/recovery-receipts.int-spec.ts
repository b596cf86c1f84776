import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { AdjudicationStage } from '../../../test/support/adjudication-stage.js';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { Database } from '../../platform/database/database.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { idaFaults } from '../../../test/support/ida-schema.js';
import { RecoveryReceipts } from './recovery-receipts.js';

let db: TestDatabase;
let stage: AdjudicationStage;
let owner: Database;
let receipts: RecoveryReceipts;

beforeAll(async () => {
  db = await openTestDatabase();
  stage = new AdjudicationStage(db.database);
  owner = await Database.connect({ url: db.ownerUrl, poolSize: 1, statementTimeoutMs: 15_000 });
  receipts = new RecoveryReceipts(stage.ring, stage.cases, stage.decisions);
});
afterAll(async () => {
  await owner?.close();
  await db.close();
});

const receiptOf = (caseId: string) => db.database.read((tx) => receipts.of(tx, caseId));

const spendToken = (tx: Transaction, { id, subjectId }: { id: string; subjectId: string }) =>
  tx.run`INSERT INTO recovery_tokens (id, case_id, subject_id, token_digest, purpose, mode, door, capture_digest, expires_at, consumed_at, credential_id)
    VALUES (${`rt_${id}`}, ${id}, ${subjectId}, ${Buffer.from(id)}, 'registration', 'production', 'own', ${Buffer.from(id)}, now(), now(), 'pk_1')`;

describe('the receipt of a recovery', () => {
  it('is refused before the recovery is completed, and for no case', async () => {
    const { id, attempt } = await stage.reportedCase();
    await stage.adjudication.decide({ caseId: id, attempt });
    await expect(receiptOf(id)).rejects.toMatchObject({ code: 'wrong_state' });
    await expect(receiptOf('rc_unknown')).rejects.toMatchObject({ code: 'not_found' });
  });

  it.each([
    ['was completed without a spent token, as evaluations are', { state: 'completed', spent: false }],
    ['was stopped, whatever was spent', { state: 'cancelled', spent: true }],
  ])('is refused for a case that %s', async (_what, { state, spent }) => {
    const { id, attempt, subjectId } = await stage.reportedCase();
    await stage.adjudication.decide({ caseId: id, attempt });
    await owner.transaction(async (tx) => {
      await tx.run`UPDATE recovery_cases SET state = ${state}, closed_at = now() WHERE id = ${id}`;
      if (spent) await spendToken(tx, { id, subjectId });
    });
    await expect(receiptOf(id)).rejects.toMatchObject({ code: 'wrong_state' });
  });

  it('is signed, names the account and says what may be claimed, also after erasure', async () => {
    const { id, attempt, subjectId } = await stage.reportedCase();
    await stage.adjudication.decide({ caseId: id, attempt });
    await owner.transaction(async (tx) => {
      await tx.run`UPDATE recovery_cases SET state = 'completed', closed_at = now() WHERE id = ${id}`;
      await spendToken(tx, { id, subjectId });
      await tx.run`UPDATE case_keys SET wrapped_sealed = NULL, shredded_at = now() WHERE case_id = ${id}`;
    });
    const receipt = await receiptOf(id);
    const { publicKey } = stage.ring.signingKey('receipt-signature');
    const { payload } = await jwtVerify(receipt, publicKey, { subject: subjectId });
    expect(decodeProtectedHeader(receipt).typ).toBe('regain-recovery-receipt+jwt');
    expect(payload).toMatchObject({ case: id, verified_claims: { claims: { sub: subjectId } } });
    expect(idaFaults(payload.verified_claims)).toEqual([]);
    const said = JSON.stringify(payload.verified_claims);
    const { receivedAt } = await owner.read(
      (tx) => tx.one<{ receivedAt: Date }>`SELECT received_at FROM verification_reports WHERE case_id = ${id}`,
    );
    expect(said).toContain(`"organization":"partner","time":"${receivedAt.toISOString()}"`);
    expect(Buffer.from(receipt.split('.')[1] ?? '', 'base64url').toString()).not.toMatch(/\bAna\b|\bDemo\b|1980-01-02/);
  });
});
