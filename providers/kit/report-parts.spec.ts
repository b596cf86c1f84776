import { describe, expect, it } from '@jest/globals';
import { birthDateIn, birthDateOf, calendarDate } from './report-parts.js';

describe('a date that a partner wrote', () => {
  it.each([
    ['1987', '06', '05', '1987-06-05'],
    ['2024', '02', '29', '2024-02-29'],
    ['2023', '02', '29', undefined],
    ['1900', '02', '29', undefined],
    ['2023', '04', '31', undefined],
    ['2023', '13', '01', undefined],
    ['2023', '00', '10', undefined],
    ['23', '04', '30', undefined],
    ['-123456', '04', '30', undefined],
    ['2023', '4', '30', undefined],
    ['2023', '04', undefined, undefined],
  ])('%s, %s, %s is %s', (year, month, day, date) => {
    expect(calendarDate({ year, month, day })).toBe(date);
  });
});

describe('T63 a birth date that a partner wrote', () => {
  it.each([
    ['1987', '06', '05', '1987-06-05'],
    ['1987', '06', '00', '1987-06-00'],
    ['1987', '00', '00', '1987-00-00'],
    ['1987', '00', '05', undefined],
    ['1987', '13', '00', undefined],
    ['0000', '00', '00', undefined],
    ['0000', '06', '00', undefined],
    ['0000', '06', '05', undefined],
    ['87', '00', '00', undefined],
    ['1987', '06', undefined, undefined],
    ['1987', undefined, undefined, undefined],
    ['2023', '02', '29', undefined],
  ])('may lack its day, or day and month, where the partner says so: %s, %s, %s is %s', (year, month, day, date) => {
    expect(birthDateOf({ year, month, day })).toBe(date);
  });

  it.each([
    ['1987-06-00', '1987-06-00'],
    ['1987-00-00', '1987-00-00'],
    ['1987-06-05', '1987-06-05'],
    ['1987-XX-XX', undefined],
    ['1987-06', undefined],
    ['19870600', undefined],
    [19_870_600, undefined],
    [undefined, undefined],
  ])('%j is %j in ISO 8601 order', (text, date) => {
    expect(birthDateIn(text)).toBe(date);
  });
});
