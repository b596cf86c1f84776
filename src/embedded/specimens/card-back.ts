import sharp from 'sharp';
import { field, machineReadableStrip, sheetSvg } from './artwork.js';
import type { Drawing } from './drawing.js';
import { letter } from './lettering.js';
import { sizeOf } from './specimen.js';

/** Back of an identity card as PNG: place of issue and, on a TD1, the three machine-readable lines. */
export async function drawCardBack(
  kind: 'td1' | 'td2',
  { mrz, pixels, tint, isMarked }: Omit<Drawing, 'portrait'>,
): Promise<Buffer> {
  const size = sizeOf(kind);
  const content = [
    `<rect width="${size.width}" height="46" fill="#1f5a6b"/>`,
    isMarked ? banner('UTOPIA  ·  SPECIMEN  ·  NOT A DOCUMENT') : banner('REPUBLIC OF UTOPIA'),
    field('Place of birth', 'AMAUROT', { x: 52, y: 130 }),
    field('Place of issue', 'UTOPIA DEMO OFFICE', { x: 52, y: 220 }),
    isMarked
      ? field('Drawn for demonstrations; the person, the number and the country do not exist.', '', { x: 52, y: 320 })
      : '',
    '<rect x="860" y="100" width="280" height="210" rx="16" fill="#d8a93c" opacity=".55"/>',
    '<path d="M860 170h92v70h-92M1140 170h-92v70h92M952 100v210M1048 100v210" fill="none" stroke="#8a6a1c" stroke-width="3"/>',
    kind === 'td1' ? machineReadableStrip(mrz, size) : '',
  ];
  return sharp(Buffer.from(sheetSvg({ ...size, pixels, tint }, content.join(''))))
    .png()
    .toBuffer();
}

function banner(text: string): string {
  return letter({ text, x: 52, y: 33, size: 24, font: 'bold', fill: '#fff', spacing: 2 });
}
