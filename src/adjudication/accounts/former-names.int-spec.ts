import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdjudicationStage, ANA, type CaseOptions } from '../../../test/support/adjudication-stage.js';
import { caseOfStranger, somebody } from '../../../test/support/strangers.js';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import type { Transaction } from '../../platform/database/transaction.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';

let db: TestDatabase;
let stage: AdjudicationStage;

beforeAll(async () => {
  db = await openTestDatabase();
  stage = new AdjudicationStage(db.database, { embedded: true, toldApart: true });
});
afterAll(() => db.close());

const tx = <Result>(work: Parameters<typeof db.database.transaction<Result>>[0]) => db.database.transaction(work);
const reported = (options: CaseOptions = {}): Promise<RecoveryCase> => caseOfStranger(stage, options);
async function decide({ id, attempt }: RecoveryCase): Promise<RecoveryCase> {
  await stage.adjudication.decide({ caseId: id, attempt });
  return stage.read(id);
}
type Person = Omit<typeof ANA, 'birthDate'> & { birthDate?: string };

async function rename(t: Transaction, id: string, person: Person = somebody()): Promise<void> {
  const contacts = { login: `renamed.${id}`, displayName: 'Renamed', emails: [], phones: [], formerEmails: [] };
  const profile = { ...person, ...contacts };
  await stage.subjects.put(t, { id, input: { profile, groups: [], privileged: false, status: 'active' } });
}

describe('a name that a namesake had until lately (T48, T65)', () => {
  it.each([
    ['taken away', { birthDate: ANA.birthDate }, {}],
    ['added', {}, { birthDate: '1950-01-01' }],
  ] as const)('T48: a birth date that is %s does not take the twin from those without one', async (_how, was, is) => {
    const person = somebody();
    const { birthDate: _date, ...named } = person;
    const first = await reported({ identity: person, record: person, profile: person });
    const second = await reported({ identity: somebody(), record: null, profile: { ...named, ...was } });
    await tx((t) => rename(t, second.subjectId, { ...named, ...is }));
    await tx((t) => stage.accounts.catchUp(t, 1_000));
    expect(await tx((t) => stage.accounts.uniquenessOfName(t, first.subjectId, person))).toBe('not_unique');
  });

  it.each(['profile', 'record', 'birth date'] as const)(
    'T48: renaming the twin (%s) makes nobody unique for a week',
    async (what) => {
      const person = somebody();
      const first = await reported({ identity: person, record: person, profile: person });
      const record = what === 'record' ? person : null;
      const profile = what === 'record' ? somebody() : person;
      const second = await reported({ identity: person, record, profile });
      await tx((t) => stage.accounts.catchUp(t, 1_000));
      const { subjectId } = second;
      const other = what === 'birth date' ? { ...person, birthDate: '1950-01-01' } : somebody();
      const change = () =>
        tx((t) => (what === 'record' ? stage.proof(t, subjectId, other) : rename(t, subjectId, other)));
      const uniqueness = async () => {
        await tx((t) => stage.accounts.catchUp(t, 1_000));
        return tx((t) => stage.accounts.uniquenessOfName(t, first.subjectId, person));
      };
      await change();
      expect(await uniqueness()).toBe('not_unique');
      await tx((t) => (what === 'record' ? stage.proof(t, subjectId, somebody()) : rename(t, subjectId)));
      expect([await uniqueness(), await tx((t) => stage.accounts.forgetFormerNames(t, 10))]).toEqual(['not_unique', 0]);
      await tx(
        (t) =>
          t.run`UPDATE subjects SET former_names_until = former_names_until - interval '7 days' WHERE id = ${subjectId}`,
      );
      expect([await tx((t) => stage.accounts.forgetFormerNames(t, 10)), await uniqueness()]).toEqual([1, 'unique']);
      const kept = await tx(
        (t) => t.one`SELECT former_names_sealed, former_names_until FROM subjects WHERE id = ${subjectId}`,
      );
      expect(kept).toEqual({ formerNamesSealed: null, formerNamesUntil: null });
      expect((await decide(first)).state).toBe('approved');
    },
  );
});
