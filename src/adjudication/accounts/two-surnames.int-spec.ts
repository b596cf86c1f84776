import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdjudicationStage, checksWith, type CaseOptions } from '../../../test/support/adjudication-stage.js';
import { caseOfStranger, somebody } from '../../../test/support/strangers.js';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';

let db: TestDatabase;
let stage: AdjudicationStage;

beforeAll(async () => {
  db = await openTestDatabase();
  stage = new AdjudicationStage(db.database, { embedded: true, toldApart: true });
});
afterAll(() => db.close());

/** Two people of one given name and birth date who each have one of the surnames, and whoever has both. */
function sharers() {
  const [one, other] = [somebody(), somebody()].map((person) => ({ ...person, nationality: 'ESP' }));
  if (!one || !other) throw new Error('nobody');
  const both = { ...one, familyName: `${one.familyName} ${other.familyName}` };
  return { one, other: { ...one, familyName: other.familyName }, both };
}

/** What comes of a recovery of this account by that document. */
async function outcome(account: object, document: object, options: CaseOptions = {}): Promise<string[]> {
  const about = { record: account, profile: account, identity: document } as CaseOptions;
  const { id, attempt } = await caseOfStranger(stage, { ...about, ...options });
  await stage.adjudication.decide({ caseId: id, attempt });
  const { state } = await stage.read(id);
  const decisions = await db.database.read(
    (t) => t.many<{ reasons: string }>`SELECT findings::text AS reasons FROM decisions WHERE case_id = ${id}`,
  );
  return [state, ...(decisions.some(({ reasons }) => reasons.includes('name_not_unique')) ? ['name_not_unique'] : [])];
}

describe('a document of two surnames, of which two accounts have one each (T65)', () => {
  it('T65: recovers neither of them by the name alone', async () => {
    const { one, other, both } = sharers();
    await caseOfStranger(stage, { record: other, profile: other, identity: other });
    expect(await outcome(one, both)).toEqual(['in_review', 'name_not_unique']);
    const sameDay = sharers();
    await caseOfStranger(stage, { record: sameDay.one, profile: sameDay.one, identity: sameDay.one });
    expect(await outcome(sameDay.other, sameDay.both)).toEqual(['in_review', 'name_not_unique']);
  });

  it('T65: nor where nobody knows the birth date of the other', async () => {
    const { one, other, both } = sharers();
    const { birthDate: _unknown, ...undated } = other;
    await caseOfStranger(stage, { record: null, profile: undated, identity: other });
    expect(await outcome(one, both)).toEqual(['in_review', 'name_not_unique']);
  });

  it('recovers the one who is alone with it, and the one whose face is on record', async () => {
    const { one, other, both } = sharers();
    expect(await outcome(one, both)).toEqual(['approved']);
    expect(await outcome(other, both, { checks: checksWith() })).toEqual(['approved']);
  });

  it('and each of them by a document of their own surname alone', async () => {
    const { one, other } = sharers();
    expect(await outcome(one, one)).toEqual(['approved']);
    expect(await outcome(other, other)).toEqual(['approved']);
  });
});
