import { describe, expect, it } from '@jest/globals';
import type { SideReading } from '../../providers/local/documents/document-reading.js';
import { sideAnswer } from './side-answer.js';

/** ICAO Doc 9303-6, appendix B. */
const LINES = ['I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<', 'D231458907UTO7408122F1204159<<<<<<<6'];
const [first = '', second = ''] = LINES;
const DAY = '2026-11-26';
const EMPTY: SideReading = { reasons: [], signals: { screen: 'not_seen', photocopy: 'not_run' } };

function zoneOf(...lines: string[]) {
  return sideAnswer({ ...EMPTY, mrz: { lines, confidences: [0.9, 0.9] } }, DAY).mrz;
}

describe('sideAnswer', () => {
  it('proposes what a misread zone may have said, and leaves what was read as it is', () => {
    const misread = second.replace('7408122', '74O8122');
    expect(zoneOf(first, misread)).toEqual({
      lines: [first, misread],
      confidences: [0.9, 0.9],
      proposal: { lines: LINES, changes: [{ line: 1, column: 15, from: 'O', to: '0' }] },
    });
  });

  it('proposes nothing for a zone without a fault, nor where nothing fits', () => {
    expect(zoneOf(first, second)?.proposal).toBeNull();
    expect(zoneOf(first, second.replace('7408122', '7408132'))?.proposal).toBeNull();
    expect(zoneOf('HELLO')?.proposal).toBeNull();
  });

  it('says of a side on which nothing was found that there is nothing', () => {
    expect(sideAnswer(EMPTY, DAY)).toEqual({
      straightened: null,
      shows: 'unknown',
      reasons: [],
      mrz: null,
      barcode: null,
      printed: null,
      signals: EMPTY.signals,
    });
  });
});
