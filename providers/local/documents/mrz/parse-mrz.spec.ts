import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SpecimenData } from '../../../../src/embedded/specimens/index.js';
import { resignedZone } from '../../../../test/support/resigned-zone.js';
import { MRZ_FORMATS, type MrzField } from './mrz-layout.js';
import type { MrzFieldFault, MrzHolder } from './mrz.js';
import { parseMrz } from './parse-mrz.js';

const DAY = '2026-11-26';

const holderOf = (lines: readonly string[], day = DAY): MrzHolder | undefined => {
  const result = parseMrz(lines, day);
  return result.kind === 'valid' ? result.holder : undefined;
};
const faultsOf = (lines: readonly string[], day = DAY): string[] => {
  const result = parseMrz(lines, day);
  return result.kind === 'faulty' ? result.faults.map(({ field, fault }: MrzFieldFault) => `${field} ${fault}`) : [];
};

const HOLDER: SpecimenData = {
  issuer: 'D',
  documentNumber: 'L01X00T47',
  familyName: 'Musterfrau',
  givenName: 'Ana Bea',
  nationality: 'UTO',
  birthDate: '1983-08-12',
  sex: 'F',
  expiryDate: '2031-02-28',
};
const td3 = (data: Partial<SpecimenData> = {}, fields: Partial<Record<MrzField, string>> = {}): string[] =>
  resignedZone('TD3', { ...HOLDER, ...data }, fields);
const td1 = (data: Partial<SpecimenData> = {}, fields: Partial<Record<MrzField, string>> = {}): string[] =>
  resignedZone('TD1', { ...HOLDER, ...data }, fields);

describe('parseMrz', () => {
  it.each([
    ['TD3', ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10']],
    ['TD1', ['I<UTOD231458907<<<<<<<<<<<<<<<', '7408122F1204159UTO<<<<<<<<<<<6', 'ERIKSSON<<ANNA<MARIA<<<<<<<<<<']],
    ['TD2', ['I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<', 'D231458907UTO7408122F1204159<<<<<<<6']],
    ['MRV-A', ['V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L8988901C4XXX4009078F96121096ZE184226B<<<<<<']],
    ['MRV-B', ['V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<', 'L8988901C4XXX4009078F9612109<<<<<<<<']],
  ])('reads the specimen of ICAO Doc 9303 in %s', (format, lines) => {
    const result = parseMrz(lines, DAY);
    expect(result).toMatchObject({ kind: 'valid', format });
    expect(holderOf(lines)).toMatchObject({
      familyName: 'ERIKSSON',
      givenName: 'ANNA MARIA',
      issuer: 'UTO',
      sex: 'female',
    });
  });

  const letters = (from: number, to: number) =>
    fc.string({ unit: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'), minLength: from, maxLength: to });
  const alphanumeric = (from: number, to: number) =>
    fc.string({ unit: fc.constantFrom(...'0123456789ABCXYZ'), minLength: from, maxLength: to });
  const dates = (from: string, to: string) =>
    fc
      .date({ min: new Date(from), max: new Date(to), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10));
  const specimens = fc.record({
    issuer: fc.constantFrom('D', 'GBR', 'GBD', 'UTO', 'UNO', 'FRA'),
    documentNumber: alphanumeric(1, 12),
    familyName: fc.array(letters(1, 6), { minLength: 1, maxLength: 2 }).map((words) => words.join(' ')),
    givenName: letters(0, 8),
    nationality: fc.constantFrom('D', 'XXA', 'USA'),
    birthDate: dates('1927-01-01', '2026-11-26'),
    sex: fc.constantFrom('F' as const, 'M' as const, 'X' as const),
    expiryDate: dates('2026-12-01', '2066-12-31'),
    optionalData: alphanumeric(0, 2),
  });

  it.each(MRZ_FORMATS)('reads back what is drawn as %s, by code that shares nothing with it', (format) => {
    fc.assert(
      fc.property(specimens, ({ documentNumber, optionalData, givenName, ...data }) => {
        const number = format === 'TD1' || format === 'TD2' ? documentNumber : documentNumber.slice(0, 9);
        const optional = format === 'TD2' && number.length > 9 ? '' : optionalData;
        const lines = resignedZone(format, { ...data, givenName, documentNumber: number, optionalData: optional });
        const sex = { F: 'female', M: 'male', X: 'unspecified' }[data.sex];
        expect(holderOf(lines)).toMatchObject({ ...data, sex, number, optionalData: optional });
        expect(holderOf(lines)?.givenName ?? '').toBe(givenName);
      }),
    );
  });

  it('T67, T89: answers any text without throwing, and believes none of it', () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('<', 'A', '0'), minLength: 30, maxLength: 44 }),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 4 }), (lines) => {
        expect(['unrecognised', 'faulty']).toContain(parseMrz(lines, DAY).kind);
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    [
      'a line too short',
      ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10'],
    ],
    ['a line too many', [...td3({}), '']],
    ['no line', []],
    ['lines of different formats', [td3({})[0] ?? '', 'D231458907UTO7408122F1204159<<<<<<<6']],
  ])('T67: knows no format with %s', (_what, lines) => {
    expect(parseMrz(lines, DAY)).toEqual({ kind: 'unrecognised' });
  });
});

describe('T67: names', () => {
  const withNames = (names: string): string[] => [`P<D<<${names.padEnd(39, '<')}`, td3({})[1] ?? ''];

  it.each([
    ['ERIKSSON<<ANNA<MARIA', { familyName: 'ERIKSSON', givenName: 'ANNA MARIA', namesTruncated: false }],
    ['VAN<DER<MEER', { familyName: 'VAN DER MEER', namesTruncated: false }],
    ['A'.repeat(20) + '<<' + 'B'.repeat(17), { namesTruncated: true }],
    ['A'.repeat(39), { namesTruncated: true }],
  ])('reads %s', (names, expected) => {
    expect(holderOf(withNames(names))).toMatchObject(expected);
  });

  it.each([
    ['nothing but fillers', '', 'names missing'],
    ['a filler first', '<ERIKSSON<<ANNA', 'names filler'],
    ['three fillers in between', 'ERIKSSON<<<ANNA', 'names filler'],
    ['a third part', 'ERIKSSON<<ANNA<<MARIA', 'names filler'],
    ['given names only', '<<ANNA', 'names filler'],
    ['a digit', 'ERIKSS0N<<ANNA', 'names alphabet'],
    ['a small letter', 'ERIKSSoN<<ANNA', 'names alphabet'],
    ['a letter of another script', 'ERIKSSОN<<ANNA', 'names alphabet'],
  ])('refuses %s', (_what, names, fault) => {
    expect(faultsOf(withNames(names))).toEqual([fault]);
  });
});

describe('T67: document numbers', () => {
  it('goes on in the optional data of a card, with its digit at the end', () => {
    const lines = td1({ documentNumber: 'D23145890734', optionalData: 'X1' });
    // ICAO Doc 9303-5, note j, gives this number and this line.
    expect(lines[0]).toBe('I<D<<D23145890<7349<X1<<<<<<<<');
    expect(holderOf(lines)).toMatchObject({ number: 'D23145890734', optionalData: 'X1' });
  });

  it.each([
    ['no number', '<<<<<<<<<', 'number missing'],
    ['a filler first', '<L01X00T4', 'number filler'],
    ['two fillers inside', 'L01<<0T47', 'number filler'],
  ])('refuses %s', (_what, number, fault) => {
    expect(faultsOf(td3({}, { number }))).toContain(fault);
  });

  it.each([
    ['without more of it', 'I<D<<D23145890<<<<<<<<<<<<<<<<'],
    ['without a digit', 'I<D<<D23145890<7<<<<<<<<<<<<<<'],
    ['with a wrong digit', 'I<D<<D23145890<7340<<<<<<<<<<<'],
    ['with a filler before more of it', 'I<D<<D2314589<<7349<<<<<<<<<<<'],
  ])('refuses a long number %s', (_what, first) => {
    const lines = td1({ documentNumber: 'D23145890734' });
    expect(holderOf([first, ...lines.slice(1)])).toBeUndefined();
  });

  it.each(['<', '0'])('an unused personal number may have %s for its digit', (digit) => {
    const [first = '', second = ''] = td3({});
    expect(holderOf([first, `${second.slice(0, 42)}${digit}${second.slice(43)}`])).toBeDefined();
    expect(holderOf([first, `${second.slice(0, 42)}1${second.slice(43)}`])).toBeUndefined();
  });

  it('a personal number has its digit', () => {
    const [first = '', second = ''] = td3({ optionalData: '12345' });
    expect(holderOf([first, second])?.optionalData).toBe('12345');
    expect(faultsOf([first, `${second.slice(0, 42)}<${second.slice(43)}`])).toContain('optionalDigit check_digit');
  });
});

describe('T67, T68: dates', () => {
  it.each([
    ['this century', '2026-11-26', DAY, '2026-11-26'],
    ['the last, when it would be tomorrow', '2026-11-27', DAY, '1926-11-27'],
    ['the last', '1983-08-12', DAY, '1983-08-12'],
    ['29 February in a leap year', '2024-02-29', DAY, '2024-02-29'],
    ['29 February of 2000, which 1900 did not have', '2000-02-29', DAY, '2000-02-29'],
    ['an unknown day', '1983-08-00', DAY, '1983-08-00'],
    ['an unknown month and day', '1983-00-00', DAY, '1983-00-00'],
    ['an unknown month', '1983-00-12', DAY, '1983-00-12'],
  ])('birth in %s', (_what, birthDate, day, read) => {
    expect(
      holderOf(td3({}, { birthDate: birthDate.slice(2).replaceAll('-00', '<<').replaceAll('-', '') }), day)?.birthDate,
    ).toBe(read);
  });

  it('a birth date may be unknown altogether', () => {
    const holder = holderOf(td3({}, { birthDate: '' }));
    expect(holder).toBeDefined();
    expect(holder?.birthDate).toBeUndefined();
  });

  it.each(['830229', '831301', '830431', '830432', '83<<32', '8<0812', '83081<', '830008', '830800', '8308AB'])(
    'refuses %s as a birth date, its digit right',
    (birthDate) => {
      expect(faultsOf(td3({}, { birthDate }))).toEqual(['birthDate no_such_date']);
    },
  );

  it.each([
    ['2066-12-31', '2066-12-31'],
    ['2000-01-01', '2000-01-01'],
    ['2067-01-01', undefined],
    ['9999-01-01', undefined],
    ['1999-12-31', undefined],
    ['2028-02-29', '2028-02-29'],
  ])('an expiry written as of %s is in %s', (expiryDate, read) => {
    expect(holderOf(td3({ expiryDate, birthDate: '1950-01-01' }))?.expiryDate).toBe(read);
  });

  it.each(['2027-02-29', '2031-04-31', '2031-00-00', '9999-02-29'])('refuses expiry on %s', (expiryDate) => {
    expect(faultsOf(td3({ expiryDate }))).toEqual(['expiryDate no_such_date']);
  });

  it('refuses a document that expired before its holder was born', () => {
    expect(faultsOf(td3({ birthDate: '2020-05-05', expiryDate: '2019-05-05' }))).toEqual(['expiryDate before_birth']);
  });
});

describe('T67: codes', () => {
  it.each([['D'], ['GBD'], ['UNO'], ['UTO'], ['EUE'], ['RKS'], ['XOM']])('%s may issue', (issuer) => {
    expect(holderOf(td3({ issuer }))?.issuer).toBe(issuer);
  });

  it.each([['DEU'], ['XXX'], ['QQQ'], ['GB'], ['D<D'], ['<D'], ['<<<']])('%s issues nothing', (issuer) => {
    expect(faultsOf(td3({}, { issuer }))).toContain('issuer unknown_code');
  });

  it.each([['XXA'], ['XXX'], ['D']])('%s may be a nationality', (nationality) => {
    expect(holderOf(td3({ nationality }))?.nationality).toBe(nationality);
  });

  it.each([
    ['TD3', 'I'],
    ['TD1', 'P'],
    ['TD1', 'X'],
    ['TD1', 'IV'],
    ['TD1', 'I1'],
    ['TD2', '<I'],
  ] as const)('%s has no code %s', (format, documentCode) => {
    expect(faultsOf(resignedZone(format, HOLDER, { documentCode }))).toContain('documentCode unknown_code');
  });
});
