import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CHECK_KINDS, reportsBesides, Sensitive } from '../../providers/kit/index.js';
import { generatePeople } from '../../test/people/generate-people.js';
import { printed } from '../../test/people/person.js';
import { policyWith } from '../../test/support/adjudication-facts.js';
import type { WalkedAccount } from '../directory/account-walk.js';
import type { ProofedAttributes, SubjectProfile } from '../directory/subject.js';
import type { NameUniqueness } from '../adjudication/accounts/name-uniqueness.js';
import type { OtherAccounts } from './ideal-case.js';
import { rehearse, rehearseUncovered, rehearseUnreadable, type Rehearsed } from './rehearse.js';
import { zoneForm } from './zone-form.js';

const PARTNER = {
  ...({ id: 'clear1', local: false, checks: CHECK_KINDS, sameDevice: 'return' } as const),
  reports: reportsBesides({}),
};
const PROFILE: SubjectProfile = {
  login: 'ana',
  displayName: 'Ana Demo',
  givenName: 'Robert',
  familyName: 'Møller',
  birthDate: '1980-01-02',
  emails: ['a@example.org', 'b@example.org'],
  phones: [],
  formerEmails: [],
};
const RECORD: ProofedAttributes = {
  givenName: 'Robert',
  familyName: 'Møller',
  birthDate: '1980-01-02',
  nationality: 'DNK',
  documentNumber: 'X1234567',
  issuingCountry: 'DNK',
};

interface Changes extends Partial<Omit<WalkedAccount, 'profile' | 'record'>> {
  profile?: Partial<SubjectProfile>;
  record?: Partial<ProofedAttributes>;
  level?: string;
  hasPortrait?: boolean;
  coolingOff?: boolean;
}

function accountWith({
  profile,
  record,
  level = 'IAL2',
  hasPortrait = true,
  coolingOff = false,
  ...rest
}: Changes = {}) {
  const account: WalkedAccount & Required<Pick<WalkedAccount, 'record'>> = {
    ...{
      id: 'sub_1',
      groups: [],
      recentGroups: [],
      privileged: false,
      status: 'active',
      usableMailboxes: 2,
      hasSavedCode: false,
      identityCoolingOff: false,
    },
    assuranceLevel: 'AAL2',
    strengthKnown: true,
    profile: new Sensitive({ ...PROFILE, ...profile }),
    record: { attributes: new Sensitive({ ...RECORD, ...record }), level, hasPortrait, coolingOff },
    ...rest,
  };
  return account;
}
const unproofed = (changes: Changes = {}): WalkedAccount => {
  const { record: _record, ...account } = accountWith(changes);
  return account;
};
const sharedBy = (sharedWith: number, uniqueness?: NameUniqueness): OtherAccounts => ({
  name: { uniqueness: uniqueness ?? (sharedWith > 0 ? 'not_unique' : 'unique'), sharedWith },
  document: 'this_account',
});
interface Around extends Partial<OtherAccounts> {
  sharedWith?: number;
  policy?: Record<string, unknown>;
  provider?: object;
}
const run = (
  account: WalkedAccount,
  { sharedWith = 0, policy = {}, provider = PARTNER, ...others }: Around = {},
): Rehearsed =>
  rehearse(account, {
    policy: policyWith(policy),
    provider: { ...PARTNER, ...provider },
    others: { ...sharedBy(sharedWith), ...others },
  });

describe('rehearse', () => {
  it('finds nothing of an account that has everything', () => {
    expect(run(accountWith())).toEqual({ outcome: 'recoverable', script: 'latin', codes: [] });
  });

  it('a provider that shows a code for another device: one address means reviewers, or nothing for a privileged one (T33)', () => {
    const screen = { provider: { sameDevice: 'none' } };
    expect(run(accountWith(), screen)).toMatchObject({ outcome: 'recoverable', codes: [] });
    const one = { usableMailboxes: 1 };
    expect(run(accountWith(one), screen)).toMatchObject({
      outcome: 'with_reviewers',
      codes: ['second_address_missing', 'nobody_to_ask'],
    });
    expect(run(accountWith({ ...one, privileged: true }), screen).outcome).toBe('not_recoverable');
  });

  it.each<[string, Changes, Rehearsed['outcome'], string[]]>([
    ['one address', { usableMailboxes: 1 }, 'recoverable', ['second_address_missing']],
    ['no address', { usableMailboxes: 0 }, 'not_recoverable', ['address_missing']],
    ['no portrait', { hasPortrait: false }, 'recoverable', ['portrait_missing']],
    ['no number', { record: { documentNumber: undefined } }, 'recoverable', ['document_number_missing']],
    ['a strength nobody knows', { strengthKnown: false }, 'recoverable', ['strength_unknown']],
    ['no birth date', { record: { birthDate: undefined } }, 'not_recoverable', ['birth_date_missing']],
    ['a disabled account', { status: 'disabled' }, 'not_recoverable', ['account_disabled']],
    ['a record of this week', { coolingOff: true }, 'not_recoverable', ['record_cooling_off']],
    ['the highest level', { assuranceLevel: 'AAL3', level: 'IAL3' }, 'not_recoverable', ['on_site_only']],
    ['privilege', { privileged: true }, 'recoverable', ['second_person_needed']],
    ['a nickname', { profile: { givenName: 'Bob' } }, 'recoverable', ['name_in_short_form']],
    ['another family name', { profile: { familyName: 'Juhl' } }, 'in_doubt', ['family_name_differs']],
    ['another birth date', { profile: { birthDate: '1980-01-03' } }, 'in_doubt', ['birth_date_differs']],
    [
      'father and son',
      { profile: { familyName: 'Møller Jr.' }, record: { familyName: 'Møller Sr.' } },
      'in_doubt',
      ['family_name_differs'],
    ],
  ])('%s', (_what, changes, outcome, codes) => {
    const found = run(accountWith(changes));
    expect({ ...found, codes: found.codes.filter((code) => code !== 'not_told_apart') }).toMatchObject({
      outcome,
      codes,
    });
  });

  it('tells who could come back by two codes, and who by nothing else', () => {
    const policy = { matching: { withoutDocument: 'codes' } };
    const codes = { hasSavedCode: true, usableMailboxes: 2 };
    expect(run(accountWith(codes), { policy })).toMatchObject({ outcome: 'recoverable', codes: ['two_codes_do'] });
    const blank = { ...codes, record: { birthDate: undefined } };
    expect(run(accountWith(blank), { policy })).toMatchObject({
      outcome: 'by_codes_only',
      codes: ['birth_date_missing', 'two_codes_do'],
    });
    expect(run(accountWith(blank)).outcome).toBe('not_recoverable');
    for (const less of [{ hasSavedCode: false }, { usableMailboxes: 1 }, { assuranceLevel: 'AAL3' as const }])
      expect(run(accountWith({ ...blank, ...less }), { policy })).toMatchObject({ outcome: 'not_recoverable' });
  });

  it('wants the name itself where the profile does', () => {
    const found = run(accountWith({ profile: { givenName: 'Bob' } }), {
      policy: { matching: { names: 'equivalent' } },
    });
    expect(found).toMatchObject({ outcome: 'in_doubt', codes: ['name_not_close_enough', 'name_in_short_form'] });
  });

  it('predicts what a script without a table does', () => {
    const name = { givenName: 'ნინო', familyName: 'ბერიძე' };
    const found = run(accountWith({ profile: name, record: name }));
    expect(found).toMatchObject({ outcome: 'with_reviewers', script: 'other', codes: ['script_without_table'] });
    const closed = run(accountWith({ profile: name, record: name }), {
      policy: { review: { reviewable: ['face_match'] } },
    });
    expect(closed.outcome).toBe('not_recoverable');
  });

  it('tells people of one name apart by number or portrait, and not without', () => {
    const portrait = accountWith({ record: { documentNumber: undefined } });
    const neither = accountWith({ record: { documentNumber: undefined }, hasPortrait: false });
    expect(run(portrait, { sharedWith: 1 })).toMatchObject({ outcome: 'recoverable' });
    expect(run(accountWith({ hasPortrait: false }), { sharedWith: 1 }).outcome).toBe('recoverable');
    const found = run(neither, { sharedWith: 2 });
    expect(found.outcome).toBe('not_recoverable');
    expect(found.codes).toEqual(['portrait_missing', 'document_number_missing', 'name_shared', 'not_told_apart']);
  });

  it.each([
    ['not_unique', ['not_told_apart']],
    ['unreadable', ['namesake_unreadable']],
    ['not_indexed', []],
  ] as const)('T65 says of a name that is %s what a decision would, and of the index nothing', (uniqueness, codes) => {
    const neither = accountWith({ record: { documentNumber: undefined }, hasPortrait: false });
    const name = { uniqueness, sharedWith: 0 };
    expect(run(neither, { name })).toMatchObject({
      outcome: 'not_recoverable',
      codes: ['portrait_missing', 'document_number_missing', ...codes],
    });
    expect(run(accountWith({ hasPortrait: false }), { name }).outcome).toBe('recoverable');
  });

  it('T65 says that a birth date known in part tells nobody apart', () => {
    const partial = {
      profile: { birthDate: '1980-01-00' },
      record: { birthDate: '1980-01-00', documentNumber: undefined },
    };
    const name = { uniqueness: 'not_unique', sharedWith: 0 } as const;
    expect(run(accountWith({ ...partial, hasPortrait: false }), { name })).toMatchObject({
      outcome: 'not_recoverable',
      codes: ['birth_date_partial', 'portrait_missing', 'document_number_missing', 'not_told_apart'],
    });
  });

  it('T64 says that the document on record is another account’s, which nothing else makes up for', () => {
    expect(run(accountWith(), { document: 'another_account' })).toEqual({
      outcome: 'not_recoverable',
      script: 'latin',
      codes: ['document_shared'],
    });
    expect(run(accountWith(), { document: 'new' }).outcome).toBe('recoverable');
  });

  it.each<[string, Changes, string, string]>([
    ['refuse', {}, 'not_recoverable', 'account_unproofed'],
    ['review', {}, 'not_recoverable', 'account_unproofed'],
    ['codes', { usableMailboxes: 1 }, 'not_recoverable', 'code_missing'],
    ['codes', {}, 'not_recoverable', 'code_missing'],
    ['codes', { hasSavedCode: true }, 'recoverable', 'record_missing'],
    ['codes', { assuranceLevel: 'AAL1', usableMailboxes: 1, hasSavedCode: true }, 'recoverable', 'record_missing'],
    ['codes', { assuranceLevel: 'AAL1' }, 'recoverable', 'record_missing'],
  ])('an unproofed account under %s %j: %s, %s', (rule, changes, outcome, code) => {
    const found = run(unproofed(changes), { policy: { matching: { unproofed: rule } } });
    expect(found.outcome).toBe(outcome);
    expect(found.codes).toContain(code);
  });

  it.each<[string, object, Record<string, unknown>, string]>([
    ['a portrait that binds', { hasPortrait: false }, { matching: { require: ['portrait'] } }, 'portrait_needed'],
    [
      'a number that binds',
      { record: { documentNumber: undefined } },
      { matching: { require: ['data', 'document_number'] } },
      'document_number_needed',
    ],
    ['a country that is not taken', {}, { documents: { excludedCountries: ['DNK'] } }, 'document_not_accepted'],
    ['a code', { usableMailboxes: 1 }, { ingredients: { proofed: ['issued_code'] } }, 'code_missing'],
  ])('%s stands in the way', (_what, changes, policy, code) => {
    const found = run(accountWith(changes), { policy });
    expect(found.outcome).toBe('not_recoverable');
    expect(found.codes).toContain(code);
  });

  it('T63 has the best case say nothing that the provider never reports', () => {
    const never = (...attributes: string[]) => ({
      provider: { reports: reportsBesides(Object.fromEntries(attributes.map((one) => [one, 'never' as const]))) },
    });
    const wantsNumber = { policy: { matching: { require: ['data', 'document_number'] } } };
    expect(run(accountWith(), wantsNumber).outcome).toBe('recoverable');
    for (const attribute of ['documentNumber', 'issuingCountry']) {
      expect(run(accountWith(), { ...wantsNumber, ...never(attribute) })).toMatchObject({
        outcome: 'not_recoverable',
        codes: ['document_number_needed'],
      });
    }
    const passports = { policy: { documents: { types: ['passport'] } } };
    expect(run(accountWith(), passports).outcome).toBe('recoverable');
    expect(run(accountWith(), { ...passports, ...never('documentType') })).toMatchObject({
      outcome: 'not_recoverable',
      codes: ['document_not_accepted'],
    });
    expect(run(accountWith(), never('birthDate'))).toMatchObject({ codes: ['birth_date_missing'] });
  });

  it('T63 leans on the issuer where a provider reads no nationality, and on nothing where it reads neither', () => {
    const today = accountWith({ profile: { givenName: 'Rob' } });
    const none = { nationality: 'never', documentNumber: 'never' } as const;
    const outcome = (reports: object): string =>
      run(today, { provider: { reports: reportsBesides({ ...none, ...reports }) } }).outcome;
    expect(outcome({})).toBe(run(today).outcome);
    expect(outcome({ documentType: 'never' })).toBe('in_doubt');
  });

  it('says when the provider cannot do what is asked, and when it is not enough', () => {
    const checks = CHECK_KINDS.filter((kind) => kind !== 'presentation_attack');
    expect(run(accountWith(), { provider: { checks } }).codes).toEqual(['check_not_offered']);
    const leavesOpen = ['presentation_attack'] as const;
    const open = run(accountWith(), { provider: { checks, leavesOpen } });
    expect(open).toMatchObject({ outcome: 'not_recoverable', codes: ['check_left_open'] });
    const policy = { review: { reviewable: leavesOpen } };
    expect(run(accountWith(), { provider: { checks, leavesOpen }, policy }).outcome).toBe('with_reviewers');
    expect(run(accountWith({ privileged: true }), { provider: { local: true } })).toMatchObject({
      outcome: 'with_reviewers',
      codes: ['partner_needed', 'second_person_needed'],
    });
  });

  it('says of accounts that it does not cover what the directory lacks, and no more', () => {
    const account = unproofed({ profile: { givenName: '-' }, usableMailboxes: 1 });
    expect(rehearseUncovered(account, { others: sharedBy(1), coveredElsewhere: true })).toEqual({
      outcome: 'other_profile',
      script: 'latin',
      codes: ['second_address_missing', 'record_missing', 'single_name', 'name_shared'],
    });
    expect(rehearseUncovered(account, { others: sharedBy(0), coveredElsewhere: false })).toMatchObject({
      outcome: 'not_covered',
      codes: expect.arrayContaining(['no_profile']),
    });
  });

  it.each([
    ['here', 'not_recoverable', ['account_unreadable']],
    ['elsewhere', 'other_profile', ['account_unreadable']],
    ['nowhere', 'not_covered', ['account_unreadable', 'no_profile']],
  ] as const)('counts an account that cannot be opened, covered %s, as %s', (covered, outcome, codes) => {
    expect(rehearseUnreadable(covered)).toMatchObject({ outcome, codes });
  });

  it('is right about people whose record was taken from their document: two given names and all cultures pass', () => {
    const failing = [...generatePeople(3, 150)].flatMap((person) => {
      const { nationality, birthDate } = person;
      const name = { givenName: printed(person.given) || '-', familyName: printed(person.family) };
      const found = run(accountWith({ profile: { ...name, birthDate }, record: { ...name, birthDate, nationality } }));
      return found.outcome === 'recoverable' ? [] : [`${person.culture} ${name.familyName}: ${found.codes.join()}`];
    });
    expect(failing).toEqual([]);
  });

  it('never throws, and says the same twice', () => {
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.constantFrom('-', '', 'Ана', 'محمد'));
    fc.assert(
      fc.property(text, text, text, fc.nat(2), (givenName, familyName, birthDate, sharedWith) => {
        const account = accountWith({ profile: { givenName }, record: { familyName, birthDate } });
        expect(run(account, { sharedWith })).toEqual(run(account, { sharedWith }));
      }),
      { numRuns: 60 },
    );
  });
});

describe('zoneForm', () => {
  it.each([
    ['Ana María', 'Núñez', 'ANA MARIA', 'NUNEZ'],
    ['Олександр', 'Щербак', 'OLEKSANDR', 'SHCHERBAK'],
    ['Nilavadhanananda', 'Papandropoulous Nilavadhananandachai', 'N', ''],
  ])('%s %s', (givenName, familyName, given, family) => {
    const zone = zoneForm({ givenName, familyName });
    const length = `${zone.familyName}<<${zone.givenName}`.length;
    expect(length).toBeLessThanOrEqual(39);
    if (family !== '') expect(zone).toEqual({ givenName: given, familyName: family });
    else expect(length).toBe(39);
  });

  it('leaves out what is no name', () => {
    expect(zoneForm({ givenName: '-', familyName: 'Arjun' })).toEqual({ familyName: 'ARJUN' });
    expect(zoneForm({ givenName: 4 })).toEqual({});
  });
});
