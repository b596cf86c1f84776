import { describe, expect, it } from '@jest/globals';
import type { SpecimenData } from '../../../../src/embedded/specimens/index.js';
import { inventLicence, licenceText } from '../../../../test/cards/index.js';
import { SeededRandom } from '../../../../scripts/harness/seeded-random.js';
import { resignedZone } from '../../../../test/support/resigned-zone.js';
import type { SideReading } from '../document-reading.js';
import type { MrzFormat } from '../mrz/mrz-layout.js';
import { evaluateDocument } from './evaluate-document.js';

const NOW = new Date('2026-11-26T12:00:00Z');

const VICTIM: SpecimenData = {
  issuer: 'D',
  nationality: 'D',
  documentNumber: 'L7A410825',
  familyName: 'Martinelli',
  givenName: 'Maria',
  birthDate: '1991-04-12',
  expiryDate: '2034-03-31',
  sex: 'F',
};
const OF_VICTIM = ['MARTINELLI', 'MARIA', '12 APR 1991', 'L7A410825', '31 MAR 2034'];
const OF_ATTACKER = ['MALLORY', 'EVE', '03.09.1988', 'X4K220917', '30.06.2031'];
const LICENCE_OF_VICTIM = {
  ...{ familyName: 'MARTINELLI', firstName: 'MARIA', middleName: '', birthDate: '1991-04-12', sex: 'F' as const },
  ...{ issueDate: '2024-03-31', expiryDate: '2034-03-31', licenceNumber: 'L7A410825' },
};

const side = (more: Partial<SideReading> = {}): SideReading => ({
  reasons: [],
  signals: { screen: 'not_seen', photocopy: 'not_seen' },
  ...more,
});
const printOf = (texts: readonly string[]): SideReading['printed'] =>
  texts.map((text, row) => ({ text, box: { left: 0, top: 40 * row, width: 400, height: 30 }, confidence: 0.9 }));
const zoneOf = (format: MrzFormat, data = VICTIM): SideReading['mrz'] => {
  const lines = resignedZone(format, data);
  return { lines, confidences: lines.map(() => 0.97) };
};
const BARCODE = {
  text: licenceText({
    ...inventLicence(new SeededRandom(7), { version: 10, subfile: 'DL' }),
    holder: LICENCE_OF_VICTIM,
  }),
};

function consistency(front: Partial<SideReading>, back: Partial<SideReading>): string {
  const { checks } = evaluateDocument({ reading: { front: side(front), back: side(back) }, now: NOW });
  const found = checks.find(({ kind }) => kind === 'document_data_consistency');
  return [found?.result, ...(found?.reasonCodes ?? [])].join(' ');
}

describe('T66: the front of one document with the back of another', () => {
  it.each<[string, Partial<SideReading>, Partial<SideReading>]>([
    ['a zone on the back', {}, { mrz: zoneOf('TD1') }],
    ['a barcode on the back', {}, { barcode: BARCODE }],
    ['a zone pasted on the front', { mrz: zoneOf('TD2') }, {}],
  ])('is for a person to look at, whatever the back prints itself: %s', (_what, front, back) => {
    const forged = { ...back, printed: printOf(OF_VICTIM) };
    expect(consistency({ ...front, printed: printOf(OF_VICTIM) }, back)).toBe('pass ok');
    expect(consistency({ ...front, printed: printOf(OF_ATTACKER) }, forged)).toBe(
      'indeterminate document_inconsistent',
    );
    // Print that was made unreadable ties nothing to anything.
    for (const printed of [[], undefined])
      expect(consistency({ ...front, printed }, forged)).toBe('indeterminate document_inconsistent');
  });

  it.each([
    ['the family name', ['MALLORY', 'MARIA', '12 APR 1991']],
    ['the given name', ['MARTINELLI', 'EVE', '12 APR 1991']],
    ['the birth date of somebody of that name', ['MARTINELLI', 'MARIA', '03.09.1988']],
    // The zone is the attacker's to write, and the account is not known by these.
    ['everything but the number and the date of expiry', ['MALLORY', 'EVE', '03.09.1988', 'L7A410825', '31.03.2034']],
  ])('is noticed by one thing that the front has otherwise: %s', (_what, front) => {
    const back = { mrz: zoneOf('TD1'), printed: printOf(OF_VICTIM) };
    expect(consistency({ printed: printOf(front) }, back)).toBe('indeterminate document_inconsistent');
  });

  it('is not what a card is that prints number and date of expiry on its back only', () => {
    const back = { mrz: zoneOf('TD1'), printed: printOf(OF_VICTIM.slice(3)) };
    expect(consistency({ printed: printOf(OF_VICTIM.slice(0, 3)) }, back)).toBe('pass ok');
  });

  it('is said together with the fault of a picture that may be why, and of no other', () => {
    const [glare, blur] = [{ reasons: ['document_glare' as const] }, { reasons: ['document_blurred' as const] }];
    const back = { mrz: zoneOf('TD1'), printed: printOf(OF_VICTIM) };
    const nameless = { printed: printOf(OF_VICTIM.slice(1)) };
    expect(consistency({ ...nameless, ...glare }, back)).toBe('indeterminate document_inconsistent document_glare');
    expect(consistency(nameless, { ...back, ...blur })).toBe('indeterminate document_inconsistent');
    // A number may stand on either side.
    const [front, numberless] = [{ printed: printOf(OF_VICTIM.slice(0, 3)) }, { mrz: zoneOf('TD1') }];
    expect(consistency(front, { ...numberless, ...blur })).toBe('indeterminate document_inconsistent document_blurred');
  });

  it('is said alone where a poor picture cannot be why: a zone and a barcode that differ, a zone whose digits are wrong', () => {
    const poor = { reasons: ['document_glare' as const] };
    const printed = printOf(OF_VICTIM);
    const other = zoneOf('TD1', { ...VICTIM, givenName: 'Eve' });
    expect(consistency({ printed, ...poor }, { mrz: other, barcode: BARCODE, ...poor })).toBe(
      'fail document_inconsistent',
    );
    const [first = '', ...rest] = zoneOf('TD1')?.lines ?? [];
    const lines = [first.replace('L7A410825', 'L7A410826'), ...rest];
    const wrong = { lines, confidences: lines.map(() => 0.999) };
    expect(consistency({ printed, ...poor }, { mrz: wrong, ...poor })).toBe('fail document_inconsistent');
  });
});
