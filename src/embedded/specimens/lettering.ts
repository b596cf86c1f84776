import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import opentype from 'opentype.js';

const require = createRequire(import.meta.url);

const FONT_FILES = {
  regular: () => require.resolve('@fontsource/noto-sans/files/noto-sans-latin-400-normal.woff'),
  bold: () => require.resolve('@fontsource/noto-sans/files/noto-sans-latin-700-normal.woff'),
  /** OCR-B by Matthew Skala after Norbert Schwarz, public domain; its package's exports do not list the file. */
  ocrb: () => join(dirname(require.resolve('bwip-js')), '../fonts/OCRB7.ttf'),
} as const;
type FontName = keyof typeof FONT_FILES;

const loaded = new Map<FontName, opentype.Font>();

export interface Lettering {
  text: string;
  /** Left end of the baseline, pixels. */
  x: number;
  y: number;
  size: number;
  font?: FontName;
  fill?: string;
  opacity?: number;
  /** Extra room between letters, pixels. */
  spacing?: number;
}

/** Text as an SVG path: a bare machine has no fonts for an SVG renderer to find. */
export function letter(lettering: Lettering): string {
  const { text, x, y, size, font = 'regular', fill = '#1d2b3a', opacity = 1, spacing = 0 } = lettering;
  const path = fontOf(font).getPath(text, x, y, size, { letterSpacing: spacing / size });
  return `<path d="${path.commands.map(pathStep).join('')}" fill="${fill}" opacity="${opacity}"/>`;
}

/** Written here because `Path.toPathData` of opentype.js 2.0.0 rounds some coordinates to NaN. */
function pathStep(command: opentype.PathCommand): string {
  const at = (...coordinates: number[]): string => coordinates.map((value) => value.toFixed(2)).join(' ');
  switch (command.type) {
    case 'M':
    case 'L':
      return command.type + at(command.x, command.y);
    case 'Q':
      return 'Q' + at(command.x1, command.y1, command.x, command.y);
    case 'C':
      return 'C' + at(command.x1, command.y1, command.x2, command.y2, command.x, command.y);
    case 'Z':
      return 'Z';
  }
}

/** Lines in OCR-B, every character in a cell of its own as in a machine-readable zone; (x, y) is the first baseline. */
export function letterInCells(
  lines: readonly string[],
  place: { x: number; y: number; pitch: number; lineHeight: number; size: number; fill?: string },
): string {
  const { x, y, pitch, lineHeight, size, fill = '#16181c' } = place;
  const font = fontOf('ocrb');
  const steps = lines.flatMap((line, row) =>
    [...line].flatMap((character, column) => {
      const left = x + column * pitch + (pitch - font.getAdvanceWidth(character, size)) / 2;
      return font.getPath(character, left, y + row * lineHeight, size).commands.map(pathStep);
    }),
  );
  return `<path d="${steps.join('')}" fill="${fill}"/>`;
}

function fontOf(name: FontName): opentype.Font {
  const known = loaded.get(name);
  if (known) return known;
  const bytes = readFileSync(FONT_FILES[name]());
  const font = opentype.parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  loaded.set(name, font);
  return font;
}
