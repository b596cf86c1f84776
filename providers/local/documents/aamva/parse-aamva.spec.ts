import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  AAMVA_VERSIONS,
  inventLicence,
  JURISDICTIONS,
  licenceText,
  type Licence,
} from '../../../../test/cards/index.js';
import { SeededRandom } from '../../../../scripts/harness/seeded-random.js';
import type { AamvaHolder } from './aamva.js';
import { parseAamva } from './parse-aamva.js';

const DAY = '2026-11-26';
const [VIRGINIA, , , , ONTARIO] = JURISDICTIONS;

const HOLDER: Licence['holder'] = {
  familyName: 'MARSH',
  firstName: 'ANA',
  middleName: 'LUCIA',
  birthDate: '1991-04-12',
  issueDate: '2020-03-31',
  expiryDate: '2030-03-31',
  sex: 'F',
  licenceNumber: 'T64235790',
};
const licence = (change: Partial<Licence> = {}): string =>
  licenceText({
    version: 10,
    jurisdiction: VIRGINIA ?? inventLicence(new SeededRandom(1)).jurisdiction,
    subfile: 'DL',
    holder: HOLDER,
    ...change,
  });

const holderOf = (text: string): AamvaHolder | undefined => {
  const result = parseAamva(text, DAY);
  return result.kind === 'valid' ? result.holder : undefined;
};
const faultsOf = (text: string): string[] => {
  const result = parseAamva(text, DAY);
  return result.kind === 'faulty' ? result.faults.map(({ where, fault }) => `${where} ${fault}`) : [result.kind];
};

/** A file of one subfile, with offsets and lengths that are right for it. */
const file = (elements: readonly string[], { head = '6360001001', type = 'DL' } = {}): string => {
  const subfile = `${type}${elements.join('\n')}\r`;
  const start = `@\n\x1e\rANSI ${head}01`;
  return `${start}${type}${four(start.length + 10)}${four(subfile.length)}${subfile}`;
};
const four = (value: number): string => String(value).padStart(4, '0');

const ELEMENTS = [
  ...['DAQT64235790', 'DCSMARSH', 'DDEN', 'DACANA', 'DDFN', 'DADLUCIA', 'DDGN', 'DBD03312020', 'DBB04121991'],
  ...['DBA03312030', 'DBC2', 'DAJVA', 'DCGUSA'],
];
const changed = (id: string, element?: string): string[] =>
  ELEMENTS.flatMap((each) => (each.startsWith(id) ? (element ?? []) : each));

describe('parseAamva', () => {
  it.each(AAMVA_VERSIONS)('reads version %i, in both countries and both kinds', (version) => {
    for (const jurisdiction of JURISDICTIONS)
      for (const subfile of ['DL', 'ID'] as const) {
        expect(holderOf(licence({ version, jurisdiction, subfile }))).toEqual({
          version,
          document: subfile === 'DL' ? 'driving_licence' : 'identity_card',
          issuer: { iin: jurisdiction.iin, code: jurisdiction.code, country: jurisdiction.country },
          number: 'T64235790',
          familyName: 'MARSH',
          givenName: 'ANA LUCIA',
          namesTruncated: false,
          birthDate: '1991-04-12',
          issueDate: '2020-03-31',
          expiryDate: '2030-03-31',
          sex: 'female',
        });
      }
  });

  it('reads the sample of the standard of 2020, annex D', () => {
    const text =
      '@\n\x1e\rANSI 636000100102DL00410278ZV03190008DLDAQT64235789\nDCSSAMPLE\nDDEN\nDACMICHAEL\nDDFN\nDADJOHN\nDDGN\n' +
      'DCUJR\nDCAD\nDCBK\nDCDPH\nDBD06062019\nDBB06061986\nDBA12102024\nDBC1\nDAU068 in\nDAYBRO\nDAG2300 WEST BROAD STREET\n' +
      'DAIRICHMOND\nDAJVA\nDAK232690000  \nDCF2424244747474786102204\nDCGUSA\nDCK123456789\nDDAF\nDDB06062018\nDDC06062020\n' +
      'DDD1\rZVZVA01\r';
    expect(holderOf(text)).toMatchObject({ number: 'T64235789', familyName: 'SAMPLE', givenName: 'MICHAEL JOHN' });
  });

  it.each([
    ['no middle name', changed('DAD', 'DADNONE'), { givenName: 'ANA' }],
    ['no given name at all', changed('DA', undefined), undefined],
    ['a name that was cut off', changed('DDF', 'DDFT'), { namesTruncated: true }],
    ['a name that may have been cut off', changed('DDE', 'DDEU'), { namesTruncated: true }],
    ['a last element with a separator', [...ELEMENTS, ''], { number: 'T64235790' }],
    ['padding', changed('DCS', 'DCSMARSH     '), { familyName: 'MARSH' }],
    ['an accent', changed('DCS', 'DCSMÜLLER'), { familyName: 'MÜLLER' }],
  ])('reads a card with %s', (_what, elements, expected) => {
    if (expected) expect(holderOf(file(elements))).toMatchObject(expected);
    else expect(holderOf(file(elements))).toBeUndefined();
  });

  it.each([
    ['family, first and middle', 'DAAPUBLIC,JOHN,Q', 'PUBLIC', 'JOHN Q'],
    ['a gap and a suffix', 'DAAJOHNSON,JACK,,3RD', undefined, undefined],
    ['a family name only', 'DAAPUBLIC', 'PUBLIC', undefined],
  ])('version 1 has the whole name in one element: %s', (_what, element, familyName, givenName) => {
    const rest = ['DAQ123', 'DBA20301201', 'DBB19761123', 'DBCM', 'DBD20200101', 'DAJVA'];
    const holder = holderOf(file([element, ...rest], { head: '63600001' }));
    expect([holder?.familyName, holder?.givenName]).toEqual([familyName, givenName]);
  });

  it('dates are year first in Canada and month first in the United States', () => {
    const canadian = licence({ jurisdiction: ONTARIO });
    expect(canadian).toContain('DBB19910412');
    expect(faultsOf(canadian.replace('DBB19910412', 'DBB04121991'))).toEqual(['DBB no_such_date']);
    expect(faultsOf(licence().replace('DBB04121991', 'DBB19910412'))).toEqual(['DBB no_such_date']);
  });
});

describe('T90: what cannot be', () => {
  it.each([
    ['nothing', '', ['unrecognised']],
    ['no compliance indicator', licence().slice(1), ['unrecognised']],
    ['another file type', licence().replace('ANSI ', 'ANSIX'), ['unrecognised']],
    ['the old file type in a new version', licence().replace('ANSI ', 'AAMVA'), ['header unknown']],
    ['an issuer that there is not', licence().replace('636000', '999999'), ['header unknown']],
    ['version 0', licence().replace('63600010', '63600000'), ['header unknown']],
    ['version 12', licence().replace('63600010', '63600012'), ['header unknown']],
    ['a header that breaks off', licence().slice(0, 17), ['header value']],
    ['no subfile', '@\n\x1e\rANSI 636000100100', ['header bounds']],
    ['more subfiles than fit', licence().replace('100102', '100199'), ['header bounds']],
    ['one subfile more than there is', licence().replace('100102', '100103'), ['subfile bounds']],
    ['an issuer’s own subfile only', file(['ZVA01'], { type: 'ZV' }), ['subfile missing']],
    ['an element twice', file([...ELEMENTS, 'DCSOTHER']), ['subfile repeated']],
    ['an element that is none', file([...ELEMENTS, 'da']), ['subfile value']],
    ['an empty element', file(['', ...ELEMENTS]), ['subfile value']],
    ['a control character', file(changed('DCS', 'DCSMA\0RSH')), ['subfile value']],
    ['a terminator inside', file(changed('DCS', 'DCSMA\rRSH')), ['subfile not_there']],
    ['something behind it', `${licence()}DAQ1`, ['subfile bounds']],
    ['more than a symbol holds', licence() + '\n'.repeat(2_710), ['header too_long']],
  ])('%s', (_what, text, faults) => {
    expect(faultsOf(text)).toEqual(faults);
  });

  it('two subfiles of the holder', () => {
    const subfile = `DL${ELEMENTS.join('\n')}\r`;
    const { length } = subfile;
    const head = `@\n\x1e\rANSI 636000100102DL0041${four(length)}ID${four(41 + length)}${four(length)}`;
    expect(faultsOf(head + subfile + subfile.replace('DL', 'ID'))).toEqual(['subfile repeated']);
  });

  it('markup and patterns in an issuer’s own subfile are bytes like any other, and are in nothing that is read', () => {
    const own = 'ZVZVA<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;(a+)+$\r';
    const subfile = `DL${ELEMENTS.join('\n')}\r`;
    const head = `@\n\x1e\rANSI 636000100102DL0041${four(subfile.length)}ZV${four(41 + subfile.length)}${four(own.length)}`;
    const holder = holderOf(head + subfile + own);
    expect(holder?.number).toBe('T64235790');
    expect(JSON.stringify(holder)).not.toMatch(/xml|passwd/);
  });

  it.each([
    ['born when it was issued', changed('DBB', 'DBB03312020'), ['DBB order']],
    ['issued tomorrow', changed('DBD', 'DBD11272026'), ['DBD order']],
    ['issued when it expired', changed('DBA', 'DBA03312020'), ['DBD order']],
    ['born on a day that there is not', changed('DBB', 'DBB02291991'), ['DBB no_such_date']],
    ['expiring on 29 February', changed('DBA', 'DBA02292030'), ['DBA no_such_date']],
    ['a date of seven digits', changed('DBA', 'DBA3312030'), ['DBA no_such_date']],
    ['a country that is not the issuer’s', changed('DCG', 'DCGCAN'), ['DCG country']],
    ['no number', changed('DAQ', 'DAQNONE'), ['DAQ value']],
    ['no family name', changed('DCS', 'DCSNONE'), ['DCS missing']],
    ['a digit in a name', changed('DCS', 'DCSMAR5H'), ['DCS value']],
    ['another sex', changed('DBC', 'DBC3'), ['DBC value']],
    ['an address nowhere', changed('DAJ', 'DAJQQ'), ['DAJ value']],
    ['another truncation', changed('DDE', 'DDEX'), ['DDE value']],
    ...['DAQ', 'DBA', 'DBB', 'DBC', 'DBD', 'DAJ', 'DCG', 'DDE', 'DDF', 'DDG', 'DCS', 'DAC', 'DAD'].map(
      (id) => [`no ${id}`, changed(id), [`${id} missing`]] as const,
    ),
  ])('%s', (_what, elements, faults) => {
    expect(faultsOf(file(elements))).toEqual(faults);
  });
});

describe('T89, T90: any text', () => {
  it('is answered without throwing', () => {
    const wild = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc
        .array(
          fc.constantFrom(
            '@\n\x1e\r',
            'ANSI ',
            '636000',
            '10',
            '01',
            'DL',
            '0041',
            '0278',
            'DAQ',
            '\n',
            '\r',
            '<',
            '9',
          ),
        )
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(wild, fc.boolean(), (text, marked) => {
        expect(['unrecognised', 'faulty']).toContain(parseAamva(marked ? `@\n\x1e\rANSI ${text}` : text, DAY).kind);
      }),
      { numRuns: 500 },
    );
  });
});
