import { describe, expect, it } from '@jest/globals';
import { CULTURES, generatePeople } from './generate-people.js';
import { inOwnScript, printed } from './person.js';

describe('generatePeople', () => {
  const people = [...generatePeople(7, 3_000)];

  it('gives the same people for the same seed, and the first of more', () => {
    expect([...generatePeople(7, 100)]).toEqual(people.slice(0, 100));
    expect([...generatePeople(8, 100)]).not.toEqual(people.slice(0, 100));
  });

  it('knows people of every culture, each with a name, a day of birth and a document', () => {
    expect(new Set(people.map(({ culture }) => culture)).size).toBe(CULTURES.length);
    for (const person of people) {
      expect(printed(person.family)).toMatch(/^\p{L}/u);
      expect(person.birthDate).toMatch(/^(19|20)\d\d-\d\d-\d\d$/);
      expect(person.documentNumber).toMatch(/^[A-Z]\d{7}$/);
    }
  });

  it('has names in own scripts, of two surnames, of one word, with suffixes', () => {
    expect(people.some(({ family }) => inOwnScript(family)?.match(/^\p{Script=Cyrillic}+$/u))).toBe(true);
    expect(people.some(({ family }) => inOwnScript(family)?.match(/^[\p{Script=Arabic} ]+$/u))).toBe(true);
    expect(people.some(({ family }) => family.length === 2)).toBe(true);
    expect(people.some(({ given }) => given.length === 0)).toBe(true);
    expect(people.some(({ suffix }) => suffix === 'III')).toBe(true);
  });
});
