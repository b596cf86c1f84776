import type { SubjectProfile } from '../../src/directory/subject.js';
import type { Subjects } from '../../src/directory/subjects.js';
import type { Database } from '../../src/platform/database/database.js';
import type { Principal } from '../../src/platform/http/request-context.js';
import type { RecoveryCase } from '../../src/recovery-case/recovery-case.js';

/** Somebody of staff who has signed in. */
export const staff = (id: string, scopes: readonly string[] = []): Principal => ({
  kind: 'person',
  id,
  scopes: new Set(scopes),
});

/** What only the holder of a link knows: the end of its path. */
export const secretOf = (link: string): string => link.slice(link.lastIndexOf('/') + 1);

/** The row of a case as it stands now. */
export const caseRow = (database: Database, id: string): Promise<RecoveryCase> =>
  database.read((tx) => tx.one<RecoveryCase>`SELECT * FROM recovery_cases WHERE id = ${id}`);

/** Provisioning writes an account anew, and only this differs. */
export async function changeProfile(
  { database, subjects }: { database: Database; subjects: Subjects },
  subjectId: string,
  change: Partial<SubjectProfile>,
): Promise<void> {
  await database.transaction(async (tx) => {
    const subject = await subjects.find(tx, subjectId);
    if (!subject) throw new Error('the person is gone');
    const { groups, privileged, status } = subject;
    const profile = { ...subject.profile.reveal(), ...change };
    await subjects.put(tx, { id: subjectId, input: { profile, groups, privileged, status } });
  });
}

/** Alters what an account's seal keeps, as a broken disk or a lost key would: nobody can open it any more. */
export async function alterProfile(database: Database, subjectId: string): Promise<void> {
  await database.transaction(
    (tx) => tx.run`UPDATE subjects SET profile_sealed = set_byte(profile_sealed, length(profile_sealed) - 1,
      255 - get_byte(profile_sealed, length(profile_sealed) - 1)) WHERE id = ${subjectId}`,
  );
}
