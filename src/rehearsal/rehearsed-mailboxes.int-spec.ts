import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addPolicy, buildCore, type Core } from '../../test/model/core-stage.js';
import { rehearsalStage } from '../../test/support/rehearsal-stage.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { newId } from '../platform/ids/ids.js';
import { LinkAddresses } from '../recovery-codes/link-addresses.js';

/** Two addresses on file, and whether a second mailbox is behind them. */
const PAIRS: readonly (readonly [string, string, boolean])[] = [
  ['ana@example.org', 'ana@example.net', true],
  ['ana@example.org', 'Ana+codes@Example.org', false],
  ['ana.demo@gmail.com', 'anademo@googlemail.com', false],
  ['ana.demo@gmail.com', 'ana.demo.2@gmail.com', true],
  ['ana@me.com', 'ana+x@icloud.com', false],
  ['an.a@icloud.com', 'ana@icloud.com', true],
  ['an.a@example.org', 'ana@example.org', true],
];

let test: TestDatabase;
let core: Core;

beforeAll(async () => {
  test = await openTestDatabase();
  core = buildCore(test.database);
});
afterAll(() => test.close());

async function enrolled(emails: string[], groups: string[]): Promise<string> {
  const id = newId('sub', new Date());
  const names = { displayName: 'Ana Demo', givenName: 'Ana', familyName: 'Demo', birthDate: '1980-01-02' };
  const profile = { login: id, ...names, emails, phones: [], formerEmails: [] };
  const input = { profile, groups, privileged: false, status: 'active' as const };
  await test.database.transaction((tx) => core.subjects.put(tx, { id, input }));
  return id;
}

describe('a rehearsal', () => {
  it('counts a second address where a decision would ask at it or send a code to it, and nowhere else (T33)', async () => {
    const stage = rehearsalStage(test.database, core.ring);
    const policy = await addPolicy(core, { include: ['staff'], providers: ['sandbox'] });
    const ids: string[] = [];
    for (const [first, second] of PAIRS) ids.push(await enrolled([first, second], ['staff']));
    const { id } = await test.database.transaction((tx) =>
      stage.rehearsals.start(tx, { policyId: policy.id, actor: { kind: 'person', id: 'operator' } }),
    );
    await stage.walk.stretch(id);
    const rows = await test.database.read(
      (tx) => tx.many<{ subjectId: string; codes: string[] }>`
        SELECT subject_id, codes FROM rehearsal_subjects WHERE rehearsal_id = ${id}`,
    );
    const missing = new Set(
      rows.flatMap(({ subjectId, codes }) => (codes.includes('second_address_missing') ? [subjectId] : [])),
    );

    const links = new LinkAddresses(core.ring);
    for (const [at, [first, second, another]] of PAIRS.entries()) {
      const decided = await test.database.read(async (tx) => {
        const subject = await core.subjects.find(tx, ids[at] ?? '');
        // Its link was mailed to the first address.
        return subject && links.others(tx, { id: 'rc_mailed', channel: 'email' }, subject);
      });
      expect([first, second, decided]).toEqual([first, second, another ? [second] : []]);
      expect([first, second, missing.has(ids[at] ?? '')]).toEqual([first, second, !another]);
    }
  });
});
