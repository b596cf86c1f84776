import { describe, expect, it } from '@jest/globals';
import { checkDigit } from './check-digit.js';

describe('checkDigit', () => {
  it.each([
    ['D23145890', '7'],
    ['740812', '2'],
    ['AB2134<<<', '5'],
    ['', '0'],
  ])('of %s is %s', (text, digit) => {
    expect(checkDigit(text)).toBe(digit);
  });
});
