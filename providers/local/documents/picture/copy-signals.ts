import type { Picture } from '../../faces/picture.js';
import { toPicture, type CardFrame } from './card-frame.js';
import type { GreyPyramid } from './grey-picture.js';
import { applyHomography } from './homography.js';
import { powerSpectrum, SPECTRUM_SIZE } from './spectrum.js';

/** Tiles of the picture's own pixels, spread over the frame. */
const TILES = { across: 3, down: 2 };

interface Band {
  /** Frequencies in cycles a pixel. */
  from: number;
  to: number;
  /** By how many steps of the spectrum a pattern may differ from tile to tile. */
  drift: number;
}

/** A screen's dots and what they make of a camera's; print is coarser. */
const LIGHT_BAND: Band = { from: 0.14, to: 0.48, drift: 0 };

/**
 * A screen's red and blue stripes lie on either side of its green ones. Where they beat with the camera's pixels, the picture
 * swings between green and magenta, as nothing does that lies in one light: this may be as coarse as the pattern of a card. A
 * screen that is held askew beats a little differently from place to place.
 */
const COLOUR_BAND: Band = { from: 0.06, to: 0.48, drift: 2 };

/** JPEG stores blocks of eight pixels, which show at whole multiples of an eighth on the axes. */
const BLOCK = SPECTRUM_SIZE / 8;
const AXIS_BINS = 2;

/**
 * How far a frequency stands out of its surroundings when it is a pattern: above what drawn cards reached (3,100 in
 * light, 6,800 in colour). How often it is seen stands in docs/local-checks.md.
 */
const LIGHT_PEAK = 4_000;
const COLOUR_PEAK = 15_000;

/** Points of the frame whose colour is looked at, and how much of it is left to the light and the camera's noise. */
const COLOUR_GRID = { across: 48, down: 32 };
export const COLOUR_SPREAD = 4;

/**
 * Whether the side seems to be shown on a screen: a fine regular pattern all over, of light or of colour. Not seeing
 * one proves nothing.
 */
export function isScreen(side: { picture: Picture; pyramid: GreyPyramid }, frame: CardFrame): boolean {
  const light = side.pyramid.picture;
  if (patternPeak(light, frame, LIGHT_BAND) >= LIGHT_PEAK) return true;
  return patternPeak(greenAgainstMagenta(side.picture), frame, COLOUR_BAND) >= COLOUR_PEAK;
}

/** Whether the side seems to be a copy in black and white: no colour but that of the light. */
export function isPhotocopy(picture: Picture, frame: CardFrame): boolean {
  return colourSpread(picture, frame) < COLOUR_SPREAD;
}

interface Values {
  width: number;
  height: number;
  values: ArrayLike<number>;
}

/**
 * The strongest frequency of the band, over the median of all: of each frequency the middle one of the tiles counts, so
 * that a raster under a portrait is not taken for one over everything. 0 when the picture is too small.
 */
function patternPeak(picture: Values, frame: CardFrame, band: Band): number {
  const matrix = toPicture(frame);
  const places = placesIn(band);
  const spectra: Float64Array[] = [];
  for (let tile = 0; tile < TILES.across * TILES.down; tile++) {
    const centre = applyHomography(matrix, {
      x: (((tile % TILES.across) + 0.5) * frame.width) / TILES.across,
      y: ((Math.floor(tile / TILES.across) + 0.5) * frame.height) / TILES.down,
    });
    const left = Math.round(centre.x - SPECTRUM_SIZE / 2);
    const top = Math.round(centre.y - SPECTRUM_SIZE / 2);
    const isInside =
      left >= 0 && top >= 0 && left + SPECTRUM_SIZE <= picture.width && top + SPECTRUM_SIZE <= picture.height;
    if (isInside) spectra.push(overMedian(powerSpectrum(tileAt(picture, left, top)), places, band.drift));
  }
  return places.reduce((peak, at) => Math.max(peak, median(spectra.map((spectrum) => spectrum[at] ?? 0))), 0);
}

function tileAt({ width, values }: Values, left: number, top: number): Float64Array {
  const tile = new Float64Array(SPECTRUM_SIZE * SPECTRUM_SIZE);
  for (let row = 0; row < SPECTRUM_SIZE; row++) {
    const from = (top + row) * width + left;
    for (let column = 0; column < SPECTRUM_SIZE; column++)
      tile[row * SPECTRUM_SIZE + column] = values[from + column] ?? 0;
  }
  return tile;
}

/** Powers at the places over their median, 0 elsewhere; each the strongest of those within the drift. */
function overMedian(spectrum: Float64Array, places: readonly number[], drift: number): Float64Array {
  const middle = Math.max(1e-9, median(places.map((at) => spectrum[at] ?? 0)));
  const powers = new Float64Array(spectrum.length);
  for (const at of places) powers[at] = (spectrum[at] ?? 0) / middle;
  if (drift === 0) return powers;
  const strongest = new Float64Array(spectrum.length);
  for (const at of places)
    for (let down = -drift; down <= drift; down++)
      for (let across = -drift; across <= drift; across++) {
        const near = at + down * SPECTRUM_SIZE + across;
        strongest[at] = Math.max(strongest[at] ?? 0, powers[near] ?? 0);
      }
  return strongest;
}

/** What light does not change: how much greener or more magenta each pixel is. */
function greenAgainstMagenta({ width, height, pixels }: Picture): Values {
  const values = new Float64Array(width * height);
  for (let at = 0, from = 0; at < values.length; at++, from += 3)
    values[at] = ((pixels[from] ?? 0) + (pixels[from + 2] ?? 0)) / 2 - (pixels[from + 1] ?? 0);
  return { width, height, values };
}

const placesIn = ({ from, to }: Band): number[] =>
  Array.from({ length: SPECTRUM_SIZE * SPECTRUM_SIZE }, (_, at) => at).filter((at) => isBetween(at, from, to));

function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[sorted.length >> 1] ?? 0;
}

function isBetween(at: number, least: number, most: number): boolean {
  const half = SPECTRUM_SIZE / 2;
  const row = Math.floor(at / SPECTRUM_SIZE);
  const column = at % SPECTRUM_SIZE;
  const v = row > half ? row - SPECTRUM_SIZE : row;
  const u = column > half ? column - SPECTRUM_SIZE : column;
  // The other half repeats this one.
  if (v < 0) return false;
  const frequency = Math.hypot(u, v) / SPECTRUM_SIZE;
  if (frequency < least || frequency > most) return false;
  const onAxis = Math.abs(u) <= AXIS_BINS ? Math.abs(v) : Math.abs(v) <= AXIS_BINS ? Math.abs(u) : undefined;
  if (onAxis === undefined) return true;
  const off = onAxis % BLOCK;
  return Math.min(off, BLOCK - off) > AXIS_BINS;
}

/** Deviation of the two colour differences (ITU-R BT.601) over the frame, after the tint that all of it has. */
export function colourSpread({ width, height, pixels }: Picture, frame: CardFrame): number {
  const matrix = toPicture(frame);
  const points: { blue: number; red: number }[] = [];
  for (let at = 0; at < COLOUR_GRID.across * COLOUR_GRID.down; at++) {
    const { x, y } = applyHomography(matrix, {
      x: (((at % COLOUR_GRID.across) + 0.5) * frame.width) / COLOUR_GRID.across,
      y: ((Math.floor(at / COLOUR_GRID.across) + 0.5) * frame.height) / COLOUR_GRID.down,
    });
    const [column, row] = [Math.floor(x), Math.floor(y)];
    if (column < 1 || row < 1 || column >= width - 1 || row >= height - 1) continue;
    points.push(differencesAt(pixels, { at: row * width + column, width }));
  }
  return Math.hypot(deviation(points.map(({ blue }) => blue)), deviation(points.map(({ red }) => red)));
}

/** Mean of nine pixels: a camera's noise is coloured too. */
function differencesAt(
  pixels: Uint8Array,
  { at, width }: { at: number; width: number },
): { blue: number; red: number } {
  let [r, g, b] = [0, 0, 0];
  for (const row of [-width, 0, width])
    for (const column of [-1, 0, 1]) {
      const from = 3 * (at + row + column);
      r += (pixels[from] ?? 0) / 9;
      g += (pixels[from + 1] ?? 0) / 9;
      b += (pixels[from + 2] ?? 0) / 9;
    }
  const luminance = 0.299 * r + 0.587 * g + 0.114 * b;
  return { blue: (b - luminance) * 0.564, red: (r - luminance) * 0.713 };
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
