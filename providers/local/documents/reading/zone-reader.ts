import type { ReadZone } from '../document-reading.js';
import { parseMrz } from '../mrz/parse-mrz.js';
import { turnHalf, type GreyPicture, type GreyPyramid } from '../picture/grey-picture.js';
import type { Homography } from '../picture/homography.js';
import { RoundLetters } from './letter-shapes.js';
import { LINE_VARIANTS } from './line-variants.js';
import type { TextRow } from './text-rows.js';
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

/** The first dozen letters tell which way up a line stands: the engine is seldom surer than this of an inverted one. */
const PROBE_WIDTH = 400;
const UNSURE = 0.6;

/** Below this a text is taken for ordinary print unless it has the size of a zone. */
const SURE_ENOUGH = 0.4;
const SHORTEST_LINE = 24;

/** Every zone has fillers; print has none, but a few letters of it are taken for one. */
const MIN_FILLERS = 2;

/** Reads machine-readable zones. What it gives was read as it stands: of several readings it chooses, it mends none. */
export class ZoneReader {
  constructor(private readonly readLine: ReadZoneLine) {}

  read(search: ZoneSearch): FoundZone | undefined {
    for (const rows of search.places.slice(0, MAX_PLACES)) {
      const found = this.readAt(rows, search);
      if (found) return found;
    }
    return undefined;
  }

  private readAt(rows: readonly TextRow[], { pyramid, toPicture, day }: ZoneSearch): FoundZone | undefined {
    const asFound = linesOf(cutStrip(pyramid, rows, toPicture));
    const turned = [...asFound].reverse().map(turnHalf);
    if (asFound.length === 0) return undefined;
    const startsTurned = this.isUpsideDown(asFound, turned);
    for (const isTurned of [startsTurned, !startsTurned]) {
      const best = this.readLines(isTurned ? turned : asFound, day);
      if (!best || !isZone(best)) continue;
      const lines = best.lines.map(({ text }) => text);
      return { lines, confidences: best.lines.map(({ confidence }) => confidence), isTurned, rows };
    }
    return undefined;
  }

  /** Reads again, prepared in another way, until nothing is wrong with one of the readings or none looks like a zone. */
  private readLines(pictures: readonly GreyPicture[], day: string): Candidate | undefined {
    const letters = new RoundLetters(pictures);
    const readings: ZoneLine[][] = pictures.map(() => []);
    let best: Candidate | undefined;
    for (const variant of LINE_VARIANTS) {
      pictures.forEach((picture, line) => readings[line]?.push(this.readLine(variant(picture))));
      best = bestOf(
        combinations(readings).map((lines) => settled(lines, letters)),
        day,
      );
      if (!best || best.faults === 0 || fillersIn(best) < MIN_FILLERS) break;
    }
    return best;
  }

  /** The engine is hardly ever sure of the beginning of a line that stands on its head. */
  private isUpsideDown(pictures: readonly GreyPicture[], turned: readonly GreyPicture[]): boolean {
    const [first, last] = [pictures[0], turned[0]];
    if (!first || !last) return false;
    const asFound = this.sureOfBeginning(first);
    return asFound < UNSURE && this.sureOfBeginning(last) > asFound;
  }

  private sureOfBeginning(line: GreyPicture): number {
    const [variant] = LINE_VARIANTS;
    return this.readLine(variant(leftPart(line, Math.min(line.width, PROBE_WIDTH)))).confidence;
  }
}

function leftPart({ width, height, values }: GreyPicture, wanted: number): GreyPicture {
  const part = new Uint8Array(wanted * height);
  for (let y = 0; y < height; y++) part.set(values.subarray(y * width, y * width + wanted), y * wanted);
  return { width: wanted, height, values: part };
}

interface Candidate {
  lines: readonly ZoneLine[];
  /** Of the parser; more than any for lines that have the size of no format. */
  faults: number;
}

/** Of several readings of a zone: the fewest faults, then the surest. */
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
