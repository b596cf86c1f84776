import { describe, expect, it } from '@jest/globals';
import type { CheckKind } from '../../../kit/index.js';
import { inventLicence, licenceText } from '../../../../test/cards/index.js';
import { SeededRandom } from '../../../../scripts/harness/seeded-random.js';
import { resignedZone } from '../../../../test/support/resigned-zone.js';
import type { DocumentReading, SideReading } from '../document-reading.js';
import type { MrzFormat } from '../mrz/mrz-layout.js';
import { isSideRepeated, shownSide } from './document-side.js';
import { evaluateDocument } from './evaluate-document.js';

const HOLDER = {
  ...{ issuer: 'D', documentNumber: 'L7A410825', familyName: 'Oakley', givenName: 'Ana' },
  ...{ birthDate: '1991-04-12', expiryDate: '2034-03-31' },
};
const PRINT = ['REPUBLIC', 'Surname OAKLEY', 'Given names ANA', 'Date of birth 12.04.1991', 'L7A410825', '31.03.2034'];
const BARCODE = { text: licenceText(inventLicence(new SeededRandom(7))) };

const side = (more: Partial<SideReading> = {}): SideReading => ({
  reasons: [],
  signals: { screen: 'not_seen', photocopy: 'not_seen' },
  ...more,
});
const zoneOf = (format: MrzFormat): SideReading['mrz'] => {
  const lines = resignedZone(format, HOLDER);
  return { lines, confidences: lines.map(() => 0.97) };
};
const printOf = (texts: readonly string[]): SideReading['printed'] =>
  texts.map((text, row) => ({ text, box: { left: 0, top: 40 * row, width: 400, height: 30 }, confidence: 0.9 }));

function check(reading: DocumentReading, kind: CheckKind): string {
  const { checks } = evaluateDocument({ reading, now: new Date('2026-11-26T12:00:00Z') });
  const found = checks.find((each) => each.kind === kind);
  return [found?.result, ...(found?.reasonCodes ?? [])].join(' ');
}

describe('shownSide', () => {
  it.each<[string, Partial<SideReading>, string]>([
    ['the zone of a passport', { mrz: zoneOf('TD3') }, 'front'],
    ['the zone of a larger card', { mrz: zoneOf('TD2') }, 'front'],
    ['the zone of a card', { mrz: zoneOf('TD1') }, 'back'],
    ['a licence’s barcode', { barcode: BARCODE }, 'back'],
    ['print alone', { printed: printOf(PRINT) }, 'unknown'],
    ['a zone of no size', { mrz: { lines: ['A<<'], confidences: [1] } }, 'unknown'],
  ])('knows by %s', (_what, found, shown) => {
    expect(shownSide(side(found))).toBe(shown);
  });
});

describe('a side that was given twice (T66)', () => {
  const front = side({ printed: printOf(PRINT) });

  it.each<[string, DocumentReading]>([
    ['one picture', { front: side(), back: side(), isOnePicture: true }],
    ['two pictures of a passport’s page', { front: side({ mrz: zoneOf('TD3') }), back: side({ mrz: zoneOf('TD3') }) }],
    ['two pictures of a card’s back', { front: side({ mrz: zoneOf('TD1') }), back: side({ mrz: zoneOf('TD1') }) }],
    ['two pictures of a licence’s back', { front: side({ barcode: BARCODE }), back: side({ barcode: BARCODE }) }],
    ['two pictures of a front', { front, back: side({ printed: printOf([...PRINT.slice(1), 'UTOPIA']) }) }],
  ])('is noticed: %s', (_what, reading) => {
    expect(isSideRepeated(reading)).toBe(true);
    expect(check(reading, 'document_authenticity')).toMatch(
      /^indeterminate .*document_side_repeated$|^indeterminate document_side_repeated$/,
    );
  });

  it.each<[string, DocumentReading]>([
    ['a front alone', { front }],
    ['front and back', { front, back: side({ mrz: zoneOf('TD1') }) }],
    [
      'front and back, both with print',
      { front, back: side({ printed: printOf(['OAKLEY', 'Authority', 'Height', 'Eyes', 'Issued']) }) },
    ],
    ['two sides of which nothing was read', { front: side(), back: side() }],
  ])('is not what these are: %s', (_what, reading) => {
    expect(isSideRepeated(reading)).toBe(false);
    expect(check(reading, 'document_authenticity')).not.toContain('repeated');
  });

  it('asks for another picture when nothing was read, and is said beside what was', () => {
    const blank: DocumentReading = { front: side(), back: side(), isOnePicture: true };
    expect(check(blank, 'document_expiry')).toBe('indeterminate document_side_repeated');
    const page = side({ mrz: zoneOf('TD3'), printed: printOf(PRINT) });
    const twice: DocumentReading = { front: page, back: page, isOnePicture: true };
    expect(check(twice, 'document_expiry')).toBe('pass ok');
    expect(check(twice, 'document_authenticity')).toBe('indeterminate manual_review_requested document_side_repeated');
  });

  it('T66: a zone is not confirmed by itself, in one picture or in two', () => {
    const page = side({ mrz: zoneOf('TD3') });
    expect(check({ front: page, back: page, isOnePicture: true }, 'document_data_consistency')).toBe(
      'not_run data_missing',
    );
    expect(check({ front: page, back: side({ mrz: zoneOf('TD3') }) }, 'document_data_consistency')).toBe(
      'not_run data_missing',
    );
  });
});
