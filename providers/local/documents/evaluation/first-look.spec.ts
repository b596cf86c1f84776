import { describe, expect, it } from '@jest/globals';
import type { SpecimenData } from '../../../../src/embedded/specimens/index.js';
import { inventLicence, licenceText } from '../../../../test/cards/index.js';
import { SeededRandom } from '../../../../scripts/harness/seeded-random.js';
import { resignedZone } from '../../../../test/support/resigned-zone.js';
import type { SideReading } from '../document-reading.js';
import { firstLook } from './first-look.js';

const HOLDER: SpecimenData = {
  issuer: 'D',
  documentNumber: 'L7A410825',
  familyName: 'Oakley',
  givenName: 'Ana',
  birthDate: '1991-04-12',
  expiryDate: '2034-03-31',
};
const SIDE: SideReading = { reasons: [], signals: { screen: 'not_seen', photocopy: 'not_seen' } };
const sideWith = (lines: string[], confidence = 0.99): SideReading => ({
  ...SIDE,
  mrz: { lines, confidences: lines.map(() => confidence) },
});
const zone = resignedZone('TD1', HOLDER);
const faulty = zone.map((line) => line.replace('910412', '910413'));
const licence = (expiryDate: string): SideReading => {
  const invented = inventLicence(new SeededRandom(3), { version: 10, subfile: 'DL' });
  return {
    ...SIDE,
    barcode: { text: licenceText({ ...invented, holder: { ...invented.holder, expiryDate } }) },
  };
};

describe('firstLook', () => {
  const now = new Date('2026-11-26T12:00:00Z');

  it.each<[string, SideReading, string[]]>([
    ['a zone without a fault', sideWith(zone), []],
    ['a side that says nothing', SIDE, []],
    ['a barcode without a fault', licence('2031-03-31'), []],
    ['a poor picture', { ...sideWith(zone), reasons: ['document_glare'] }, ['document_glare']],
    [
      'a card that has expired',
      sideWith(resignedZone('TD1', { ...HOLDER, expiryDate: '2026-11-24' })),
      ['document_expired'],
    ],
    ['a card that is valid for life', sideWith(resignedZone('TD1', { ...HOLDER, expiryDate: '9999-01-01' })), []],
    ['a licence that has expired', licence('2026-11-24'), ['document_expired']],
    ['a wrong digit that was read well', sideWith(faulty), ['document_unreadable']],
    ['a wrong digit that was read badly', sideWith(faulty, 0.5), []],
  ])('finds with %s', (_what, side, reasons) => {
    expect(firstLook(side, now)).toEqual(reasons);
  });

  it('refuses a document once its last day has ended everywhere on earth, and not before', () => {
    const side = sideWith(resignedZone('TD1', { ...HOLDER, expiryDate: '2026-11-24' }));
    expect(firstLook(side, new Date('2026-11-25T11:59:00Z'))).toEqual([]);
    expect(firstLook(side, new Date('2026-11-25T12:01:00Z'))).toEqual(['document_expired']);
  });
});
