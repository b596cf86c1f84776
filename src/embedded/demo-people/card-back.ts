import sharp from 'sharp';
import { CARD_WIDTH, cardSvg, field } from './card-artwork.js';
import { letter, textWidth } from './lettering.js';
import { machineReadableZone } from './machine-readable-zone.js';
import type { DemoPerson } from './people.js';

const LETTER_SIZE = 50;
const LINE_HEIGHT = 78;

/** Back of the card as PNG: place of issue and the three machine-readable lines. */
export async function drawCardBack(person: DemoPerson): Promise<Buffer> {
  const lines = machineReadableZone(person);
  const width = textWidth(lines[0], LETTER_SIZE, 'mono');
  const margin = (CARD_WIDTH - 1.18 * width) / 2;
  const spacing = (0.18 * width) / lines[0].length;
  const zone = lines.map((text, index) =>
    letter({ text, x: margin, y: 560 + index * LINE_HEIGHT, size: LETTER_SIZE, font: 'mono', fill: '#111', spacing }),
  );
  const content = [
    '<rect width="1198" height="46" fill="#1f5a6b"/>',
    letter({
      text: 'UTOPIA  ·  SPECIMEN  ·  NOT A DOCUMENT',
      x: 52,
      y: 33,
      size: 24,
      font: 'bold',
      fill: '#fff',
      spacing: 2,
    }),
    field('Place of birth', 'AMAUROT', { x: 52, y: 130 }),
    field('Place of issue', 'UTOPIA DEMO OFFICE', { x: 52, y: 220 }),
    field('Drawn for demonstrations; the person, the number and the country do not exist.', '', { x: 52, y: 320 }),
    '<rect x="860" y="100" width="280" height="210" rx="16" fill="#d8a93c" opacity=".55"/>',
    '<path d="M860 170h92v70h-92M1140 170h-92v70h92M952 100v210M1048 100v210" fill="none" stroke="#8a6a1c" stroke-width="3"/>',
    '<rect y="490" width="1198" height="266" fill="#f7f8f6" opacity=".9"/>',
    ...zone,
  ];
  return sharp(Buffer.from(cardSvg(content.join(''))))
    .png()
    .toBuffer();
}
