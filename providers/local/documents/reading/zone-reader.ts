import { DOCUMENT_MODELS } from '../document-models.js';
import type { ReadZone } from '../document-reading.js';
import { parseMrz } from '../mrz/parse-mrz.js';
import { turnHalf, type GreyPicture, type GreyPyramid } from '../picture/grey-picture.js';
import type { Homography } from '../picture/homography.js';
import { RoundLetters } from './letter-shapes.js';
import { LINE_VARIANTS } from './line-variants.js';
import { lengthOf, type TextRow } from './text-rows.js';
import type { ReadZoneLine, ZoneLine } from './zone-engine.js';
import { settleZeroAndO } from './zero-and-o.js';
import { linesOf } from './zone-lines.js';
import { cutStrip } from './zone-strip.js';

/** Where a zone may be and how to get there. */
export interface ZoneSearch {
  pyramid: GreyPyramid;
  /** The likeliest first. */
  places: readonly (readonly TextRow[])[];
  /** From coordinates of the rows to those of the picture. */
  toPicture: Homography;
  /** ISO 8601; for telling centuries apart when readings are compared. */
  day: string;
}

export interface FoundZone extends ReadZone {
  /** The rows are upside down in the picture. */
  isTurned: boolean;
  rows: readonly TextRow[];
}

/** Places that are looked at when those before hold no zone. */
const MAX_PLACES = 2;

/** Rows of 44 letters are about 36 times as long as they are thick; longer ones than this are no zone. */
const MAX_STRETCH = 60;

/**
 * Readings of lines in one picture, whatever is in it: the engine takes most of the time. Enough for print that is taken
 * for a zone (6) and a zone of three lines behind it that is read in every way (12); almost all need two or three.
 */
const MAX_READINGS = 18;

/** From here a line is taken to stand the right way up; of one on its head the engine is at most 0.5 sure. */
const SURE_OF_WAY = 0.6;

/** Nine of ten lines are read more surely than this; a surer reading of the same line is looked for below it. */
const SURE_OF_LINE = DOCUMENT_MODELS.zoneLetters.thresholds.sureLine.value;

/** How long lines of a zone are (ICAO Doc 9303-4 to -7). */
const LINE_LENGTHS = [44, 36, 30];

/** Below this a text is taken for ordinary print unless it has the size of a zone. */
const SURE_ENOUGH = 0.4;
const SHORTEST_LINE = 24;

/** Every zone has fillers; print has none, but a few letters of it are taken for one. */
const MIN_FILLERS = 2;

/** Reads machine-readable zones. What it gives was read as it stands: of several readings it chooses, it mends none. */
export class ZoneReader {
  constructor(private readonly readLine: ReadZoneLine) {}

  read(search: ZoneSearch): FoundZone | undefined {
    const places = search.places.filter((rows) => rows.every(isNoLongerThanZone));
    const readLine = atMost(MAX_READINGS, this.readLine);
    for (const rows of places.slice(0, MAX_PLACES)) {
      const found = readAt(rows, { ...search, readLine });
      if (found) return found;
    }
    return undefined;
  }
}

function isNoLongerThanZone(row: TextRow): boolean {
  return lengthOf(row) <= MAX_STRETCH * row.thickness;
}

/** Undefined once there were too many readings. */
type MeteredReading = (line: GreyPicture) => ZoneLine | undefined;

function atMost(most: number, readLine: ReadZoneLine): MeteredReading {
  let left = most;
  return (line) => (left-- > 0 ? readLine(line) : undefined);
}

type MeteredSearch = ZoneSearch & { readLine: MeteredReading };

function readAt(rows: readonly TextRow[], search: MeteredSearch): FoundZone | undefined {
  const asFound = linesOf(cutStrip(search.pyramid, rows, search.toPicture));
  const turned = [...asFound].reverse().map(turnHalf);
  for (const [pictures, first] of bothWays(asFound, turned, search.readLine)) {
    const best = readLines(pictures, first, search);
    if (!best || !isZone(best)) continue;
    const lines = best.lines.map(({ text }) => text);
    const confidences = best.lines.map(({ confidence }) => confidence);
    return { lines, confidences, isTurned: pictures === turned, rows };
  }
  return undefined;
}

/** The lines as they lie and turned round, the likelier way first, each with a reading of its first line. */
function* bothWays(
  asFound: readonly GreyPicture[],
  turned: readonly GreyPicture[],
  readLine: MeteredReading,
): Generator<[readonly GreyPicture[], ZoneLine]> {
  const [variant] = LINE_VARIANTS;
  const [first, last] = [asFound[0], turned[0]];
  if (!first || !last) return;
  const upright = readLine(variant(first));
  if (!upright) return;
  if (upright.confidence >= SURE_OF_WAY) yield [asFound, upright];
  const inverted = readLine(variant(last));
  const isTurned = inverted !== undefined && inverted.confidence > upright.confidence;
  if (isTurned) yield [turned, inverted];
  if (upright.confidence < SURE_OF_WAY) yield [asFound, upright];
  if (inverted && !isTurned) yield [turned, inverted];
}

/**
 * Reads again, prepared in another way, until one of the readings has no fault and is sure, or none looks like a zone, or
 * there were too many. Two mistakes can cancel out in a check digit: a right digit alone is not believed.
 */
function readLines(
  pictures: readonly GreyPicture[],
  first: ZoneLine,
  { day, readLine }: MeteredSearch,
): Candidate | undefined {
  const letters = new RoundLetters(pictures);
  const readings: ZoneLine[][] = pictures.map((_, line) => (line === 0 ? [first] : []));
  let best: Candidate | undefined;
  for (const variant of LINE_VARIANTS) {
    const doubtful = best ? doubtfulLines(best) : pictures.map((_, line) => line);
    for (const [line, picture] of pictures.entries()) {
      if (!doubtful.includes(line) || (line === 0 && !best)) continue;
      const reading = readLine(variant(picture));
      if (!reading) return best;
      readings[line]?.push(reading);
    }
    best = bestOf(
      combinations(readings).map((lines) => settled(lines, letters)),
      day,
    );
    if (!best || doubtfulLines(best).length === 0 || fillersIn(best) < MIN_FILLERS) break;
  }
  return best;
}

/** The unsure lines of a zone without a fault; else the lines that are longer or shorter than most; else all. */
function doubtfulLines({ lines, faults }: Candidate): number[] {
  if (faults === 0) return lines.flatMap(({ confidence }, line) => (confidence < SURE_OF_LINE ? [line] : []));
  const lengths = lines.map(({ text }) => text.length).sort((one, other) => one - other);
  const usual = LINE_LENGTHS.find((length) => lengths.includes(length)) ?? lengths[lengths.length >> 1];
  const odd = lines.flatMap(({ text }, line) => (text.length === usual ? [] : [line]));
  return odd.length > 0 ? odd : lines.map((_, line) => line);
}

interface Candidate {
  lines: readonly ZoneLine[];
  /** Faults that the parser found; more than any zone has, for lines that have the size of no format. */
  faults: number;
}

/** The best of several readings of a zone: the one with fewest faults, then the surest. */
function bestOf(readings: readonly (readonly ZoneLine[])[], day: string): Candidate | undefined {
  const candidates = readings.map((lines) => ({ lines, faults: faultsOf(lines, day) }));
  return candidates.sort((one, other) => one.faults - other.faults || sureness(other) - sureness(one))[0];
}

function settled(lines: readonly ZoneLine[], letters: RoundLetters): ZoneLine[] {
  const texts = settleZeroAndO(
    lines.map(({ text }) => text),
    letters,
  );
  return lines.map((line, index) => ({ ...line, text: texts[index] ?? line.text }));
}

/** All ways to take one reading of each line. */
function combinations(readings: readonly (readonly ZoneLine[])[]): ZoneLine[][] {
  return readings.reduce<ZoneLine[][]>(
    (sets, line) => sets.flatMap((set) => line.map((reading) => [...set, reading])),
    [[]],
  );
}

const NO_FORMAT = 100;

function faultsOf(lines: readonly ZoneLine[], day: string): number {
  const result = parseMrz(
    lines.map(({ text }) => text),
    day,
  );
  if (result.kind === 'valid') return 0;
  return result.kind === 'faulty' ? result.faults.length : NO_FORMAT;
}

function sureness({ lines }: Candidate): number {
  return lines.reduce((sum, { confidence }) => sum + confidence, 0) / lines.length;
}

/** Long lines with fillers that the engine is sure of; ordinary print has no fillers. */
function isZone(candidate: Candidate): boolean {
  if (candidate.faults < NO_FORMAT) return true;
  const { lines } = candidate;
  const isLong = lines.length >= 2 && lines.every(({ text }) => text.length >= SHORTEST_LINE);
  return isLong && fillersIn(candidate) >= MIN_FILLERS && sureness(candidate) >= SURE_ENOUGH;
}

function fillersIn({ lines }: Candidate): number {
  return lines.reduce((sum, { text }) => sum + text.split('<').length - 1, 0);
}
