import { describe, expect, it } from '@jest/globals';
import type { SpecimenData } from '../../../src/embedded/specimens/index.js';
import { resignedZone } from '../../../test/support/resigned-zone.js';
import type { SideReading } from './document-reading.js';
import { readDocument, type ReadSide } from './read-document.js';

const HOLDER: SpecimenData = {
  issuer: 'D',
  documentNumber: 'L7A410825',
  familyName: 'Oakley',
  givenName: 'Ana',
  birthDate: '1991-04-12',
  expiryDate: '2034-03-31',
};
const PRINT = ['OAKLEY', 'ANA', '12.04.1991', 'L7A410825', '31.03.2034'];
const DAY = '2026-11-26';
const FRONT = Buffer.from('front');
const BACK = Buffer.from('back');

describe('readDocument', () => {
  const zone: SideReading['mrz'] = { lines: resignedZone('TD1', HOLDER), confidences: [1, 1, 1] };

  /** What is on each side; print is in the answer only when it was asked for. */
  function sides(found: { front: Partial<SideReading>; back: Partial<SideReading>; backPrint?: string[] }) {
    const asked: string[] = [];
    const readSide: ReadSide = async (picture, { isFront, withPrint }) => {
      asked.push(`${picture.toString()}${withPrint ? ' with print' : ''}`);
      const printed = withPrint && !isFront ? { printed: printOf(found.backPrint ?? []) } : {};
      const signals = { screen: 'not_seen', photocopy: 'not_seen' } as const;
      return { reasons: [], signals, ...(isFront ? found.front : found.back), ...printed };
    };
    return { asked, readSide };
  }

  it('reads a front alone', async () => {
    const { asked, readSide } = sides({ front: { printed: printOf(PRINT) }, back: {} });
    expect((await readDocument({ front: FRONT }, { day: DAY, readSide })).back).toBeUndefined();
    expect(asked).toEqual(['front with print']);
  });

  it('reads one picture that was given for both sides once, and says so', async () => {
    const { asked, readSide } = sides({ front: { mrz: zone }, back: {} });
    const reading = await readDocument({ front: FRONT, back: Buffer.from(FRONT) }, { day: DAY, readSide });
    expect(reading).toMatchObject({ isOnePicture: true, back: reading.front });
    expect(asked).toEqual(['front with print']);
  });

  it('does not read the print of a back when the front says all that the zone says', async () => {
    const { asked, readSide } = sides({ front: { printed: printOf(PRINT) }, back: { mrz: zone } });
    const { back } = await readDocument({ front: FRONT, back: BACK }, { day: DAY, readSide });
    expect(back?.printed).toBeUndefined();
    expect(asked).toEqual(['front with print', 'back']);
  });

  it.each([
    ['the front does not say all that the zone says', { printed: printOf(PRINT.slice(0, 4)) }, { mrz: zone }],
    ['neither side has a zone or a barcode', { printed: printOf(PRINT) }, {}],
  ])('reads the print of a back when %s', async (_what, front, back) => {
    const { asked, readSide } = sides({ front, back, backPrint: ['31.03.2034'] });
    const reading = await readDocument({ front: FRONT, back: BACK }, { day: DAY, readSide });
    expect(reading.back?.printed?.map(({ text }) => text)).toEqual(['31.03.2034']);
    expect(reading.back?.mrz).toEqual('mrz' in back ? zone : undefined);
    expect(asked).toEqual(['front with print', 'back', 'back with print']);
  });
});

function printOf(texts: readonly string[]): NonNullable<SideReading['printed']> {
  return texts.map((text, row) => ({ text, box: { left: 0, top: 40 * row, width: 400, height: 30 }, confidence: 0.9 }));
}
