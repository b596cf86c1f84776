import { describe, expect, it } from '@jest/globals';
import { compareIdentity, type RecordedIdentity } from './compare-identity.js';
import { agreed } from './match-outcome.js';
import { weighIdentity } from './weigh-identity.js';

const ana = { givenName: 'Ana Maria', familyName: 'Demo', birthDate: '1980-01-02', nationality: 'PRT' };
const sameDocument = { document: agreed('exact', 'same_number') };
const result = (record: RecordedIdentity, claim: RecordedIdentity, elsewhere = {}): string =>
  weighIdentity(compareIdentity(record, claim, elsewhere)).result;

describe('compareIdentity', () => {
  it.each([
    ['1980-02-29', '1980-02-29', 'exact'],
    ['1980-02-28', '1980-02-29', 'different'],
    ['1980-01-02', '1980-02-01', 'different'],
    ['1981-02-29', '1981-02-29', 'not_comparable'],
    ['1980-00-00', '1980-00-00', 'compatible'],
    ['1980-05-00', '1980-05-XX', 'compatible'],
    ['1980-<<-<<', '1980-00-00', 'compatible'],
    ['1980-05-00', '1980-05-17', 'not_comparable'],
    ['1980-05-00', '1980-06-17', 'different'],
    ['1980-00-00', '1981-05-17', 'different'],
    ['1980-13-01', '1980-13-01', 'not_comparable'],
    ['1980-1-2', '1980-01-02', 'not_comparable'],
    [undefined, '1980-01-02', 'not_comparable'],
    ['1980-01-02', 19_800_102, 'not_comparable'],
    ['0000-00-00', '0000-00-00', 'not_comparable'],
    ['0000-01-02', '0000-01-02', 'not_comparable'],
    ['1980-01-02', '0000-01-02', 'not_comparable'],
  ])('T63 birth date %s against %s: %s', (record, claim, expected) => {
    expect(compareIdentity({ birthDate: record }, { birthDate: claim }).birthDate.outcome).toBe(expected);
  });

  it.each([
    ['DEU', 'D<<', 'equivalent'],
    ['DE', 'DEU', 'equivalent'],
    ['GBR', 'GBN', 'equivalent'],
    ['PRT', 'PRT', 'exact'],
    ['PRT', 'ESP', 'different'],
    ['XXA', 'XXA', 'not_comparable'],
    ['Portuguese', 'PRT', 'not_comparable'],
  ])('nationality %s against %s: %s', (record, claim, expected) => {
    expect(compareIdentity({ nationality: record }, { nationality: claim }).nationality.outcome).toBe(expected);
  });

  it('T63 leans on the state that gave a passport out where no nationality was read', () => {
    const claim = { ...ana, givenName: 'ANA', nationality: undefined };
    const shown = (documentType: string, issuingCountry: string) => ({ shown: { documentType, issuingCountry } });
    expect(result(ana, claim, shown('passport', 'PRT'))).toBe('pass');
    expect(result(ana, { ...claim, nationality: 'ESP' }, shown('passport', 'PRT'))).toBe('indeterminate');
    expect(result(ana, claim, shown('passport', 'ESP'))).toBe('indeterminate');
    expect(result(ana, claim, shown('driving_licence', 'PRT'))).toBe('indeterminate');
  });

  it('T63 knows a former name by the proofing record alone', () => {
    const claim = { ...ana, familyName: 'MOREIRA' };
    const formerNames = [{ familyName: 'Dias' }, { familyName: 'Moreira' }];
    expect(compareIdentity({ ...ana, formerNames }, claim).familyName).toMatchObject({
      outcome: 'compatible',
      method: 'former_name_on_record',
    });
    expect(result({ ...ana, formerNames }, claim)).toBe('pass');
    expect(result(ana, { ...claim, formerNames })).toBe('fail');
    expect(result({ ...ana, formerNames }, { ...claim, givenName: 'Bea' })).toBe('fail');
    expect(result({ ...ana, formerNames: [{ familyName: 'Morreira' }] }, claim)).toBe('fail');
  });

  it('T63 forgives a slip of the pen where the very document was proofed, and nowhere else', () => {
    const typed = { ...ana, familyName: 'Demmo' };
    expect(result(typed, ana, sameDocument)).toBe('pass');
    expect(result(typed, ana)).toBe('fail');
    expect(result(typed, { ...ana, birthDate: '1980-01-03' }, sameDocument)).toBe('fail');
    expect(result({ ...typed, givenName: 'Ena Maria' }, ana, sameDocument)).toBe('fail');
    expect(result({ ...ana, familyName: 'Moreira' }, ana, sameDocument)).toBe('fail');
    expect(result({ ...typed, familyName: 'Demmo Jr.' }, { ...ana, familyName: 'Demo Sr.' }, sameDocument)).toBe(
      'fail',
    );
  });
});

describe('T63 names that brothers and sisters may share', () => {
  const of = (givenName: string, familyName: string) => ({ ...ana, givenName, familyName });

  it.each([
    [
      'a word shortened in a full zone',
      of('Mariana Marta', 'Ribeiro Fernandes'),
      of('MARIA MARTA', 'RIBEIRO FERNANDES'),
    ],
    ['a nickname beside another name', of('Jan Stefan', 'Weiss'), of('JOHANNES', 'WEISS')],
    ['a later given name', of('Ana Maria', 'Weiss'), of('MARIA', 'WEISS')],
  ])('are enough with the very document only: %s', (_name, record, claim) => {
    expect(result(record, claim)).toBe('indeterminate');
    expect(result(record, claim, sameDocument)).toBe('pass');
  });

  it('are no matter for a name that is cut at the end of a full zone', () => {
    expect(result(of('Mariana Martinha', 'Ribeiro Fernand'), of('MARIANA MARTI', 'RIBEIRO FERNAND'))).toBe('pass');
  });
});

describe('weighIdentity', () => {
  it('T63 takes no custom of a state that record and evidence disagree about', () => {
    const record = { ...ana, givenName: 'Hassan', familyName: 'Said', nationality: 'EGY' };
    const claim = { ...record, givenName: 'HASAN', familyName: 'SAEED' };
    expect(result(record, claim)).toBe('pass');
    expect(result({ ...record, nationality: 'GBR' }, claim)).toBe('indeterminate');
    expect(result({ ...record, nationality: 'GBR' }, claim, sameDocument)).toBe('pass');
  });

  const fewer = { ...ana, givenName: 'ANA' };
  const twoSurnames = { ...ana, familyName: 'Demo Costa' };

  it.each([
    ['the same', ana, ana, 'pass'],
    ['a given name left out', ana, fewer, 'pass'],
    ['with another nationality', ana, { ...fewer, nationality: 'ESP' }, 'indeterminate'],
    ['with a nationality that the evidence lacks', ana, { ...fewer, nationality: undefined }, 'indeterminate'],
    ['with a nationality that the record lacks', { ...ana, nationality: undefined }, fewer, 'indeterminate'],
    ['the same, with no nationality', { ...ana, nationality: undefined }, ana, 'pass'],
    ['the same, with another nationality', ana, { ...ana, nationality: 'ESP' }, 'pass'],
    ['a given name and a surname left out', twoSurnames, fewer, 'pass'],
    ['but the first surname', { ...ana, familyName: 'de la Cruz Costa' }, { ...ana, familyName: 'DE LA CRUZ' }, 'pass'],
    ['but its particles', { ...ana, familyName: 'de la Cruz Costa' }, { ...ana, familyName: 'DE LA' }, 'fail'],
    ['both, with no nationality', { ...twoSurnames, nationality: undefined }, fewer, 'indeterminate'],
    [
      'a nickname and a surname left out',
      { ...twoSurnames, givenName: 'José' },
      { ...ana, givenName: 'Pepe' },
      'indeterminate',
    ],
    ['a nickname', { ...ana, givenName: 'José' }, { ...ana, givenName: 'Pepe' }, 'pass'],
    [
      'a nickname, no nationality',
      { ...ana, givenName: 'José', nationality: undefined },
      { ...ana, givenName: 'Pepe' },
      'indeterminate',
    ],
    ['initials, no nationality', ana, { ...ana, givenName: 'A M', nationality: undefined }, 'indeterminate'],
    [
      'another romanisation, no nationality on record',
      { ...ana, givenName: 'Hassan', nationality: undefined },
      { ...ana, givenName: 'HASAN', nationality: 'EGY' },
      'indeterminate',
    ],
    [
      'a name in its own script, read aloud, no nationality',
      { ...ana, givenName: 'حسن', nationality: undefined },
      { ...ana, givenName: 'HASSAN', nationality: undefined },
      'indeterminate',
    ],
    [
      'a second given name that may be a suffix',
      { ...ana, givenName: 'Thúy Vi', nationality: 'VNM' },
      { ...ana, givenName: 'THUY MAI', nationality: 'VNM' },
      'fail',
    ],
    ['a later given name', ana, { ...ana, givenName: 'Maria' }, 'indeterminate'],
    ['names exchanged', ana, { ...ana, givenName: 'Demo', familyName: 'Ana Maria' }, 'pass'],
    [
      'names exchanged, no nationality',
      { ...ana, nationality: undefined },
      { ...ana, givenName: 'Demo', familyName: 'Ana Maria' },
      'indeterminate',
    ],
    [
      'the same letters in other words',
      { ...ana, givenName: 'Lin', familyName: 'Gan' },
      { ...ana, givenName: 'LING', familyName: 'AN' },
      'indeterminate',
    ],
    [
      'the same words with another border, no nationality',
      { ...ana, nationality: undefined },
      { ...ana, givenName: undefined, familyName: 'DEMO ANA MARIA' },
      'pass',
    ],
    ['a birth date without its day', { ...ana, birthDate: '1980-01-00' }, { ...ana, birthDate: '1980-01-00' }, 'pass'],
    [
      'and a given name left out',
      { ...ana, birthDate: '1980-01-00' },
      { ...fewer, birthDate: '1980-01-00' },
      'indeterminate',
    ],
    ['another birth date', ana, { ...ana, birthDate: '1980-01-03' }, 'fail'],
    ['no birth date', ana, { ...ana, birthDate: undefined }, 'indeterminate'],
  ])('T63 what is merely similar leans on something else: %s', (_what, record, claim, expected) => {
    expect(result(record, claim)).toBe(expected);
  });

  it('T65 the very document that was proofed is something to lean on', () => {
    expect(result(ana, { ...ana, givenName: 'Maria' }, sameDocument)).toBe('pass');
    expect(result(twoSurnames, { ...fewer, nationality: 'ESP' }, sameDocument)).toBe('pass');
    expect(result(ana, { ...ana, givenName: 'Bea' }, sameDocument)).toBe('fail');
  });
});
