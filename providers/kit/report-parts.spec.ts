import { describe, expect, it } from '@jest/globals';
import { calendarDate } from './report-parts.js';

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
    ['2023', '4', '30', undefined],
    ['2023', '04', undefined, undefined],
  ])('%s, %s, %s is %s', (year, month, day, date) => {
    expect(calendarDate({ year, month, day })).toBe(date);
  });
});
