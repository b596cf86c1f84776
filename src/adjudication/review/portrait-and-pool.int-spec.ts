import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { AdjudicationStage, ANA, BLURRED } from '../../../test/support/adjudication-stage.js';
import { colleague, referredCase } from '../../../test/support/review-desk.js';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import type { EvidenceReader } from '../../identity-evidence/evidence-reader.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { CaseEvidence } from '../../verification/collect/case-evidence.js';

const FACE = Buffer.from('a face');

let db: TestDatabase;
let stage: AdjudicationStage;
let recoveryCase: RecoveryCase;

beforeAll(async () => {
  db = await openTestDatabase();
  stage = new AdjudicationStage(db.database);
  recoveryCase = await referredCase(stage);
  const { subjectId } = recoveryCase;
  const record = { level: 'IAL2', evidenceKinds: ['passport'], proofedAt: new Date(0), attributes: ANA };
  await db.database.transaction((tx) =>
    stage.subjects.putProofingRecord(tx, { subjectId, input: { ...record, portrait: FACE } }),
  );
});
afterAll(() => db.close());
afterEach(() => void jest.restoreAllMocks());

/** Connections in use while the object store is asked and does not answer. */
async function heldWhileStalled<Result>(work: () => Promise<Result>): Promise<{ held: number; result: Result }> {
  const answer = stage.objects.get.bind(stage.objects);
  let goOn = (): void => undefined;
  const stalled = new Promise<void>((resolve) => (goOn = resolve));
  let working: Promise<Result> | undefined;
  await new Promise<void>((asked) => {
    jest.spyOn(stage.objects, 'get').mockImplementation((key) => {
      asked();
      return stalled.then(() => answer(key));
    });
    working = work();
  });
  const held = db.database.pool.inUse;
  goOn();
  if (!working) throw new Error('nothing was asked');
  return { held, result: await working };
}

describe('a portrait that an object store is slow to give', () => {
  it('holds no database connection while a reviewer waits for it', async () => {
    const request = { caseId: recoveryCase.id, kind: 'reference_portrait', reviewer: colleague('rita') } as const;
    expect(await heldWhileStalled(() => stage.pictures.preview(request))).toEqual({ held: 0, result: BLURRED });
  });

  it('holds none while a provider waits for it', async () => {
    const { id: caseId, attempt, subjectId } = recoveryCase;
    const sources = { reader: {} as EvidenceReader, subjects: stage.subjects, database: db.database };
    const evidence = new CaseEvidence(sources, { caseId, attempt, subjectId });
    const { held, result } = await heldWhileStalled(() => evidence.readReferencePortrait());
    expect([held, Buffer.from(result?.reveal() ?? [])]).toEqual([0, FACE]);
  });

  it('holds none while it is compared with one that is sent again', async () => {
    const { subjectId } = recoveryCase;
    const asked = () => stage.subjects.holdsPortrait(db.database, subjectId, FACE);
    expect(await heldWhileStalled(asked)).toEqual({ held: 0, result: true });
  });
});
