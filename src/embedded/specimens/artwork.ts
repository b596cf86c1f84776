import { letter, letterInCells } from './lettering.js';
import { UNITS_PER_MM } from './specimen.js';

const CORNER_RADIUS = 44;

export interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Sheet {
  /** In units of the artwork. */
  width: number;
  height: number;
  /** Width of the drawing in pixels. */
  pixels: number;
  /** Paper and waves. */
  tint: Tint;
}

export interface Tint {
  paper: readonly [string, string, string];
  waves: string;
}

export const TINTS: readonly [Tint, ...Tint[]] = [
  { paper: ['#e8f1ee', '#dbe7f0', '#efe6ea'], waves: '#2f7a78' },
  { paper: ['#f3ecdf', '#f0e2d4', '#e6eadf'], waves: '#8a5a2f' },
  { paper: ['#e9e6f3', '#dfe3f4', '#f2e7ee'], waves: '#5a4a8a' },
];

/** A sheet's ground: pale gradient, waves of fine lines, rounded corners. `content` is SVG drawn over it. */
export function sheetSvg({ width, height, pixels, tint }: Sheet, content: string): string {
  const [first, second, third] = tint.paper;
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${pixels}" height="${Math.round((pixels * height) / width)}" viewBox="0 0 ${width} ${height}">
    <defs>
      <linearGradient id="ground" x1="0" y1="0" x2="1" y2="1">
        <stop offset="0" stop-color="${first}"/><stop offset=".55" stop-color="${second}"/><stop offset="1" stop-color="${third}"/>
      </linearGradient>
      <clipPath id="card"><rect width="${width}" height="${height}" rx="${CORNER_RADIUS}"/></clipPath>
    </defs>
    <g clip-path="url(#card)">
      <rect width="${width}" height="${height}" fill="url(#ground)"/>
      ${waves({ top: 120, bottom: height - 30, left: 0, right: width, lines: 34, colour: tint.waves, opacity: 0.22 })}
      ${content}
    </g>
    <rect x="1" y="1" width="${width - 2}" height="${height - 2}" rx="${CORNER_RADIUS}" fill="none" stroke="#9fb2bd" stroke-width="2"/>
  </svg>`;
}

export interface Waves {
  top: number;
  bottom: number;
  left: number;
  right: number;
  lines: number;
  colour: string;
  opacity: number;
}

/** Guilloche: sine lines whose phase drifts from one to the next. */
export function waves({ top, bottom, left, right, lines, colour, opacity }: Waves): string {
  const paths = Array.from({ length: lines }, (_, line) => {
    const base = top + ((bottom - top) * line) / (lines - 1);
    const points: string[] = [];
    for (let x = left; x <= right; x += 12) {
      const y = base + 15 * Math.sin(x / 71 + line * 0.31) + 7 * Math.sin(x / 29 - line * 0.47);
      points.push(`${x},${y.toFixed(1)}`);
    }
    return `<polyline points="${points.join(' ')}"/>`;
  });
  return `<g fill="none" stroke="${colour}" stroke-width="1.2" opacity="${opacity}">${paths.join('')}</g>`;
}

/** A small label with its value underneath. */
export function field(label: string, value: string, at: { x: number; y: number; size?: number }): string {
  return (
    letter({ text: label, x: at.x, y: at.y, size: 17, fill: '#51697a' }) +
    letter({ text: value, x: at.x, y: at.y + 36, size: at.size ?? 31, font: 'bold' })
  );
}

export function picture(png: Buffer, { x, y, width, height }: Area, opacity: number): string {
  const link = `data:image/png;base64,${png.toString('base64')}`;
  return `<image x="${x}" y="${y}" width="${width}" height="${height}" opacity="${opacity}" xlink:href="${link}"/>`;
}

/** Portrait under waves, as a printer lays them over a photograph. */
export function printedPicture(png: Buffer, area: Area): string {
  const { x, y, width, height } = area;
  const span = { left: x, right: x + width, top: y + 20, bottom: y + height - 20 };
  return picture(png, area, 1) + waves({ ...span, lines: 15, colour: '#3c6f8f', opacity: 0.12 });
}

/** Across every specimen, so that a picture of one is never taken for a document. */
export function specimenMark(at: { x: number; y: number }): string {
  const word = letter({
    text: 'SPECIMEN',
    x: 0,
    y: 0,
    size: 118,
    font: 'bold',
    fill: '#b3262e',
    opacity: 0.2,
    spacing: 12,
  });
  return `<g transform="translate(${at.x} ${at.y}) rotate(-24)">${word}</g>`;
}

/** OCR-B of size 1: ten characters to the inch. */
const CELL = 2.54 * UNITS_PER_MM;
const LETTER_SIZE = (10 / 72) * 25.4 * UNITS_PER_MM;
const LINE_HEIGHT_MM = { 2: 6.35, 3: 5.6 } as const;
const LAST_BASELINE_MM = { 2: 7, 3: 4 } as const;

/** The machine-readable zone at the foot of a sheet, on paper that hides the waves but for a trace. */
export function machineReadableStrip(
  lines: readonly string[],
  { width, height }: Omit<Sheet, 'pixels' | 'tint'>,
): string {
  const rows = lines.length === 3 ? 3 : 2;
  const lineHeight = LINE_HEIGHT_MM[rows] * UNITS_PER_MM;
  const last = height - LAST_BASELINE_MM[rows] * UNITS_PER_MM;
  const first = last - (lines.length - 1) * lineHeight;
  const top = first - LETTER_SIZE - 20;
  return (
    `<rect y="${top}" width="${width}" height="${height - top}" fill="#f7f8f6" opacity=".9"/>` +
    letterInCells(lines, {
      x: (width - CELL * (lines[0]?.length ?? 0)) / 2,
      y: first,
      pitch: CELL,
      lineHeight,
      size: LETTER_SIZE,
    })
  );
}
