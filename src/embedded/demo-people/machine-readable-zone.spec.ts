import { describe, expect, it } from '@jest/globals';
import { DEMO_PEOPLE } from './people.js';
import { checkDigit, machineReadableZone } from './machine-readable-zone.js';

describe('machineReadableZone', () => {
  it('agrees with the specimen in ICAO Doc 9303-5, appendix A', () => {
    const specimen = {
      documentNumber: 'D23145890',
      birthDate: '1974-08-12',
      expiryDate: '2012-04-15',
      familyName: 'Eriksson',
      givenName: 'Anna Maria',
    };
    const [first, second, third] = machineReadableZone(specimen);
    expect(first).toBe('I<UTOD231458907<<<<<<<<<<<<<<<');
    // The specimen gives a sex (F); the character is not covered by any digit.
    expect(second).toBe('7408122<1204159UTO<<<<<<<<<<<6');
    expect(third).toBe('ERIKSSON<<ANNA<MARIA<<<<<<<<<<');
  });

  it.each(DEMO_PEOPLE.map((person) => [person.login, person] as const))('is 3 x 30 characters for %s', (_, person) => {
    for (const line of machineReadableZone(person)) expect(line).toMatch(/^[A-Z0-9<]{30}$/);
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
