import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdjudicationStage, ANA, checksWith, type CaseOptions } from '../../../test/support/adjudication-stage.js';
import { bothCodes } from '../../../test/support/both-codes.js';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { SYSTEM } from '../../audit-trail/audit-event-types.js';
import { idsByEmail } from '../../directory/subject-emails.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import type { Principal } from '../../platform/http/request-context.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { AccountIndex } from './account-index.js';
import { identifyDocument } from './document-number.js';
import type { KnownDocuments } from './known-documents.js';
import type { DocumentOwner } from './document-owner.js';

let db: TestDatabase;
let stage: AdjudicationStage;
let policy: Awaited<ReturnType<AdjudicationStage['policy']>>;
let people = 0;

beforeAll(async () => {
  db = await openTestDatabase({ poolSize: 12 });
  stage = new AdjudicationStage(db.database, { embedded: true, toldApart: true });
  policy = await stage.policy({ requiredChecks: ['document_authenticity', 'face_match'] });
});
afterAll(() => db.close());

const tx = <Result>(work: Parameters<typeof db.database.transaction<Result>>[0]) => db.database.transaction(work);
/** Syllables that no romanisation takes for one another. */
const SYLLABLES = ['ba', 'do', 'fu', 'li', 'mo', 'nu', 'ri', 'so', 'ta', 'ku'];
/** Somebody nobody else is called like. */
function somebody() {
  people += 1;
  const word = [...String(people)].map((digit) => SYLLABLES[Number(digit)]).join('');
  return { ...ANA, givenName: `Pa${word}`, familyName: `Ne${word}` };
}
const documentOf = (number: string) => ({ issuingCountry: 'GBR', number });
/** Without the portrait, which would settle whom a name means. */
const NO_PORTRAIT = checksWith({
  kind: 'reference_portrait_match',
  result: 'not_run',
  reasonCodes: ['not_supported_by_provider'],
});
async function reported(options: CaseOptions = {}): Promise<RecoveryCase> {
  const person = somebody();
  const about = { policy, identity: person, record: person, profile: person, checks: NO_PORTRAIT };
  return stage.reportedCase({ ...about, ...options });
}
async function rename(t: Transaction, id: string): Promise<void> {
  const contacts = { login: `renamed.${id}`, displayName: 'Renamed', emails: [], phones: [], formerEmails: [] };
  const profile = { ...somebody(), ...contacts };
  await stage.subjects.put(t, { id, input: { profile, groups: [], privileged: false, status: 'active' } });
}
async function decide({ id, attempt }: RecoveryCase): Promise<RecoveryCase> {
  await stage.adjudication.decide({ caseId: id, attempt });
  return stage.read(id);
}
const ownerSeenBy = (subjectId: string, number: string): Promise<DocumentOwner> =>
  tx((t) => stage.documents.ownerSeenBy(t, subjectId, identifyDocument(documentOf(number))));
const markOf = async (subjectId: string): Promise<string> => {
  const { mark } = await tx(
    (t) => t.one<{ mark: string }>`SELECT account_index AS mark FROM subjects WHERE id = ${subjectId}`,
  );
  return mark;
};
const alarms = (subjectId: string) =>
  db.database.read(
    (t) => t.many<{ data: Record<string, unknown> }>`
      SELECT data FROM audit_events WHERE chain_id = ${`subject:${subjectId}`} AND type = 'document.on_other_account'`,
  );

describe('one document on two accounts (T64)', () => {
  it('T64: the second account is not approved, and its trail says where the document is from', async () => {
    const first = await decide(await reported({ document: documentOf('AB100001') }));
    const second = await decide(await reported({ document: documentOf('ab-100 001') }));
    expect([first.state, second.state]).toEqual(['approved', 'in_review']);
    expect(await alarms(second.subjectId)).toEqual([{ data: { belongsTo: [first.subjectId], caseId: second.id } }]);
    expect(await stage.trail(second.id)).toEqual(['decision.made', 'case.referred']);
    const metrics = await stage.metrics.registry.getSingleMetricAsString('regain_security_events_total');
    expect(metrics).toContain('type="document_on_other_account"');
  });

  it('T64: the alarm is raised once, though the account is decided again without a document', async () => {
    await decide(await reported({ document: documentOf('AB100007') }));
    const { id: caseId, subjectId } = await decide(await reported({ document: documentOf('AB100007') }));
    const again = await tx(async (t) => {
      await stage.cases.transition(t, { caseId, name: 'retry', actor: SYSTEM });
      await bothCodes(t, { caseId, attempt: 2 });
      return stage.cases.transition(t, { caseId, name: 'submit_codes', actor: SYSTEM });
    });
    expect(again).toMatchObject({ state: 'adjudicating', attempt: 2 });
    if (again) expect((await decide(again)).state).toBe('in_review');
    expect(await alarms(subjectId)).toHaveLength(1);
  });

  it('T64: the account itself may show it again, and nobody approved leaves no trace of it', async () => {
    const refused = await reported({
      document: documentOf('AB100002'),
      identity: { ...ANA, familyName: 'Other' },
    });
    expect((await decide(refused)).state).not.toBe('approved');
    expect(await ownerSeenBy(refused.subjectId, 'AB100002')).toBe('new');
    const first = await decide(await reported({ document: documentOf('AB100002') }));
    expect(await ownerSeenBy(first.subjectId, 'AB100002')).toBe('this_account');
  });

  it('T64: of two accounts that race with it, one is approved', async () => {
    for (let round = 0; round < 5; round += 1) {
      const document = documentOf(`RACE${round}`);
      const rivals = await Promise.all([reported({ document }), reported({ document }), reported({ document })]);
      // Otherwise the first decision indexes all three, and the others wait for it.
      await tx((t) => stage.accounts.catchUp(t, 1_000));
      const states = (await Promise.all(rivals.map(decide))).map(({ state }) => state);
      expect(states.sort()).toEqual(['approved', 'in_review', 'in_review']);
    }
  });

  it('T64: after renewal the old and the new number are both this account’s', async () => {
    const person = somebody();
    const record = { ...person, documentNumber: 'OLD00001', issuingCountry: 'GB' };
    const owner = await decide(
      await reported({ identity: person, record, profile: person, document: documentOf('NEW00001') }),
    );
    expect(owner.state).toBe('approved');
    for (const number of ['OLD00001', 'NEW00001']) {
      const other = await decide(await reported({ document: documentOf(number) }));
      expect(other.state).toBe('in_review');
      expect(await alarms(other.subjectId)).toHaveLength(1);
    }
  });

  it('T64: a number that left the record stays known for its time, and is then forgotten', async () => {
    const person = somebody();
    const record = { ...person, documentNumber: 'GONE0001', issuingCountry: 'GBR' };
    const { subjectId } = await decide(await reported({ identity: person, record, profile: person }));
    await tx((t) => stage.proof(t, subjectId, { ...record, documentNumber: 'KEPT0001' }));
    await tx((t) => stage.accounts.catchUp(t, 1_000));
    expect([await ownerSeenBy(subjectId, 'GONE0001'), await ownerSeenBy(subjectId, 'KEPT0001')]).toEqual([
      'this_account',
      'this_account',
    ]);
    const kept = await tx(
      (t) => t.many<{ months: number | null }>`
        SELECT round(EXTRACT(EPOCH FROM kept_until - clock_timestamp()) / 86400 / 30.44)::int AS months FROM known_documents
        WHERE subject_id = ${subjectId} ORDER BY kept_until NULLS LAST`,
    );
    expect(kept).toEqual([{ months: 12 }, { months: null }]);
    await tx(
      (t) =>
        t.run`UPDATE known_documents SET kept_until = clock_timestamp() - interval '1 second' WHERE subject_id = ${subjectId} AND kept_until IS NOT NULL`,
    );
    expect(await ownerSeenBy(subjectId, 'GONE0001')).toBe('new');
    expect(await tx((t) => stage.documents.prune(t))).toBe(1);
    expect(await ownerSeenBy(subjectId, 'KEPT0001')).toBe('this_account');
  });

  it('T64: a record that names another account’s document raises the alarm and does not take it', async () => {
    const owner = await decide(await reported({ document: documentOf('AB100009') }));
    const person = somebody();
    const record = { ...person, documentNumber: 'AB100009', issuingCountry: 'GBR' };
    const other = await reported({ identity: person, record, profile: person, document: documentOf('AB100009') });
    expect((await decide(other)).state).toBe('in_review');
    expect(await ownerSeenBy(owner.subjectId, 'AB100009')).toBe('this_account');
    expect(await alarms(other.subjectId)).toHaveLength(2);
  });

  it('T64: of records that name one document and are indexed together, one has it and the others are told of', async () => {
    const record = { ...somebody(), documentNumber: 'BATCH001', issuingCountry: 'GBR' };
    const ids = [await reported({ record }), await reported({ record }), await reported({ record })].map(
      ({ subjectId }) => subjectId,
    );
    await tx((t) => stage.accounts.catchUp(t, 1_000));
    const [owner, ...others] = [...ids].sort();
    expect(await ownerSeenBy(owner ?? '', 'BATCH001')).toBe('this_account');
    expect(await alarms(owner ?? '')).toEqual([]);
    for (const other of others) {
      expect(await alarms(other)).toEqual([{ data: { belongsTo: [owner] } }]);
      expect(await markOf(other)).not.toBe('');
    }
  });

  it('T64: two states may give out one number, and each is its own account’s', async () => {
    const licence = (issuingRegion?: string) => ({ issuingCountry: 'USA', number: 'D1234567', issuingRegion });
    const held = (one: RecoveryCase, region?: string) =>
      tx((t) => stage.documents.ownerSeenBy(t, one.subjectId, identifyDocument(licence(region))));
    const first = await decide(await reported({ document: licence('CA') }));
    const second = await decide(await reported({ document: licence('TX') }));
    const third = await decide(await reported({ document: licence() }));
    expect([first, second, third].map(({ state }) => state)).toEqual(['approved', 'approved', 'in_review']);
    expect([await held(first, 'CA'), await held(second, 'TX')]).toEqual(['this_account', 'this_account']);
    expect([await held(second, 'CA'), await held(first, 'US-TX')]).toEqual(['another_account', 'another_account']);
    // Whoever does not say of which state it is may be showing the first one's.
    expect([await held(second), await held(third), await held(third, 'NY')]).toEqual([
      'another_account',
      'another_account',
      'new',
    ]);
  });

  it('T64: of two that race with one number, the one that does not say the state waits for the other', async () => {
    for (let round = 0; round < 5; round += 1) {
      const licence = { issuingCountry: 'USA', number: `R${round}` };
      const rivals = [
        await reported({ document: { ...licence, issuingRegion: 'CA' } }),
        await reported({ document: licence }),
      ];
      await tx((t) => stage.accounts.catchUp(t, 1_000));
      const states = (await Promise.all(rivals.map(decide))).map(({ state }) => state);
      expect(states.sort()).toEqual(['approved', 'in_review']);
    }
  });

  it('T64: a record that comes to name the state takes back that its number may be of any', async () => {
    const person = somebody();
    const record = { ...person, documentNumber: 'S7654321', issuingCountry: 'USA' };
    const { subjectId } = await reported({ identity: person, record, profile: person });
    const other = await reported();
    await tx((t) => stage.accounts.catchUp(t, 1_000));
    const texan = identifyDocument({ issuingCountry: 'USA', number: 'S7654321', issuingRegion: 'TX' });
    const texans = () =>
      Promise.all([subjectId, other.subjectId].map((id) => tx((t) => stage.documents.ownerSeenBy(t, id, texan))));
    expect(await texans()).toEqual(['this_account', 'another_account']);
    await tx((t) => stage.proof(t, subjectId, { ...record, issuingRegion: 'US-CA' }));
    await tx((t) => stage.accounts.catchUp(t, 1_000));
    expect(await texans()).toEqual(['new', 'new']);
  });

  it('T64: what is stored is no number', async () => {
    await decide(await reported({ document: documentOf('CANARY77') }));
    const rows = await tx((t) => t.many<{ text: string }>`SELECT known_documents::text AS text FROM known_documents`);
    expect(rows.map(({ text }) => text).join()).not.toMatch(/CANARY77|GBR/);
    expect(rows.map(({ text }) => text).join()).not.toContain(Buffer.from('CANARY77').toString('hex'));
  });
});

describe('a name that is not unique in the directory (T65)', () => {
  it('T65: sends both twins to people when nothing but the name ties them', async () => {
    const person = somebody();
    const alone = await reported({ identity: person, record: person, profile: person });
    const twin = { ...person, givenName: person.familyName, familyName: person.givenName.toUpperCase() };
    const other = await reported({ identity: twin, record: twin, profile: twin });
    expect([(await decide(alone)).state, (await decide(other)).state]).toEqual(['in_review', 'in_review']);
  });

  it('T65: sees a twin whose record alone has the name, and one who is disabled', async () => {
    const person = somebody();
    const first = await reported({ identity: person, record: person, profile: person });
    const second = await reported({ record: person });
    await tx((t) => t.run`UPDATE subjects SET status = 'disabled' WHERE id = ${second.subjectId}`);
    expect((await decide(first)).state).toBe('in_review');
  });

  it('T65: sees through a nickname, and a twin of whom nobody knows the birth date', async () => {
    const person = { ...somebody(), givenName: 'William' };
    const first = await reported({ identity: person, record: person, profile: person });
    const { birthDate: _unknown, ...bill } = { ...person, givenName: 'Bill' };
    await reported({ record: null, profile: bill });
    expect((await decide(first)).state).toBe('in_review');
  });

  it.each(['date', 'name'])('T65: nobody is unique when too many of one %s would have to be compared', async (what) => {
    const person = somebody();
    const { subjectId } = await reported({ identity: person, record: person, profile: person });
    while ((await tx((t) => stage.accounts.catchUp(t, 500))) > 0);
    const undone = new Error('undone');
    const crowd = tx(async (t) => {
      expect(await stage.accounts.uniquenessOfName(t, subjectId, person)).toBe('unique');
      await t.run`INSERT INTO subjects (id, login_digest, profile_sealed, account_index)
        SELECT 'sub_' || lpad(n::text, 26, '0'), n::text::bytea, '', account_index
        FROM subjects, generate_series(1, 501) AS n WHERE id = ${subjectId}`;
      const find = (key: string) => t.run`INSERT INTO subject_birth_dates (birth_digest, subject_id)
        SELECT ${stage.ring.digest('birth-date', key)}, id FROM subjects WHERE profile_sealed = ''`;
      // So many of other names, of whom nobody knows the birth date, are in nobody's way.
      await find('?');
      await find('?f:OTHER');
      expect(await stage.accounts.uniquenessOfName(t, subjectId, person)).toBe('unique');
      await find(what === 'date' ? person.birthDate : `?f:${person.familyName.toUpperCase()}`);
      const found = await stage.accounts.uniquenessOfNames(t, [{ subjectId, person }]);
      expect(found.get(subjectId)).toEqual({ uniqueness: 'not_unique', sharedWith: 501 });
      throw undone;
    });
    await expect(crowd).rejects.toBe(undone);
  });

  it('T65: counts the namesakes of many accounts at once, as each decision would', async () => {
    const [person, alone] = [somebody(), somebody()];
    const { birthDate: _unknown, ...undated } = person;
    const partial = { ...somebody(), birthDate: '1980-00-00' };
    const subjects = [
      await reported({ identity: person, record: person, profile: person }),
      await reported({ record: null, profile: undated }),
      await reported({ record: null, profile: { ...undated, givenName: undated.givenName.slice(0, 1) } }),
      await reported({ identity: alone, record: alone, profile: alone }),
      await reported({ identity: partial, record: partial, profile: partial }),
    ];
    while ((await tx((t) => stage.accounts.catchUp(t, 500))) > 0);
    const people = [person, undated, undated, alone, partial].map((one, at) => ({
      subjectId: subjects[at]?.subjectId ?? '',
      person: one,
    }));
    const found = await tx((t) => stage.accounts.uniquenessOfNames(t, people));
    expect([...found.values()]).toEqual([
      { uniqueness: 'not_unique', sharedWith: 2 },
      { uniqueness: 'not_unique', sharedWith: 0 },
      { uniqueness: 'not_unique', sharedWith: 0 },
      { uniqueness: 'unique', sharedWith: 0 },
      { uniqueness: 'not_unique', sharedWith: 0 },
    ]);
    for (const { subjectId, person: one } of people)
      expect(await tx((t) => stage.accounts.uniquenessOfName(t, subjectId, one))).toBe(
        found.get(subjectId)?.uniqueness,
      );
  });

  it('T65: lets a twin through with the document that was proofed', async () => {
    const person = somebody();
    await reported({ identity: person, record: person, profile: person });
    const record = { ...person, documentNumber: 'TWIN0001', issuingCountry: 'GBR' };
    const case_ = await reported({ identity: person, record, profile: person, document: documentOf('TWIN0001') });
    expect((await decide(case_)).state).toBe('approved');
  });

  it('T65: nobody is unique while the index is not whole', async () => {
    const case_ = await reported();
    // More than a decision brings up to date by itself.
    await tx((t) => t.run`UPDATE subjects SET account_index = '' WHERE id <> ${case_.subjectId}`);
    const before = await tx(
      (t) => t.one<{ n: number }>`SELECT count(*)::int AS n FROM subjects WHERE account_index = ''`,
    );
    const fill = Array.from({ length: Math.max(0, 60 - before.n) }, () => reported());
    await Promise.all(fill);
    expect((await decide(case_)).state).toBe('in_review');
    while ((await tx((t) => stage.accounts.catchUp(t, 500))) > 0);
    expect((await decide(await reported())).state).toBe('approved');
  });

  it.each(['profile', 'record'] as const)('T65: a change of the %s by anybody empties the mark', async (what) => {
    const { subjectId } = await reported();
    while ((await tx((t) => stage.accounts.catchUp(t, 500))) > 0);
    expect(await markOf(subjectId)).not.toBe('');
    await tx((t) =>
      what === 'profile'
        ? t.run`UPDATE subjects SET profile_sealed = profile_sealed WHERE id = ${subjectId}`
        : t.run`UPDATE proofing_records SET attributes_sealed = attributes_sealed WHERE subject_id = ${subjectId}`,
    );
    expect(await markOf(subjectId)).toBe('');
  });

  it('T65: an account written again with the same names and birth date stays indexed; any other is not', async () => {
    const { subjectId } = await reported();
    while ((await tx((t) => stage.accounts.catchUp(t, 500))) > 0);
    const mark = await markOf(subjectId);
    const before = await tx((t) => stage.subjects.find(t, subjectId));
    const old = before?.profile.reveal();
    if (!before || !old) throw new Error('nobody is there');
    const write = async (change: object): Promise<string> => {
      const input = {
        profile: { ...old, ...change },
        groups: before.groups,
        privileged: false,
        status: 'active' as const,
      };
      await tx((t) => stage.subjects.put(t, { id: subjectId, input }));
      return markOf(subjectId);
    };
    expect(await write({})).toBe(mark);
    expect(await write({ emails: ['other@example.org'] })).toBe(mark);
    for (const change of [{ givenName: 'Other' }, { familyName: 'Other' }, { birthDate: '1971-07-07' }]) {
      expect(await write(change)).toBe('');
      // What was not indexed is not called so because it is written again.
      expect(await write(change)).toBe('');
      await tx((t) => stage.accounts.catchUp(t, 500));
      expect(await write(change)).toBe(mark);
    }
    await tx((t) => t.run`UPDATE subjects SET account_index = ${`${mark}!`} WHERE id = ${subjectId}`);
    expect(await write({ birthDate: '1971-07-07' })).toBe('');
  });

  it('T65: an account that changes while it is indexed is indexed again', async () => {
    while ((await tx((t) => stage.accounts.catchUp(t, 500))) > 0);
    const { subjectId } = await reported();
    const keepRecorded = (t: Transaction): Promise<void> => rename(t, subjectId);
    const overtaken = new AccountIndex(stage.ring, { keepRecorded } as unknown as KnownDocuments, stage.securityEvents);
    expect(await tx((t) => overtaken.catchUp(t, 1))).toBe(1);
    expect(await markOf(subjectId)).toBe('');
  });

  /** Alters what is sealed, as a bad disk would; with `unnoticed`, so that the account stays indexed. */
  async function breakSeal(t: Transaction, id: string, { unnoticed = false } = {}): Promise<void> {
    const { mark } = await t.one<{ mark: string }>`SELECT account_index AS mark FROM subjects WHERE id = ${id}`;
    await t.run`UPDATE subjects SET profile_sealed = set_byte(profile_sealed, length(profile_sealed) - 1, 255 - get_byte(profile_sealed, length(profile_sealed) - 1)) WHERE id = ${id}`;
    if (unnoticed) await t.run`UPDATE subjects SET account_index = ${mark} WHERE id = ${id}`;
  }
  const unreadableCount = async (): Promise<number> => {
    const { values } = await stage.metrics.securityEvents.get();
    return values.find(({ labels }) => labels.type === 'account_unreadable')?.value ?? 0;
  };

  it('T65: an account that cannot be opened holds up no other, is counted, and nobody is unique until it is mended', async () => {
    const [person, broken] = [await reported(), await reported()];
    await tx((t) => breakSeal(t, broken.subjectId));
    await tx((t) => t.run`UPDATE subjects SET account_index = '' WHERE id <> ${broken.subjectId}`);
    const before = await unreadableCount();
    while ((await tx((t) => stage.accounts.catchUp(t, 500))) > 0);
    expect(await unreadableCount()).toBe(before + 1);
    expect(await tx((t) => stage.accounts.unreadable(t))).toBe(1);
    expect(await markOf(person.subjectId)).toMatch(/^\d+\.[^!]+$/);
    expect(await markOf(broken.subjectId)).toMatch(/!$/);
    const decided = await decide(person);
    expect(decided.state).toBe('in_review');
    const { findings } = await tx(
      (t) =>
        t.one<{ findings: { reasonCodes: string[] }[] }>`SELECT findings FROM decisions WHERE case_id = ${person.id}`,
    );
    expect(findings.flatMap(({ reasonCodes }) => reasonCodes)).toContain('namesake_unreadable');

    await tx((t) => breakSeal(t, broken.subjectId));
    expect(await tx((t) => stage.accounts.catchUp(t, 500))).toBe(1);
    expect(await tx((t) => stage.accounts.unreadable(t))).toBe(0);
    expect((await decide(await reported())).state).toBe('approved');
  });

  it('T65: no alarm is raised of an account that was not set aside after all', async () => {
    const { subjectId } = await reported();
    const before = await unreadableCount();
    const undone = new Error('undone');
    const work = tx(async (t) => {
      await breakSeal(t, subjectId);
      while ((await stage.accounts.catchUp(t, 500)) > 0);
      throw undone;
    });
    await expect(work).rejects.toBe(undone);
    expect(await unreadableCount()).toBe(before);
  });

  it('T65: an account set aside is looked at again when it is asked for, and one that reads is indexed', async () => {
    const { subjectId } = await reported();
    while ((await tx((t) => stage.accounts.catchUp(t, 500))) > 0);
    const mark = await markOf(subjectId);
    await tx((t) => t.run`UPDATE subjects SET account_index = ${`${mark}!`} WHERE id = ${subjectId}`);
    expect(await tx((t) => stage.accounts.catchUp(t, 500))).toBe(0);
    await tx((t) => stage.accounts.retryUnreadable(t));
    expect(await tx((t) => stage.accounts.catchUp(t, 500))).toBe(1);
    expect(await markOf(subjectId)).toBe(mark);
  });

  it('T65: whoever shares a birth date with an account that cannot be opened is not unique; others are', async () => {
    const [person, broken] = [somebody(), somebody()];
    const [{ subjectId }, other] = [
      await reported({ identity: person, record: person, profile: person }),
      await reported({ identity: broken, record: broken, profile: broken }),
    ];
    while ((await tx((t) => stage.accounts.catchUp(t, 500))) > 0);
    const undone = new Error('undone');
    const look = tx(async (t) => {
      expect(await stage.accounts.uniquenessOfName(t, subjectId, person)).toBe('unique');
      await breakSeal(t, other.subjectId, { unnoticed: true });
      const counted = await unreadableCount();
      expect(await stage.accounts.uniquenessOfName(t, subjectId, person)).toBe('unreadable');
      // Whoever only looks tells nobody.
      expect(await unreadableCount()).toBe(counted);
      const elsewhere = { ...person, birthDate: '1971-07-07' };
      expect(await stage.accounts.uniquenessOfName(t, subjectId, elsewhere)).toBe('unique');
      const found = await stage.accounts.uniquenessOfNames(t, [{ subjectId, person }]);
      expect(found.get(subjectId)).toEqual({ uniqueness: 'unreadable', sharedWith: 1 });
      throw undone;
    });
    await expect(look).rejects.toBe(undone);
  });

  it('an account of before its addresses were kept is found by them once it is indexed', async () => {
    const { subjectId } = await reported();
    const [email = ''] = (await tx((t) => stage.subjects.find(t, subjectId)))?.profile.reveal().emails ?? [];
    await tx((t) => t.run`DELETE FROM subject_emails WHERE subject_id = ${subjectId}`);
    await tx((t) => t.run`UPDATE subjects SET account_index = '4.k1' WHERE id = ${subjectId}`);
    expect(await tx((t) => idsByEmail(t, stage.ring, email))).toEqual([]);
    while ((await tx((t) => stage.accounts.catchUp(t, 500))) > 0);
    expect(await tx((t) => idsByEmail(t, stage.ring, email))).toEqual([subjectId]);
  });

  it('T65: a reviewer who looks writes nothing', async () => {
    const person = somebody();
    const { id, subjectId } = await decide(await reported({ identity: { ...person, familyName: 'Other' } }));
    await tx((t) => rename(t, subjectId));
    const reviewer = { id: 'reviewer.one' } as unknown as Principal;
    await stage.reviews.one(id, reviewer);
    expect(await markOf(subjectId)).toBe('');
  });
});
