import sharp from 'sharp';
import {
  machineReadableStrip,
  machineReadableZone,
  sheetSvg,
  sizeOf,
  TINTS,
  UNITS_PER_MM,
  type SpecimenData,
  type SpecimenKind,
} from '../../src/embedded/specimens/index.js';
import { SeededRandom } from '../../scripts/harness/seeded-random.js';
import { inventHolder } from './holders.js';
import { photograph, type Severity } from './photograph.js';

export interface ZoneStrip {
  kind: SpecimenKind;
  data: SpecimenData;
  mrz: string[];
  /** The foot of a document with its zone and a bit of ground above it, photographed. */
  jpeg: Buffer;
}

const STRIP_HEIGHT_MM = 30;

/** One machine-readable zone by itself. The same seed gives the same bytes. */
export async function photographStrip(strip: {
  seed: number;
  kind: SpecimenKind;
  severity: Severity;
  /** Pixels; 1280 when absent. */
  width?: number;
  /** Makes the printed zone another than the one that goes with the data. */
  change?: (zone: readonly string[]) => string[];
}): Promise<ZoneStrip> {
  const random = new SeededRandom(strip.seed);
  const { kind, severity, width = 1280, change = (zone) => [...zone] } = strip;
  const longestNumber = kind === 'td1' || kind === 'td2' ? 12 : 9;
  const data = inventHolder(random, { longestNumber });
  const mrz = change(machineReadableZone(kind, data));
  const size = { width: sizeOf(kind).width, height: STRIP_HEIGHT_MM * UNITS_PER_MM };
  const svg = sheetSvg({ ...size, pixels: width, tint: random.pick(TINTS) }, machineReadableStrip(mrz, size));
  const sheet = await sharp(Buffer.from(svg)).png().toBuffer();
  const shot = { seed: strip.seed, severity, cardWidth: width, margin: 0.02 };
  return { kind, data, mrz, jpeg: await photograph(sheet, shot) };
}
