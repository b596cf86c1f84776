import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdjudicationStage, BLURRED, type CaseOptions } from '../../../test/support/adjudication-stage.js';
import { colleague, referredCase } from '../../../test/support/review-desk.js';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';

const [rita, rolf, agent] = [colleague('rita'), colleague('rolf'), colleague('agent.one')];
const problem = (code: string) => ({ code });

let db: TestDatabase;
let stage: AdjudicationStage;

beforeAll(async () => {
  db = await openTestDatabase();
  stage = new AdjudicationStage(db.database, { embedded: true });
});
afterAll(() => db.close());

const referred = (options: CaseOptions = {}): Promise<RecoveryCase> =>
  referredCase(stage, { openedBy: agent.id, ...options });
const SHOWN = { givenName: 'Anna', familyName: 'Quistgaard', birthDate: '1980-01-02', nationality: 'DNK' };
const PROOFED = {
  ...SHOWN,
  familyName: 'Mikkelsen',
  nationality: undefined,
  formerNames: [{ familyName: 'Bramsnæs' }],
  documentNumber: 'P7654321',
};
const opened = (id: string) =>
  db.database.read(
    (tx) => tx.many<{ actorId: string; data: object }>`SELECT actor_id, data FROM audit_events
      WHERE chain_id = ${id} AND type = 'review.values_viewed' ORDER BY seq`,
  );

describe('a case side by side (T55)', () => {
  it('T55: shows what the evidence says beside what was proofed, once audited per opening', async () => {
    const { id } = await referred({ identity: SHOWN, record: PROOFED });
    expect(await stage.comparisons.open(id, rita)).toEqual({
      claimedBy: 'partner',
      against: 'proofing_record',
      attributes: [
        { about: 'given_name', claimed: 'Anna', onRecord: 'Anna', former: [] },
        { about: 'family_name', claimed: 'Quistgaard', onRecord: 'Mikkelsen', former: ['Bramsnæs'] },
        { about: 'birth_date', claimed: '1980-01-02', onRecord: '1980-01-02', former: [] },
        { about: 'nationality', claimed: 'DNK', onRecord: null, former: [] },
      ],
    });
    await stage.comparisons.open(id, rolf);
    const attempt = 1;
    expect(await opened(id)).toEqual([
      { actorId: rita.id, data: { attempt } },
      { actorId: rolf.id, data: { attempt } },
    ]);
  });

  it('T66: shows what the document’s own places say of each field, without values, and the decision keeps it', async () => {
    const { id } = await referred({
      compared: [
        { field: 'expiry_date', between: ['mrz', 'print'], outcome: 'not_found', reasonCodes: ['data_missing'] },
      ],
    });
    const told = [{ field: 'expiry_date', between: ['mrz', 'print'], outcome: 'not_found', words: expect.any(String) }];
    expect((await stage.reviews.one(id, rita)).compared).toMatchObject(told);
    const kept = await db.database.read(
      (tx) =>
        tx.one<{
          compared: unknown;
        }>`SELECT facts->'report'->'compared' AS compared FROM decisions WHERE case_id = ${id}`,
    );
    expect(kept.compared).toMatchObject([{ field: 'expiry_date', outcome: 'not_found' }]);
  });

  it('T55: shows the directory’s words of an account that was never proofed, and what nobody read as nothing', async () => {
    const profile = { givenName: 'Ana', familyName: 'Demo' };
    const { id } = await referred({ identity: null, record: null, profile });
    const { claimedBy, against, attributes } = await stage.comparisons.open(id, rita);
    expect([claimedBy, against]).toEqual(['partner', 'directory']);
    expect(attributes.map(({ claimed, onRecord }) => [claimed, onRecord])).toEqual([
      [null, 'Ana'],
      [null, 'Demo'],
      [null, null],
      [null, null],
    ]);
  });

  it('T55: opens for nobody who has to do with the case, and leaves no line of it', async () => {
    const { id } = await referred({ login: 'Rolf' });
    for (const involved of [agent, rolf])
      await expect(stage.comparisons.open(id, involved)).rejects.toMatchObject(problem('separation_of_duties'));
    expect(await opened(id)).toEqual([]);
  });

  it('T55: opens while the case is in review, and of an erased one nothing', async () => {
    const [{ id }, erased] = [await referred(), await referred()];
    await stage.voting.vote(id, { reviewer: rolf, body: { outcome: 'deny', reasonCode: 'not_same_person' } });
    await expect(stage.comparisons.open(id, rita)).rejects.toMatchObject(problem('not_found'));
    await expect(stage.comparisons.open('rc_nothing', rita)).rejects.toMatchObject(problem('not_found'));
    await db.database.transaction((tx) => stage.keys.shred(tx, erased.id));
    await expect(stage.comparisons.open(erased.id, rita)).rejects.toMatchObject(problem('not_found'));
    expect(await opened(erased.id)).toEqual([]);
  });

  it('T55: is counted with the pictures', async () => {
    const strict = new AdjudicationStage(db.database, { embedded: true, limitScale: 0.01 });
    const { id } = await referred();
    const collector = colleague('collector');
    for (let use = 0; use < 2; use += 1) await strict.comparisons.open(id, collector);
    await expect(strict.comparisons.open(id, collector)).rejects.toMatchObject(problem('too_many_requests'));
    expect(await opened(id)).toHaveLength(2);
  });

  it('T55: its values are in no list, no review and no audit trail', async () => {
    const { id } = await referred({ identity: SHOWN, record: PROOFED });
    await stage.comparisons.open(id, rita);
    const { data: queue } = await stage.reviews.queue({ limit: 100 }, rita);
    const trail = await db.database.read((tx) => tx.many`SELECT data FROM audit_events WHERE chain_id = ${id}`);
    const told = JSON.stringify([queue, await stage.reviews.one(id, rita), trail]);
    expect(told).not.toMatch(/Quistgaard|Mikkelsen|Bramsn|1980-01-02|DNK|P7654321/);
  });
});

describe('the portrait on record (T55)', () => {
  const PORTRAIT = new Uint8Array([0xff, 0xd8, 7, 7, 7, 0xff, 0xd9]);
  async function withPortrait(): Promise<RecoveryCase> {
    const recoveryCase = await referred();
    const input = {
      level: 'IAL2',
      evidenceKinds: ['passport'],
      proofedAt: new Date('2026-01-01'),
      attributes: {},
    };
    const portrait = await stage.portraits.store(recoveryCase.subjectId, PORTRAIT);
    await db.database.transaction((tx) =>
      stage.records.put(tx, { subjectId: recoveryCase.subjectId, input, portrait }),
    );
    return recoveryCase;
  }

  it('T55: is one of the pictures: blurred, then opened by the ticket of one reviewer, marked and audited', async () => {
    const { id: caseId } = await withPortrait();
    const [picture] = (await stage.reviews.one(caseId, rita)).evidence;
    expect(picture).toMatchObject({
      kind: 'reference_portrait',
      previewUrl: `/v1/reviews/${caseId}/evidence/reference_portrait/preview`,
    });
    const query = new URL(picture?.url ?? '', 'http://localhost').searchParams;
    const ticket = { expires: Number(query.get('expires')), signature: query.get('signature') ?? '' };
    const asked = { caseId, kind: 'reference_portrait', reviewer: rita } as const;
    expect(await stage.pictures.preview(asked)).toEqual(BLURRED);
    await expect(stage.pictures.open({ ...asked, reviewer: rolf, ticket })).rejects.toMatchObject(
      problem('link_not_usable'),
    );
    const selfie = stage.pictures.open({ ...asked, kind: 'selfie', ticket });
    await expect(selfie).rejects.toMatchObject(problem('link_not_usable'));
    expect(Buffer.from(await stage.pictures.open({ ...asked, ticket }))).toEqual(Buffer.from(PORTRAIT));
    expect(stage.marks.at(-1)?.[0]).toBe(rita.id);
    const rows = await db.database.read(
      (tx) => tx.many<{ data: object }>`SELECT data FROM audit_events
        WHERE chain_id = ${caseId} AND type = 'review.evidence_viewed'`,
    );
    expect(rows).toEqual([{ data: { kind: 'reference_portrait', attempt: 1 } }]);
  });

  it('T55: is not offered where there is none', async () => {
    const { id: caseId } = await referred();
    expect((await stage.reviews.one(caseId, rita)).evidence).toEqual([]);
    const preview = stage.pictures.preview({ caseId, kind: 'reference_portrait', reviewer: rita });
    await expect(preview).rejects.toMatchObject(problem('not_found'));
  });
});
