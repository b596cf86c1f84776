import sharp from 'sharp';
import { cardSvg, field, specimenMark, waves } from './card-artwork.js';
import { letter } from './lettering.js';
import type { DemoPerson } from './people.js';
import { cropHead } from './photographs.js';

const PORTRAIT = { x: 52, y: 172, width: 330, height: 424 };
const GHOST = { x: 1004, y: 430, width: 132, height: 170 };

/** Front of an identity card of Utopia as PNG, printed but not yet photographed. */
export async function drawCardFront(person: DemoPerson): Promise<Buffer> {
  const portrait = await printedPortrait(person);
  const ghost = await sharp(portrait).resize(GHOST.width, GHOST.height).greyscale().linear(0.6, 96).png().toBuffer();
  const content = [
    header(),
    image(portrait, PORTRAIT, 1),
    waves({ ...spanOf(PORTRAIT), lines: 15, colour: '#3c6f8f', opacity: 0.12 }),
    image(ghost, GHOST, 0.42),
    fields(person),
    specimenMark(),
  ];
  return sharp(Buffer.from(cardSvg(content.join(''))))
    .png()
    .toBuffer();
}

function header(): string {
  return (
    '<rect width="1198" height="118" fill="#1f5a6b"/><rect y="118" width="1198" height="7" fill="#d8a93c"/>' +
    '<circle cx="98" cy="59" r="34" fill="none" stroke="#d8a93c" stroke-width="5"/>' +
    '<path d="M98 31l8 20h21l-17 13 6 21-18-12-18 12 6-21-17-13h21z" fill="#d8a93c"/>' +
    letter({ text: 'REPUBLIC OF UTOPIA', x: 160, y: 56, size: 36, font: 'bold', fill: '#fff', spacing: 3 }) +
    letter({ text: 'Identity card  ·  Carte d’identité  ·  SPECIMEN', x: 160, y: 93, size: 24, fill: '#dcecef' }) +
    letter({ text: 'UTO', x: 1070, y: 76, size: 46, font: 'bold', fill: '#fff' })
  );
}

function fields(person: DemoPerson): string {
  return [
    field('Surname · Nom', person.familyName.toUpperCase(), { x: 424, y: 196, size: 38 }),
    field('Given names · Prénoms', person.givenName.toUpperCase(), { x: 424, y: 280, size: 38 }),
    field('Date of birth · Naissance', printedDate(person.birthDate), { x: 424, y: 364 }),
    field('Nationality', 'UTOPIAN', { x: 760, y: 364 }),
    field('Sex', 'X', { x: 1004, y: 364 }),
    field('Document no.', person.documentNumber, { x: 424, y: 444 }),
    field('Expires · Expire', printedDate(person.expiryDate), { x: 760, y: 444 }),
    field('Authority', 'UTOPIA DEMO OFFICE', { x: 424, y: 524, size: 26 }),
    letter({
      text: `${person.givenName} ${person.familyName}`,
      x: 80,
      y: 668,
      size: 29,
      fill: '#24415a',
      opacity: 0.85,
    }),
    '<path d="M60 684h330" stroke="#51697a" stroke-width="1.5"/>',
    letter({ text: 'Holder’s signature', x: 60, y: 708, size: 17, fill: '#51697a' }),
  ].join('');
}

/** Less colour, less contrast, slightly soft: what a card printer makes of a photograph. */
async function printedPortrait({ photographs }: DemoPerson): Promise<Buffer> {
  const { width, height } = PORTRAIT;
  const crop = await cropHead(photographs, 'portrait', { width, height, faceWidth: 186, drop: -0.08 });
  return crop.modulate({ saturation: 0.6 }).linear(0.9, 18).blur(0.5).png().toBuffer();
}

function image(png: Buffer, place: typeof PORTRAIT, opacity: number): string {
  const { x, y, width, height } = place;
  const link = `data:image/png;base64,${png.toString('base64')}`;
  return `<image x="${x}" y="${y}" width="${width}" height="${height}" opacity="${opacity}" xlink:href="${link}"/>`;
}

function spanOf({ x, y, width, height }: typeof PORTRAIT) {
  return { left: x, right: x + width, top: y + 20, bottom: y + height - 20 };
}

function printedDate(isoDate: string): string {
  return isoDate.split('-').reverse().join('.');
}
