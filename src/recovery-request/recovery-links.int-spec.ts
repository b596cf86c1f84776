import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { addPerson, addPolicy, buildCore, openCase, PUBLIC_URL, type Core } from '../../test/model/core-stage.js';
import { auditOf } from '../../test/support/approved-case.js';
import { secretOf } from '../../test/support/case-desk.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import { newSecret } from '../platform/ids/ids.js';
import type { Policy } from '../policy/policy.js';
import type { FoundLink } from './recovery-links.js';

let test: TestDatabase;
let core: Core;
let policy: Policy;
let caseId: string;

beforeAll(async () => {
  test = await openTestDatabase({ poolSize: 16 });
  core = buildCore(test.database);
  policy = await addPolicy(core);
});
afterAll(() => test.close());
beforeEach(async () => {
  caseId = (await openCase(core, { policy, subjectId: (await addPerson(core)).id })).id;
});

const issue = (ttlSeconds = 600): Promise<string> =>
  test.database.transaction((tx) => core.links.issue(tx, { caseId, ttlSeconds, actor: SYSTEM }));
const find = (secret: string): Promise<FoundLink | undefined> =>
  test.database.read((tx) => core.links.find(tx, secret));
const consume = (linkId: string): Promise<boolean> => test.database.transaction((tx) => core.links.consume(tx, linkId));

describe('a link', () => {
  it('is built from configuration alone and is not in the database (T7, T17)', async () => {
    const link = await issue();
    expect(link).toMatch(new RegExp(`^${PUBLIC_URL}/r/[A-Za-z0-9_-]{43}$`));
    const rows = await test.database.read(
      (tx) =>
        tx.many<{
          text: string;
        }>`SELECT encode(token_digest, 'escape') || id AS text FROM recovery_links WHERE case_id = ${caseId}`,
    );
    expect(JSON.stringify(rows)).not.toContain(secretOf(link));
    expect((await auditOf(test.database, caseId)).at(-1)).toBe('link.issued');
  });

  it('is one at a time: the newest kills the others, also when many are made at once', async () => {
    const links = [
      await issue(),
      ...(await Promise.all(Array.from({ length: 8 }, () => issue().catch(() => undefined)))).filter(
        (link) => link !== undefined,
      ),
    ];
    const usable = await Promise.all(links.map(async (link) => (await find(secretOf(link)))?.usable));
    expect(usable.filter(Boolean)).toHaveLength(1);
  });

  it('can be looked at any number of times and stays usable (T20)', async () => {
    const secret = secretOf(await issue());
    const before = await test.database.read((tx) => tx.many`SELECT * FROM recovery_links WHERE case_id = ${caseId}`);
    for (let look = 0; look < 50; look += 1) expect((await find(secret))?.usable).toBe(true);
    expect(await test.database.read((tx) => tx.many`SELECT * FROM recovery_links WHERE case_id = ${caseId}`)).toEqual(
      before,
    );
  });

  it('is used by exactly one of sixteen', async () => {
    const found = await find(secretOf(await issue()));
    const uses = await Promise.all(Array.from({ length: 16 }, () => consume(found?.id ?? '')));
    expect(uses.filter(Boolean)).toHaveLength(1);
  });

  it.each([
    ['used', (id: string) => consume(id)],
    ['dead', () => test.database.transaction((tx) => core.links.killAll(tx, caseId))],
    [
      'out of time',
      (id: string) => test.asOwner('UPDATE recovery_links SET expires_at = clock_timestamp() WHERE id = $1', [id]),
    ],
    [
      'of a closed case',
      () => test.database.transaction((tx) => core.cases.transition(tx, { caseId, name: 'cancel', actor: SYSTEM })),
    ],
    [
      'of a case whose time is over',
      () =>
        test.database.transaction(
          (tx) => tx.run`UPDATE recovery_cases SET expires_at = clock_timestamp() WHERE id = ${caseId}`,
        ),
    ],
  ])('that is %s opens nothing (T13)', async (name, spoil) => {
    const secret = secretOf(await issue());
    const id = (await find(secret))?.id ?? '';
    await spoil(id);
    expect(await find(secret)).toMatchObject({ usable: false, used: name === 'used' });
    if (!name.startsWith('of')) expect(await consume(id)).toBe(false);
  });

  it('is not found by anything but its one spelling (T16, T26, T27)', async () => {
    const secret = secretOf(await issue());
    const wrong = [
      newSecret(),
      '',
      secret.slice(0, -1),
      `${secret}=`,
      secret.toUpperCase(),
      `${secret} `,
      "' OR 1=1 --",
      'x'.repeat(1e6),
      '%',
      '\u0000',
    ];
    for (const text of wrong) expect(await find(text)).toBeUndefined();
    for (const odd of [undefined, null, [], [secret], {}, { $ne: 1 }, true, 1])
      expect(await find(odd as string).catch(() => undefined)).toBeUndefined();
  });
});
