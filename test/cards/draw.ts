import {
  drawCardBack,
  drawCardFront,
  drawDataPage,
  machineReadableZone,
  PRINTED_DATES,
  TINTS,
  type Drawing,
  type SpecimenData,
  type SpecimenKind,
} from '../../src/embedded/specimens/index.js';
import { SeededRandom } from '../../scripts/harness/seeded-random.js';
import { inventHolder, type HolderOptions } from './holders.js';
import { pickPortrait } from './portraits.js';

/** A document that was drawn, not yet photographed. */
export interface DrawnDocument {
  kind: SpecimenKind;
  data: SpecimenData;
  /** What its machine-readable zone says. */
  mrz: readonly string[];
  /** PNG. The zone is on the back of a TD1, on the front of everything else. */
  front: Buffer;
  back?: Buffer;
}

export interface DrawOptions extends HolderOptions {
  seed: number;
  kind: SpecimenKind;
  /** Printed on the document in place of what the seed gives. */
  data?: Partial<SpecimenData>;
  /** Printed in place of the zone that goes with the data, for documents that contradict themselves. */
  mrz?: readonly string[];
  /** PNG; one of the portraits by lot when absent. */
  portrait?: Buffer;
  /** Printed across with SPECIMEN unless false. */
  isMarked?: boolean;
  /** Width in pixels. */
  pixels?: number;
}

/** Draws a whole document. The same options give the same bytes. */
export async function drawDocument(options: DrawOptions): Promise<DrawnDocument> {
  const random = new SeededRandom(options.seed);
  const { kind, isMarked = true, pixels = 1600 } = options;
  const longestNumber = options.longestNumber ?? (kind === 'td1' || kind === 'td2' ? 12 : 9);
  const data = { ...inventHolder(random, { ...options, longestNumber }), ...options.data };
  const mrz = options.mrz ?? machineReadableZone(kind, data);
  const drawing: Drawing = {
    data,
    mrz,
    portrait: options.portrait ?? (await pickPortrait(random)),
    pixels,
    tint: random.pick(TINTS),
    isMarked,
    printDate: random.pick(Object.values(PRINTED_DATES)),
  };
  if (kind !== 'td1') return { kind, data, mrz, front: await drawDataPage(kind, drawing) };
  const [front, back] = await Promise.all([drawCardFront(drawing), drawCardBack(kind, drawing)]);
  return { kind, data, mrz, front, back };
}
