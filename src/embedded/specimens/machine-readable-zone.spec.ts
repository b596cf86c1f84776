import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEMO_PEOPLE } from '../demo-people/people.js';
import { machineReadableNames, transliterate } from './machine-readable-names.js';
import { checkDigit, machineReadableZone } from './machine-readable-zone.js';
import type { SpecimenData, SpecimenKind } from './specimen.js';

const ERIKSSON: SpecimenData = {
  familyName: 'Eriksson',
  givenName: 'Anna Maria',
  birthDate: '1974-08-12',
  expiryDate: '2012-04-15',
  sex: 'F',
  documentNumber: 'D23145890',
};
const VISITOR: SpecimenData = {
  ...ERIKSSON,
  birthDate: '1940-09-07',
  expiryDate: '1996-12-10',
  documentNumber: 'L8988901C',
  nationality: 'XXX',
};

describe('machineReadableZone', () => {
  it.each<[string, SpecimenKind, SpecimenData, string[]]>([
    [
      '9303-5, appendix A',
      'td1',
      ERIKSSON,
      ['I<UTOD231458907<<<<<<<<<<<<<<<', '7408122F1204159UTO<<<<<<<<<<<6', 'ERIKSSON<<ANNA<MARIA<<<<<<<<<<'],
    ],
    [
      '9303-5, a number of more than nine characters',
      'td1',
      {
        familyName: 'Stevenson',
        givenName: 'Peter John',
        birthDate: '1934-07-12',
        expiryDate: '1995-07-12',
        sex: 'M',
        documentNumber: 'D23145890734',
      },
      ['I<UTOD23145890<7349<<<<<<<<<<<', '3407127M9507122UTO<<<<<<<<<<<2', 'STEVENSON<<PETER<JOHN<<<<<<<<<'],
    ],
    [
      '9303-6, appendix A',
      'td2',
      ERIKSSON,
      ['I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<', 'D231458907UTO7408122F1204159<<<<<<<6'],
    ],
    [
      '9303-4, appendix A',
      'td3',
      { ...ERIKSSON, documentNumber: 'L898902C3', optionalData: 'ZE184226B' },
      ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10'],
    ],
    [
      '9303-7, appendix A',
      'mrv_a',
      { ...VISITOR, optionalData: '6ZE184226B' },
      ['V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L8988901C4XXX4009078F96121096ZE184226B<<<<<<'],
    ],
    [
      '9303-7, appendix B',
      'mrv_b',
      VISITOR,
      ['V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<', 'L8988901C4XXX4009078F9612109<<<<<<<<'],
    ],
  ])('agrees with the specimen in ICAO Doc %s', (_, kind, data, lines) => {
    expect(machineReadableZone(kind, data)).toEqual(lines);
  });

  it.each(DEMO_PEOPLE.map((person) => [person.login, person] as const))('is 3 x 30 characters for %s', (_, person) => {
    for (const line of machineReadableZone('td1', person)) expect(line).toMatch(/^[A-Z0-9<]{30}$/);
  });
});

describe('machineReadableNames', () => {
  it.each([
    ['fits', 'Ek', 'Bo', 10, 'EK<<BO<<<<'],
    ['has no given name', 'Arkfreith', '', 12, 'ARKFREITH<<<'],
    [
      'cuts given names',
      'Nilavadhanananda',
      'Chayapa Dejthamrong Krasuang',
      39,
      'NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K',
    ],
    ['cuts family names', 'Bennelong Wooloomooloo Warrandyte', 'Dingo', 30, 'BENNELONG<WOOLOOMOOLOO<W<<DING'],
    ['shortens a given name where the family name has one letter', 'O', 'Abcde Fgh', 9, 'O<<ABCD<F'],
    [
      'shortens a family name where a given name of one letter would not end the line',
      'Abc De F',
      'G',
      10,
      'AB<DE<F<<G',
    ],
    ['never ends a cut name in a filler', 'Abcdefgh', 'Ij Klmnopqr', 13, 'ABCDEFG<<IJ<K'],
  ])('%s', (_, familyName, givenName, length, expected) => {
    expect(machineReadableNames({ familyName, givenName }, length)).toBe(expected);
  });

  it('fills exactly its room, with a letter at the end of every name that was cut', () => {
    const word = fc.stringMatching(/^[A-Z]{1,20}$/);
    const name = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(name, name, fc.constantFrom(30, 31, 39), (familyName, givenName, length) => {
        const names = machineReadableNames({ familyName, givenName }, length);
        expect(names).toHaveLength(length);
        const isCut = familyName.length + 2 + givenName.length > length;
        if (isCut) expect(names).toMatch(/[A-Z]$/);
      }),
    );
  });
});

describe('transliterate', () => {
  it.each([
    ['Müller-Lüdenscheidt', 'MUELLER<LUEDENSCHEIDT'],
    ['O’Connor', 'OCONNOR'],
    ['Ærøskøbing', 'AEROESKOEBING'],
    ['Ana Lucía', 'ANA<LUCIA'],
  ])('%s is %s', (name, expected) => {
    expect(transliterate(name)).toBe(expected);
  });
});

describe('checkDigit', () => {
  it.each([
    ['D23145890', '7'],
    ['740812', '2'],
    ['AB2134<<<', '5'],
  ])('of %s is %s', (text, digit) => {
    expect(checkDigit(text)).toBe(digit);
  });
});
