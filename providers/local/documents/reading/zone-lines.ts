import type { GreyPicture } from '../picture/grey-picture.js';
import { flattenPaper, FLAT_PAPER } from '../picture/paper.js';
import { END_MARGIN_PIXELS, LETTER_HEIGHT, type ZoneStrip } from './zone-strip.js';

/** Height of a line's picture; the letters stand in its middle. */
const LINE_HEIGHT = 52;

/** A difference of luminance between neighbours that counts as the edge of a letter. */
const EDGE = 0.13 * FLAT_PAPER;

/** A line counts when edges are found in this share of its blocks. */
const BLOCKS = 20;
const MIN_COVERAGE = 0.7;

/** Share of the densest row of pixels that still belongs to a line. */
const LINE_SHARE = 0.3;

/** How high a line may be, in letters. */
const MIN_LINE = 0.6;
const MAX_LINE = 1.9;

const MAX_LINES = 3;

/** Fifty letters at their pitch of 2.54 mm, 2.4 mm high; the longest line has 44 (ICAO Doc 9303-3, 4.4; 9303-4, 4.2.2). */
const MAX_WIDTH = (50 * LETTER_HEIGHT * 2.54) / 2.4;

/** Widest gap between letters of one line (narrow ones stand 0.7 apart), in letters. */
const MAX_GAP = 0.9;

/**
 * The lines of a strip from top to bottom, each a grey picture of its own on white paper, levelled. Two or three lines
 * of equal extent, or none; none that are longer than a zone can be. A line that was not found by its shape is found
 * here by its edges.
 */
export function linesOf(strip: ZoneStrip): GreyPicture[] {
  const picture = flattenPaper(strip.picture);
  const edges = edgesOf(picture);
  const bands = bandsIn(edges, strip);
  if (bands.length < 2) return [];
  const curves = bands.map((band) => middleOf(edges, band, strip));
  const extents = curves.map((curve) => extentOf(edges, curve, strip));
  const left = Math.min(...extents.map((extent) => extent.left));
  const right = Math.max(...extents.map((extent) => extent.right));
  if (right - left > MAX_WIDTH) return [];
  return curves.map((curve) => cutLine(picture, curve, { left, right, strip }));
}

/** 1 where the luminance changes from left to right: letters have many such places, panels and shadows few. */
function edgesOf({ width, height, values }: GreyPicture): GreyPicture {
  const edges = new Uint8Array(values.length);
  for (let y = 0; y < height; y++)
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      if (Math.abs((values[at + 1] ?? 0) - (values[at - 1] ?? 0)) > EDGE) edges[at] = 1;
    }
  return { width, height, values: edges };
}

interface Band {
  top: number;
  bottom: number;
}

/** Bands of rows of pixels that are dense with edges from one end to the other; the two or three that belong together. */
function bandsIn(edges: GreyPicture, strip: ZoneStrip): Band[] {
  const density = smooth(rowDensity(edges, strip), LETTER_HEIGHT / 5);
  const limit = LINE_SHARE * Math.max(...density);
  const bands: Band[] = [];
  let top = -1;
  density.forEach((value, y) => {
    if (value >= limit && top < 0) top = y;
    if (value < limit && top >= 0) {
      bands.push({ top, bottom: y });
      top = -1;
    }
  });
  const full = bands.filter((band) => isLine(band) && coverage(edges, band, strip) >= MIN_COVERAGE);
  return evenlySpaced(full, edges.height);
}

function isLine({ top, bottom }: Band): boolean {
  return bottom - top >= MIN_LINE * LETTER_HEIGHT && bottom - top <= MAX_LINE * LETTER_HEIGHT;
}

function rowDensity({ width, height, values }: GreyPicture, { left, right }: ZoneStrip): Float32Array {
  const density = new Float32Array(height);
  for (let y = 0; y < height; y++) {
    let count = 0;
    for (let x = Math.floor(left); x < right; x++) count += values[y * width + x] ?? 0;
    density[y] = count / (right - left);
  }
  return density;
}

function smooth(values: Float32Array, radius: number): Float32Array {
  const reach = Math.max(1, Math.round(radius));
  return values.map((_, at) => {
    let sum = 0;
    for (let step = -reach; step <= reach; step++) sum += values[at + step] ?? 0;
    return sum / (2 * reach + 1);
  });
}

function coverage({ width, values }: GreyPicture, { top, bottom }: Band, { left, right }: ZoneStrip): number {
  let covered = 0;
  for (let block = 0; block < BLOCKS; block++) {
    const from = Math.floor(left + (block * (right - left)) / BLOCKS);
    const to = Math.floor(left + ((block + 1) * (right - left)) / BLOCKS);
    let count = 0;
    for (let y = top; y < bottom; y++) for (let x = from; x < to; x++) count += values[y * width + x] ?? 0;
    if (count >= LETTER_HEIGHT / 2) covered++;
  }
  return covered / BLOCKS;
}

/** If there are more bands than lines, the three (else two) nearest to the strip's middle that are evenly spaced. */
function evenlySpaced(bands: readonly Band[], height: number): Band[] {
  const middle = (band: Band): number => (band.top + band.bottom) / 2;
  if (bands.length <= MAX_LINES) return [...bands];
  const groups = bands.slice(0, 1 - MAX_LINES).map((_, first) => bands.slice(first, first + MAX_LINES));
  const off = (group: readonly Band[]): number =>
    Math.abs(group.reduce((sum, band) => sum + middle(band), 0) / group.length - height / 2);
  return groups.reduce((best, group) => (off(group) < off(best) ? group : best), groups[0] ?? []);
}

/** Heights of the middle of a line in the blocks from left to right: paper bends, and lenses bend straight lines. */
type Curve = readonly number[];

function middleOf(edges: GreyPicture, { top, bottom }: Band, { left, right }: ZoneStrip): Curve {
  const block = (right - left) / BLOCKS;
  const reach = (bottom - top) / 4;
  const middles = Array.from({ length: BLOCKS }, (_, index) => {
    const from = Math.floor(left + (index - 0.5) * block);
    const to = Math.floor(left + (index + 1.5) * block);
    let [count, sum] = [0, 0];
    for (let y = Math.max(0, Math.floor(top - reach)); y < bottom + reach && y < edges.height; y++)
      for (let x = Math.max(0, from); x < to; x++) {
        if (!edges.values[y * edges.width + x]) continue;
        count++;
        sum += y + 0.5;
      }
    return count > LETTER_HEIGHT / 2 ? sum / count : (top + bottom) / 2;
  });
  return middles.map((_, index) => median(middles.slice(Math.max(0, index - 2), index + 3)));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[sorted.length >> 1] ?? 0;
}

function heightAt(curve: Curve, x: number, { left, right }: ZoneStrip): number {
  const at = Math.min(BLOCKS - 1, Math.max(0, ((x - left) * BLOCKS) / (right - left) - 0.5));
  const first = curve[Math.floor(at)] ?? 0;
  return first + (at - Math.floor(at)) * ((curve[Math.ceil(at)] ?? 0) - first);
}

interface Extent {
  left: number;
  right: number;
}

/** From the first letter to the last: outward from what was found, as long as letters follow closely. */
function extentOf(edges: GreyPicture, curve: Curve, strip: ZoneStrip): Extent {
  const hasLetter = (x: number): boolean => {
    const middle = Math.round(heightAt(curve, x, strip));
    let count = 0;
    for (let y = middle - LETTER_HEIGHT / 2; y < middle + LETTER_HEIGHT / 2; y++)
      count += edges.values[y * edges.width + x] ?? 0;
    return count >= LETTER_HEIGHT / 8;
  };
  const outward = (start: number, step: 1 | -1): number => {
    let last = start;
    for (let x = start; x >= 0 && x < edges.width && Math.abs(x - last) <= MAX_GAP * LETTER_HEIGHT; x += step)
      if (hasLetter(x)) last = x;
    return last;
  };
  const inset = Math.round(LETTER_HEIGHT);
  return {
    left: outward(Math.round(strip.left) + inset, -1),
    right: outward(Math.round(strip.right) - inset, 1),
  };
}

function cutLine(
  picture: GreyPicture,
  curve: Curve,
  { left, right, strip }: Extent & { strip: ZoneStrip },
): GreyPicture {
  const margin = END_MARGIN_PIXELS;
  const width = right - left + 1 + 2 * margin;
  const values = new Uint8Array(width * LINE_HEIGHT).fill(FLAT_PAPER);
  for (let x = left; x <= right; x++) {
    const top = heightAt(curve, x, strip) - LINE_HEIGHT / 2;
    for (let y = 0; y < LINE_HEIGHT; y++) {
      const from = Math.min(picture.height - 2, Math.max(0, top + y));
      const at = Math.floor(from) * picture.width + x;
      const upper = picture.values[at] ?? 0;
      const lower = picture.values[at + picture.width] ?? 0;
      values[y * width + margin + x - left] = upper + (from - Math.floor(from)) * (lower - upper);
    }
  }
  return { width, height: LINE_HEIGHT, values };
}
