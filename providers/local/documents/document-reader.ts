import type { CheckReason } from '../../kit/index.js';
import type { Point } from '../faces/geometry.js';
import { decodePicture, UnreadablePictureError, type Picture } from '../faces/picture.js';
import type { SideReading, SignalState } from './document-reading.js';
import { findCard } from './picture/card-finder.js';
import { frameOf, turnFrame, viewOf, type CardFrame, type View } from './picture/card-frame.js';
import { isPhotocopy, isScreen } from './picture/copy-signals.js';
import { greyOf, GreyPyramid, type GreyPicture } from './picture/grey-picture.js';
import { applyHomography, type Quad } from './picture/homography.js';
import { readingPlace } from './picture/reading-place.js';
import { measureLight, measurePlace, PRINT_LIMITS, qualityReasons, ZONE_LIMITS } from './picture/picture-quality.js';
import type { BarcodeBy, ReadBarcode } from './reading/barcode-reader.js';
import { letterSharpness } from './reading/letter-sharpness.js';
import type { PrintReader } from './reading/print-reader.js';
import { PrintedSide, type TextView } from './reading/printed-side.js';
import { TEXT_FINDER_GRID, type TextFinder } from './reading/text-finder.js';
import { isOnRow, zonesIn, type TextRow } from './reading/text-rows.js';
import { outlineOf, type TextShape } from './reading/text-shapes.js';
import type { FoundZone, ZoneReader } from './reading/zone-reader.js';

/** Encoded pictures (JPEG, PNG or WebP). */
export interface DocumentPictures {
  front: Uint8Array;
  back?: Uint8Array;
}

export interface SideOptions {
  /** ISO 8601, as in `parseMrz`; of several readings of a zone it helps to choose one. */
  day: string;
  isFront: boolean;
  withPrint: boolean;
}

export interface DocumentReaderParts {
  textFinder: TextFinder;
  zoneReader: ZoneReader;
  readBarcode: ReadBarcode;
  printReader: PrintReader;
}

/** What the service keeps of a picture; a larger one is shrunk to this. */
const MAX_SIDE = 2560;

/** Text is looked for in a view of this size: of the card, or of a picture in which the card is smaller. */
const CARD_VIEW = { longSide: 736, grid: TEXT_FINDER_GRID, margin: 0.02 };
const PICTURE_VIEW = { longSide: 960, grid: TEXT_FINDER_GRID, margin: 0 };

/** A line of text this near to the edge of a view goes on outside; in pixels of the view. */
const EDGE_PIXELS = 2;

/** Lines that are read of a front, and of a back on which something is looked for. */
const MAX_LINES = 40;
const MAX_LINES_BEHIND = 15;

/**
 * Views in which a barcode is looked for in turn. Shrinking averages noise away, so a small one comes first; with 1000
 * pixels the narrowest module that AAMVA allows (0.17 mm) is two pixels wide. ZXing loses a symbol at one size or
 * another however good the picture is, so that looking again pays, and most of all by other means (README, "Numbers").
 */
const CARD_BARCODE_VIEWS: readonly BarcodeView[] = [[700], [1000], [800], [640, 'blocks'], [850]];
const PICTURE_BARCODE_VIEWS: readonly BarcodeView[] = [[1000], [800], [1280], [2000], [1000, 'blocks']];
type BarcodeView = readonly [longSide: number, by?: BarcodeBy];

/**
 * Reads what a document's pictures show: zone, barcode and print, whichever way the document lies. Judges nothing and
 * keeps nothing. Never throws for what a picture shows; only for models that do not work.
 */
export class DocumentReader {
  constructor(private readonly parts: DocumentReaderParts) {}

  async readSide(bytes: Uint8Array, { day, isFront, withPrint }: SideOptions): Promise<SideReading> {
    const sight = await this.look(bytes);
    if (!sight) return UNREADABLE;
    const { picture, pyramid, view } = sight;
    const zone = this.parts.zoneReader.read({ pyramid, places: sight.zonePlaces, toPicture: view.toPicture, day });
    const print = { ...sight, shapes: sight.shapes.filter((shape) => !isOfZone(shape, zone)) };
    const side = new PrintedSide(this.parts.printReader, print);
    const frame = turnFrame(sight.frame, await quartersOf(print, side, zone));
    const barcode = await this.readBarcode(pyramid, frame, zone);
    const isAlone = !zone && barcode === undefined;
    const printed = withPrint ? await side.read(frame, isFront ? MAX_LINES : MAX_LINES_BEHIND) : undefined;
    const isEmpty = isAlone && (printed ?? print.shapes).length === 0;
    return {
      place: readingPlace(sight, zone?.rows[0]),
      straightened: frame.isFound ? { width: frame.width, height: frame.height } : undefined,
      reasons: reasonsAgainst(sight, { hasZone: zone !== undefined, isEmpty }),
      mrz: zone && { lines: zone.lines, confidences: zone.confidences },
      barcode: barcode === undefined ? undefined : { text: barcode },
      printed,
      signals: {
        screen: signal(isScreen({ picture, pyramid }, frame)),
        // Many backs are printed in black alone.
        photocopy: isFront ? signal(isPhotocopy(picture, frame)) : 'not_run',
      },
    };
  }

  /** Decodes the picture, finds the card and the lines of text on it. Undefined when the bytes are no picture. */
  private async look(bytes: Uint8Array): Promise<Sight | undefined> {
    const picture = await decoded(bytes);
    if (!picture) return undefined;
    const pyramid = new GreyPyramid(greyOf(picture));
    const card = findCard(pyramid);
    const onCard = card && (await this.findText(picture, pyramid, card));
    // Text that goes on outside: what was found is a part of the card, or more lies there than a card.
    if (onCard && !goesOn(onCard)) return onCard;
    return this.findText(picture, pyramid, undefined);
  }

  private async findText(picture: Picture, pyramid: GreyPyramid, card: Quad | undefined): Promise<Sight> {
    const frame = frameOf(card, picture);
    const view = viewOf(frame, frame.isFound ? CARD_VIEW : PICTURE_VIEW);
    const drawing = pyramid.draw(view.toPicture, view);
    const shapes = await this.parts.textFinder.find(drawing);
    return { picture, pyramid, frame, view, drawing, shapes, zonePlaces: zonesIn(shapes) };
  }

  /** A document with a zone seldom has a barcode too: one look is enough there. */
  private async readBarcode(
    pyramid: GreyPyramid,
    frame: CardFrame,
    zone: FoundZone | undefined,
  ): Promise<string | undefined> {
    const views = frame.isFound ? CARD_BARCODE_VIEWS : PICTURE_BARCODE_VIEWS;
    for (const [longSide, by] of zone ? views.slice(0, 1) : views) {
      const view = viewOf(frame, { longSide, grid: 1, margin: 0.01 });
      const text = await this.parts.readBarcode(pyramid.draw(view.toPicture, view), by);
      if (text !== undefined) return text;
    }
    return undefined;
  }
}

/** What was seen before anything is read. */
interface Sight extends TextView {
  picture: Picture;
  /** Lying as it was found. */
  frame: CardFrame;
  drawing: GreyPicture;
  zonePlaces: readonly (readonly TextRow[])[];
}

function reasonsAgainst(sight: Sight, { hasZone, isEmpty }: { hasZone: boolean; isEmpty: boolean }): CheckReason[] {
  const { frame, picture, drawing } = sight;
  const place = measurePlace(frame, picture);
  const measures = {
    ...place,
    isCutOff: place.isCutOff || goesOn(sight),
    ...measureLight(drawing),
    sharpness: letterSharpness(sight),
  };
  const reasons = qualityReasons(measures, hasZone ? ZONE_LIMITS : PRINT_LIMITS);
  return isEmpty && reasons.length === 0 ? ['document_unreadable'] : reasons;
}

/** Whether a line of text touches the edge of the view. */
function goesOn({ shapes, view: { width, height } }: TextView): boolean {
  return shapes.some((shape) =>
    outlineOf(shape).some(
      ({ x, y }) => x < EDGE_PIXELS || y < EDGE_PIXELS || x > width - EDGE_PIXELS || y > height - EDGE_PIXELS,
    ),
  );
}

function isOfZone({ centre }: TextShape, zone: FoundZone | undefined): boolean {
  return zone?.rows.some((row) => isOnRow(centre, row)) ?? false;
}

function signal(isSeen: boolean): SignalState {
  return isSeen ? 'seen' : 'not_seen';
}

const UNREADABLE: SideReading = {
  reasons: ['document_unreadable'],
  signals: { screen: 'not_run', photocopy: 'not_run' },
};

/** By how many quarters the text is turned clockwise in the frame as it was found. */
async function quartersOf({ view, shapes }: TextView, side: PrintedSide, zone: FoundZone | undefined): Promise<number> {
  const [row] = zone?.rows ?? [];
  if (row) return quarters(view, row, zone?.isTurned ?? false);
  const [longest] = [...shapes].sort((one, other) => other.length - one.length);
  if (!longest) return 0;
  const end = { x: longest.centre.x + Math.cos(longest.angle), y: longest.centre.y + Math.sin(longest.angle) };
  return quarters(view, { start: longest.centre, end }, await side.runsBackward());
}

function quarters(view: View, line: { start: Point; end: Point }, isBackward: boolean): number {
  const start = applyHomography(view.toFrame, line.start);
  const end = applyHomography(view.toFrame, line.end);
  const angle = Math.atan2(end.y - start.y, end.x - start.x);
  return (Math.round(angle / (Math.PI / 2)) + (isBackward ? 2 : 0) + 4) % 4;
}

async function decoded(bytes: Uint8Array): Promise<Picture | undefined> {
  try {
    return await decodePicture(bytes, MAX_SIDE);
  } catch (error) {
    if (error instanceof UnreadablePictureError) return undefined;
    throw error;
  }
}
