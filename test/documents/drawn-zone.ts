import sharp from 'sharp';
import { GreyPyramid } from '../../providers/local/documents/picture/grey-picture.js';
import type { Homography } from '../../providers/local/documents/picture/homography.js';
import type { TextRow } from '../../providers/local/documents/reading/text-rows.js';
import { machineReadableStrip, UNITS_PER_MM } from '../../src/embedded/specimens/index.js';

/** A machine-readable zone as it is printed, and where its rows lie, as if a finder had told. */
export interface DrawnZone {
  pyramid: GreyPyramid;
  rows: TextRow[];
  toPicture: Homography;
}

const WIDTH = 1750;
const HEIGHT = 420;
const CELL = 2.54 * UNITS_PER_MM;
const LETTER_HEIGHT = 38;
const ROW_HEIGHT_MM: Readonly<Record<number, number>> = { 2: 6.35, 3: 5.6 };
const LAST_BASELINE_MM: Readonly<Record<number, number>> = { 2: 7, 3: 4 };

/** Draws a zone of two or three lines, upright or on its head, sharp or blurred (standard deviation in pixels). */
export async function drawZone(lines: readonly string[], { isTurned = false, blur = 0 } = {}): Promise<DrawnZone> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">
    <rect width="100%" height="100%" fill="#f1f3f0"/>${machineReadableStrip(lines, { width: WIDTH, height: HEIGHT })}</svg>`;
  const drawn = sharp(Buffer.from(svg));
  const { data } = await (blur > 0 ? drawn.blur(blur) : drawn)
    .rotate(isTurned ? 180 : 0)
    .flatten({ background: '#fff' })
    .greyscale()
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const reach = (CELL * (lines[0]?.length ?? 0)) / 2;
  const last = HEIGHT - (LAST_BASELINE_MM[lines.length] ?? 0) * UNITS_PER_MM - LETTER_HEIGHT / 2;
  const rows = lines.map((_, index): TextRow => {
    const y = last - (lines.length - 1 - index) * (ROW_HEIGHT_MM[lines.length] ?? 0) * UNITS_PER_MM;
    const height = isTurned ? HEIGHT - y : y;
    return {
      start: { x: WIDTH / 2 - reach, y: height },
      end: { x: WIDTH / 2 + reach, y: height },
      thickness: LETTER_HEIGHT * 1.33,
    };
  });
  return {
    pyramid: new GreyPyramid({ width: WIDTH, height: HEIGHT, values: new Uint8Array(data) }),
    rows: isTurned ? rows.reverse() : rows,
    toPicture: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  };
}
