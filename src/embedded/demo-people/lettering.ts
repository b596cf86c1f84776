import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import opentype from 'opentype.js';

const require = createRequire(import.meta.url);

const FONT_FILES = {
  regular: '@fontsource/noto-sans/files/noto-sans-latin-400-normal.woff',
  bold: '@fontsource/noto-sans/files/noto-sans-latin-700-normal.woff',
  mono: '@fontsource/noto-sans-mono/files/noto-sans-mono-latin-500-normal.woff',
} as const;
export type FontName = keyof typeof FONT_FILES;

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

export function textWidth(text: string, size: number, font: FontName): number {
  return fontOf(font).getAdvanceWidth(text, size);
}

function fontOf(name: FontName): opentype.Font {
  const known = loaded.get(name);
  if (known) return known;
  const bytes = readFileSync(require.resolve(FONT_FILES[name]));
  const font = opentype.parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  loaded.set(name, font);
  return font;
}
