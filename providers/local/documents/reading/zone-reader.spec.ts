import { describe, expect, it } from '@jest/globals';
import { drawZone } from '../../../../test/documents/drawn-zone.js';
import { parseMrz } from '../mrz/parse-mrz.js';
import type { ZoneLine } from './zone-engine.js';
import { linesOf } from './zone-lines.js';
import { ZoneReader } from './zone-reader.js';
import { cutStrip } from './zone-strip.js';

/** ICAO Doc 9303-6, appendix B. */
const LINES = ['I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<', 'D231458907UTO7408122F1204159<<<<<<<6'];
const DAY = '2026-11-26';

/** An engine that gives these lines in turn, whatever it is shown. */
function engine(script: readonly (readonly [string, number])[]) {
  const left = [...script];
  const readLine = (): ZoneLine => {
    const [text, confidence] = left.shift() ?? ['', 0];
    return { text, confidence };
  };
  return { reader: new ZoneReader(readLine), left };
}

const upright = drawZone(LINES);

async function search(drawn = upright) {
  const { pyramid, rows, toPicture } = await drawn;
  return { pyramid, places: [rows], toPicture, day: DAY };
}

const [first = '', second = ''] = LINES;
const wrongDigit = second.replace('D23145890', 'D23145896');

describe('linesOf', () => {
  it('cuts one picture for each line, all of one size', async () => {
    const { pyramid, rows, toPicture } = await upright;
    const pictures = linesOf(cutStrip(pyramid, rows, toPicture));
    expect(pictures.map(({ height }) => height)).toEqual([52, 52]);
    expect(new Set(pictures.map(({ width }) => width)).size).toBe(1);
  });

  it('finds the lines beside the one that was found', async () => {
    const { pyramid, rows, toPicture } = await upright;
    expect(linesOf(cutStrip(pyramid, rows.slice(0, 1), toPicture))).toHaveLength(2);
    expect(linesOf(cutStrip(pyramid, rows.slice(1), toPicture))).toHaveLength(2);
  });

  it('takes a short line of print above the zone for none of its lines', async () => {
    const { pyramid, rows, toPicture } = await drawZone(['PRINTABOVEACROSSHALF'.padEnd(36), ...LINES]);
    expect(linesOf(cutStrip(pyramid, rows.slice(1), toPicture))).toHaveLength(2);
  });

  it('finds none on blank paper', async () => {
    const { rows, toPicture } = await upright;
    const { pyramid } = await drawZone([' '.repeat(36), ' '.repeat(36)]);
    expect(linesOf(cutStrip(pyramid, rows, toPicture))).toEqual([]);
  });
});

describe('ZoneReader', () => {
  it('is content with a first reading that has no fault', async () => {
    const { reader, left } = engine([
      [first, 0.9],
      [second, 0.8],
      ['never asked for', 0],
    ]);
    expect(reader.read(await search())).toMatchObject({ lines: LINES, confidences: [0.9, 0.8], isTurned: false });
    expect(left).toHaveLength(1);
  });

  it('chooses among readings what fits the check digits, line by line', async () => {
    const { reader } = engine([
      [first, 0.9],
      [wrongDigit, 0.95],
      ['I<UTOERIKSSON<<ANNA<MAR1A<<<<<<<<<<<', 0.5],
      [second, 0.6],
    ]);
    expect(reader.read(await search())).toMatchObject({ lines: LINES, confidences: [0.9, 0.6] });
  });

  it('does not believe a right digit alone: of two readings without a fault it takes the surer', async () => {
    // Two more with weight three and four more with weight one: the sum is ten more.
    const cancelling = second.replace('D23145890', 'D47145890');
    const { reader, left } = engine([
      [first, 0.9],
      [cancelling, 0.6],
      [second, 0.9],
      ['never asked for', 0],
    ]);
    expect(parseMrz([first, cancelling], DAY).kind).toBe('valid');
    expect(reader.read(await search())).toMatchObject({ lines: LINES, confidences: [0.9, 0.9] });
    expect(left).toHaveLength(1);
  });

  it('gives the surest reading with its faults when all have some, and mends none', async () => {
    const script = [first, wrongDigit, first, wrongDigit, first, wrongDigit].map(
      (text, at) => [text, 0.7 + at / 40] as const,
    );
    const { reader } = engine(script);
    expect(reader.read(await search())?.lines).toEqual([first, wrongDigit]);
  });

  it('reads again only a line that is longer or shorter than the others', async () => {
    const { reader, left } = engine([
      [first, 0.9],
      [`${second}0`, 0.4],
      [second, 0.8],
      ['never asked for', 0],
    ]);
    expect(reader.read(await search())).toMatchObject({ lines: LINES, confidences: [0.9, 0.8] });
    expect(left).toHaveLength(1);
  });

  it('turns a zone that stands on its head', async () => {
    const { reader } = engine([
      ['KJHGF', 0.1],
      [first, 0.9],
      [second, 0.9],
    ]);
    const onItsHead = await search(drawZone(LINES, { isTurned: true }));
    expect(reader.read(onItsHead)).toMatchObject({ lines: LINES, isTurned: true });
  });

  it('tries the other way up when the first line deceived it', async () => {
    const { reader } = engine([
      ['KJHGF', 0.9],
      ['OIUZT', 0.1],
      [first, 0.9],
      [second, 0.9],
    ]);
    expect(reader.read(await search())).toMatchObject({ lines: LINES, isTurned: true });
  });

  it('is not deceived by a line that it can hardly read', async () => {
    const { reader } = engine([
      [first, 0.3],
      ['KJHGF', 0.1],
      [second, 0.9],
    ]);
    expect(reader.read(await search())).toMatchObject({ lines: LINES, isTurned: false });
  });

  it('takes ordinary print for no zone (T66)', async () => {
    const print = ['DRIVING PRIVILEGES ARE LISTED HERE', 'AND ON THE PAGES THAT FOLLOW THIS'].map(
      (text) => [text, 0.9] as const,
    );
    expect(engine([...print, ...print]).reader.read(await search())).toBeUndefined();
  });

  it('T89: reads no more than eighteen lines of a picture, whatever is in it', async () => {
    const { pyramid, places, toPicture, day } = await search(
      drawZone(['P<D', 'L01', 'ANA'].map((text) => text.padEnd(30, 'X'))),
    );
    const everywhere = [...places, ...places, ...places];
    let calls = 0;
    // Print both ways up at the first place; at the second a zone whose digits are wrong however it is read.
    const readLine = (): ZoneLine => {
      calls++;
      return { text: calls <= 6 ? 'X'.repeat(31) : 'X<<'.repeat(10), confidence: 0.5 };
    };
    new ZoneReader(readLine).read({ pyramid, places: everywhere, toPicture, day });
    expect(calls).toBe(18);
  });

  it('T89: does not read rows that are too long for a zone', async () => {
    const { pyramid, places, toPicture, day } = await search();
    const thin = places.map((rows) => rows.map((row) => ({ ...row, thickness: row.thickness / 3 })));
    const { reader, left } = engine([[first, 0.9]]);
    expect(reader.read({ pyramid, places: thin, toPicture, day })).toBeUndefined();
    expect(left).toHaveLength(1);
  });

  it('finds nothing where there is nothing', async () => {
    const { pyramid, toPicture } = await search();
    expect(engine([]).reader.read({ pyramid, places: [], toPicture, day: DAY })).toBeUndefined();
  });
});
