import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../../../scripts/harness/eventually.js';
import { AdjudicationStage, STAGE_KEYS } from '../../../test/support/adjudication-stage.js';
import { caseOfStranger, somebody } from '../../../test/support/strangers.js';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import type { ProofedAttributes } from '../../directory/subject.js';
import { KeyRing } from '../../platform/crypto/key-ring.js';
import { appendAudit } from '../../audit-trail/append.js';
import { SYSTEM } from '../../audit-trail/audit-event-types.js';
import { CaseOpening } from '../../recovery-request/case-opening.js';
import { AccountIndex } from './account-index.js';
import { identifyDocument } from './document-number.js';
import type { DocumentOwner } from './document-owner.js';
import { KnownDocuments } from './known-documents.js';
import { forgetMistaken } from './mistaken-documents.js';

let db: TestDatabase;
let stage: AdjudicationStage;
let numbers = 0;
/** Of somebody else; the record of another account names it. */
let passport: string;

beforeAll(async () => {
  db = await openTestDatabase();
  stage = new AdjudicationStage(db.database, { embedded: true, toldApart: true });
});
afterAll(() => db.close());
beforeEach(() => {
  numbers += 1;
  passport = `MISTAKE${numbers}`;
});

const tx = <Result>(work: Parameters<typeof db.database.transaction<Result>>[0]) => db.database.transaction(work);
async function indexed(accounts = stage.accounts): Promise<void> {
  while ((await tx((t) => accounts.catchUp(t, 1_000))) > 0);
}
const naming = (documentNumber: string): ProofedAttributes => ({
  ...somebody(),
  ...{ documentNumber, issuingCountry: 'GBR' },
});
/** An account whose case is over, and never came to anything. */
async function account(documentNumber: string, accounts = stage.accounts): Promise<string> {
  const { id, subjectId } = await caseOfStranger(stage, { record: naming(documentNumber) });
  await db.asOwner("UPDATE recovery_cases SET state = 'denied', closed_at = clock_timestamp() WHERE id = $1", [id]);
  await indexed(accounts);
  return subjectId;
}
async function put(
  subjectId: string,
  documentNumber: string,
  { documentType, accounts }: { documentType?: string | undefined; accounts?: AccountIndex } = {},
): Promise<void> {
  await tx((t) => stage.proof(t, subjectId, { ...naming(documentNumber), ...(documentType && { documentType }) }));
  await indexed(accounts);
}
const mend = (subjectId: string): Promise<void> => put(subjectId, `OWN${numbers}`);
const ownerSeenBy = (subjectId: string): Promise<DocumentOwner> =>
  tx((t) => stage.documents.ownerSeenBy(t, subjectId, identifyDocument({ issuingCountry: 'GB', number: passport })));
const trail = async (subjectId: string): Promise<string[]> => {
  const rows = await db.database.read(
    (t) =>
      t.many<{ type: string }>`SELECT type FROM audit_events WHERE chain_id = ${`subject:${subjectId}`} ORDER BY seq`,
  );
  return rows.map(({ type }) => type);
};
const age = (subjectId: string, days: number): Promise<unknown> =>
  db.asOwner(
    'UPDATE known_documents SET first_seen_at = first_seen_at - make_interval(days => $2) WHERE subject_id = $1',
    [subjectId, days],
  );

describe('a document that a wrong record named (T64)', () => {
  it('T64: is nobody’s once the record is mended within a week, and whoever named it too has it then', async () => {
    const [wrong, owner, other] = [await account(passport), await account(passport), await account('')];
    expect([await ownerSeenBy(wrong), await ownerSeenBy(owner)]).toEqual(['this_account', 'another_account']);
    await mend(wrong);
    expect(await trail(wrong)).toEqual(['document.forgotten']);
    expect([await ownerSeenBy(owner), await ownerSeenBy(wrong), await ownerSeenBy(other)]).toEqual([
      'this_account',
      'another_account',
      'another_account',
    ]);
  });

  it('T64: is forgotten where nobody else named it, and a record without any document mends it as well', async () => {
    const wrong = await account(passport);
    await put(wrong, '');
    expect([await ownerSeenBy(wrong), await ownerSeenBy(await account(''))]).toEqual(['new', 'new']);
  });

  it('T64: stays the account’s when it was on record for a week', async () => {
    const subjectId = await account(passport);
    await age(subjectId, 7);
    await mend(subjectId);
    expect([await ownerSeenBy(subjectId), await trail(subjectId)]).toEqual(['this_account', []]);
  });

  it('T64: is not made a mistake of today by an edit of the record, nor by going back and forth', async () => {
    const subjectId = await account(passport);
    await age(subjectId, 7);
    for (const documentType of ['passport', undefined, 'passport']) await put(subjectId, passport, { documentType });
    await put(subjectId, '');
    await put(subjectId, passport);
    await put(subjectId, '');
    expect([await ownerSeenBy(subjectId), await trail(subjectId)]).toEqual(['this_account', []]);
  });

  it('T64: nor by another master key, and no process forgets what it has no key for', async () => {
    const subjectId = await account(passport);
    await age(subjectId, 7);
    const ring = new KeyRing({ keys: [...STAGE_KEYS.keys, ...KeyRing.generate('k2').keys] });
    const documents = new KnownDocuments(ring, stage.reports, stage.securityEvents);
    const accounts = new AccountIndex(ring, documents, stage.securityEvents);
    await indexed(accounts);
    await db.asOwner("DELETE FROM known_documents WHERE subject_id = $1 AND substr(document_digest, 1, 3) <> 'k2.'", [
      subjectId,
    ]);
    await put(subjectId, '', { accounts });
    expect(await trail(subjectId)).toEqual([]);
    const fresh = await account(`FRESH${numbers}`, accounts);
    await indexed();
    expect(await trail(fresh)).toEqual([]);
  });

  it.each([
    ['is open and was shown evidence', 'UPDATE recovery_cases SET closed_at = NULL WHERE id = $1'],
    [
      'was completed since',
      "UPDATE recovery_cases SET state = 'completed', closed_at = clock_timestamp() WHERE id = $1",
    ],
  ])('T64: stays where a recovery of the account %s', async (_what, sql) => {
    const { id, subjectId } = await caseOfStranger(stage, { record: naming(passport) });
    await indexed();
    await db.asOwner(sql, [id]);
    await mend(subjectId);
    expect([await ownerSeenBy(subjectId), await trail(subjectId)]).toEqual(['this_account', []]);
  });

  it('T64: is forgotten though somebody began a recovery, when they showed nothing', async () => {
    const subjectId = await account(passport);
    const policy = await stage.policy();
    await tx(async (t) => {
      const subject = await stage.subjects.find(t, subjectId);
      const opener = { kind: 'person' as const, id: 'agent.one' };
      const opening = new CaseOpening(stage.clock, stage.keys, stage.metrics);
      if (subject) await opening.open(t, { subject, policy, opener, channel: 'email' });
    });
    await mend(subjectId);
    expect(await trail(subjectId)).toEqual(['document.forgotten']);
  });

  it('T64: those who named it too are taken in the order of their ids, so that two rounds wait for one another and no more', async () => {
    const wrong = await account(passport);
    const rivals: string[] = [];
    while (rivals.length < 8) rivals.push(await account(''));
    const [first = '', ...others] = rivals.sort();
    for (const id of [...others].reverse().concat(first))
      await tx((t) =>
        appendAudit(t, {
          chainId: `subject:${id}`,
          type: 'document.on_other_account',
          actor: SYSTEM,
          data: { belongsTo: [wrong] },
        }),
      );
    const waits = () =>
      db.database
        .read((t) => t.maybeOne`SELECT 1 FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid() LIMIT 1`)
        .then(Boolean);
    const keyIds = STAGE_KEYS.keys.map(({ id }) => id);
    const current = { subjectIds: [], digests: [] };
    let forgetting: Promise<void> | undefined;
    await tx(async (t) => {
      await t.one`SELECT 1 FROM subjects WHERE id = ${first} FOR NO KEY UPDATE`;
      forgetting = tx(async (other) => {
        // A plan that finds them in no order, as a large table may have one.
        await other.run`SET LOCAL enable_sort = off`;
        await forgetMistaken(other, { accounts: [wrong], keyIds, current });
      });
      await eventually('it waits for the first of them', waits);
      const free = await tx(
        (another) =>
          another.many`SELECT id FROM subjects WHERE id = ANY(${others}::text[]) FOR NO KEY UPDATE SKIP LOCKED`,
      );
      expect(free).toHaveLength(others.length);
    });
    await forgetting;
    const again = await tx(
      (t) => t.many`SELECT 1 FROM subjects WHERE id = ANY(${rivals}::text[]) AND account_index = ''`,
    );
    expect(again).toHaveLength(rivals.length);
  });
});
