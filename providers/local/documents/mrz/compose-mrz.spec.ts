import { describe, expect, it } from '@jest/globals';
import { composeMrz } from './compose-mrz.js';

const ERIKSSON = {
  documentCode: 'I',
  issuer: 'UTO',
  number: 'D23145890',
  familyName: 'Eriksson',
  givenName: 'Anna Maria',
  nationality: 'UTO',
  birthDate: '1974-08-12',
  sex: 'F',
  expiryDate: '2012-04-15',
} as const;

describe('composeMrz', () => {
  it.each([
    ['TD1', ['I<UTOD231458907<<<<<<<<<<<<<<<', '7408122F1204159UTO<<<<<<<<<<<6', 'ERIKSSON<<ANNA<MARIA<<<<<<<<<<']],
    ['TD2', ['I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<', 'D231458907UTO7408122F1204159<<<<<<<6']],
  ] as const)('draws the specimen of ICAO Doc 9303 in %s', (format, lines) => {
    expect(composeMrz(format, ERIKSSON)).toEqual(lines);
  });

  it('draws the specimen passport with its personal number', () => {
    const passport = { ...ERIKSSON, documentCode: 'P', number: 'L898902C3', optionalData: 'ZE184226B' };
    expect(composeMrz('TD3', passport)[1]).toBe('L898902C36UTO7408122F1204159ZE184226B<<<<<10');
  });

  it.each([
    ['Oakley-Reyes', 'Ana Lucía', 'OAKLEY<REYES<<ANA<LUCIA<<<<<<<'],
    ['O’Connor', undefined, 'OCONNOR<<<<<<<<<<<<<<<<<<<<<<<'],
    ['Nilavadhanananda', 'Chayapa Dejthamrong', 'NILAVADHANANANDA<<CHAYAPA<DEJT'],
    ['Bennelong Wooloomooloo Waran', 'Dingo', 'BENNELONG<WOOLOOMOOLOO<WARA<<D'],
  ])('writes the names %s, %s', (familyName, givenName, line) => {
    expect(composeMrz('TD1', { ...ERIKSSON, familyName, givenName })[2]).toBe(line);
  });
});
