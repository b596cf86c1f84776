import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { Sensitive } from '../../../providers/kit/index.js';
import { factsWith } from '../../../test/support/adjudication-facts.js';
import { AdjudicationStage } from '../../../test/support/adjudication-stage.js';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { CODES_DEVICE, CODES_PROVIDER, NO_REPORT } from '../../adjudication/codes-route.js';
import { settleFacts } from '../../adjudication/settled-facts.js';
import { Database } from '../../platform/database/database.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { RecoveryReceipts } from './recovery-receipts.js';
import { recoveryClaims, verifiedClaims } from './verified-claims.js';

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
    expect(Buffer.from(receipt.split('.')[1] ?? '', 'base64url').toString()).not.toMatch(/\bAna\b|\bDemo\b|1980-01-02/);
  });
});

describe('a receipt without a document', () => {
  it('claims two codes and the browser, and nobody’s identity', () => {
    const facts = settleFacts({
      ...factsWith({ ingredients: { savedCode: true, issuedCode: true } }),
      ...{ route: 'codes', report: NO_REPORT, provider: CODES_PROVIDER, device: CODES_DEVICE },
    });
    const about = { caseId: 'rc_1', subjectId: 'sub_1', decidedUnder: 'pol_1@2', decidedAt: new Date(0), facts };
    const claims = recoveryClaims(about);
    expect(claims).toMatchObject({ method: 'two_recovery_codes', policy: 'pol_1@2', sub: 'sub_1' });
    expect(claims.claimed.map(({ claim }) => claim)).toEqual(['device_bound', 'two_codes']);
    expect(claims.not_claimed.map(({ claim }) => claim)).toEqual(
      expect.arrayContaining(['document_validated', 'ial1_evidence', 'repeated_proofing']),
    );
    expect(JSON.stringify(claims)).not.toMatch(/verified_claims|document_details/);
  });
});

describe('verified claims', () => {
  const facts = settleFacts(factsWith({ report: { document: new Sensitive({ documentType: 'driving_licence' }) } }));
  const claims = verifiedClaims({
    caseId: 'rc_1',
    subjectId: 'sub_1',
    decidedUnder: 'pol_1@2',
    decidedAt: new Date('2026-11-26T00:00:00Z'),
    facts,
  });

  it('name framework, document, checks and what is not claimed', () => {
    expect(claims.verification).toMatchObject({
      trust_framework: 'nist_800_63A',
      assurance_level: 'ial1',
      time: '2026-11-26T00:00:00.000Z',
      evidence: [
        {
          type: 'document',
          document_details: { type: 'driving_permit' },
          check_details: [
            { check_method: 'vri', organization: 'clear1' },
            { check_method: 'bvr', organization: 'clear1' },
            { check_method: 'data', organization: 'regain' },
          ],
        },
      ],
    });
    expect(claims.not_claimed.map(({ claim }) => claim)).toContain('ial2_evidence');
  });

  it('name no level that the evidence does not carry', () => {
    const unknown = settleFacts(factsWith());
    const { verification } = verifiedClaims({ ...claimed(), facts: unknown });
    expect(verification).not.toHaveProperty('assurance_level');
  });

  const claimed = () => ({ caseId: 'rc_1', subjectId: 'sub_1', decidedUnder: 'p@1', decidedAt: new Date(0), facts });
});
