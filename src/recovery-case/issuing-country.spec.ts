import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { alpha3Of, issuerOf } from './issuing-country.js';

describe('issuerOf', () => {
  it.each([
    ['DEU', 'DEU'],
    ['DE', 'DEU'],
    ['de', 'DEU'],
    ['D', 'DEU'],
    ['D<<', 'DEU'],
    [' gbr ', 'GBR'],
    ['GBD', 'GBR'],
    ['GBN', 'GBR'],
    ['GBO', 'GBR'],
    ['GBP', 'GBR'],
    ['GBS', 'GBR'],
    ['XK', 'RKS'],
    ['XKX', 'RKS'],
    ['UTO', 'UTO'],
    ['UNO', 'UNO'],
  ])('reads %j as %s', (text, issuer) => {
    expect(issuerOf(text)).toBe(issuer);
  });

  it.each([
    '',
    '<<<',
    'XX',
    'XXA',
    'XXB',
    'XXC',
    'XXX',
    'Germany',
    'ß',
    'ıt',
    'D1',
    'constructor',
    49,
    null,
    undefined,
    {},
  ])('knows no state behind %j', (text) => {
    expect(issuerOf(text)).toBeUndefined();
  });

  it('gives three letters or nothing, the same for every way of writing, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.string({ maxLength: 4 })), (text) => {
        const issuer = issuerOf(text);
        if (issuer === undefined) return;
        expect(issuer).toMatch(/^[A-Z]{3}$/);
        expect([issuerOf(issuer), alpha3Of(issuer)]).toEqual([issuer, issuer]);
        expect(issuerOf(String(text).toLowerCase())).toBe(issuer);
      }),
    );
  });
});
