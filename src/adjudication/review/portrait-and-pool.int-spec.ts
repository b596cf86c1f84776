import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { AdjudicationStage, ANA, BLURRED } from '../../../test/support/adjudication-stage.js';
import { colleague, referredCase } from '../../../test/support/review-desk.js';
import { eventually } from '../../../scripts/harness/eventually.js';
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
  const input = { level: 'IAL2', evidenceKinds: ['passport'], proofedAt: new Date(0), attributes: ANA };
  const portrait = await stage.portraits.store(subjectId, FACE);
  await db.database.transaction((tx) => stage.records.put(tx, { subjectId, input, portrait }));
});
afterAll(() => db.close());
afterEach(() => void jest.restoreAllMocks());

/** What `work` gives back, and that the pool came to rest while the object store had not answered yet. */
async function restedWhileStalled<Result>(work: () => Promise<Result>): Promise<Result> {
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
  // Whoever listens to the outbox is woken for a moment, soon after a commit.
  const rested = eventually('no connection is held', async () => db.database.pool.inUse === 0, { timeoutMs: 3_000 });
  await rested.finally(goOn);
  if (!working) throw new Error('nothing was asked');
  return working;
}

describe('a portrait that an object store is slow to give', () => {
  it('holds no database connection while a reviewer waits for it', async () => {
    const request = { caseId: recoveryCase.id, kind: 'reference_portrait', reviewer: colleague('rita') } as const;
    expect(await restedWhileStalled(() => stage.pictures.preview(request))).toEqual(BLURRED);
  });

  it('holds none while a provider waits for it', async () => {
    const { id: caseId, attempt, subjectId } = recoveryCase;
    const sources = { reader: {} as EvidenceReader, portraits: stage.portraits, database: db.database };
    const evidence = new CaseEvidence(sources, { caseId, attempt, subjectId });
    const portrait = await restedWhileStalled(() => evidence.readReferencePortrait());
    expect(Buffer.from(portrait?.reveal() ?? [])).toEqual(FACE);
  });

  it('holds none while it is compared with one that is sent again', async () => {
    const { subjectId } = recoveryCase;
    const asked = () => stage.portraits.compare(subjectId, FACE);
    expect(await restedWhileStalled(asked)).toMatchObject({ same: true });
  });
});
