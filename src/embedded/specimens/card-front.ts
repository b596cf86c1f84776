import sharp from 'sharp';
import { field, picture, printedPicture, sheetSvg, specimenMark } from './artwork.js';
import { ghostOf } from './ghost-image.js';
import { letter } from './lettering.js';
import type { Drawing } from './drawing.js';
import { sizeOf } from './specimen.js';

const PORTRAIT = { x: 52, y: 172, width: 330, height: 424 };
const GHOST = { x: 1004, y: 430, width: 132, height: 170 };

/**
 * Front of an identity card (TD1) as PNG, printed but not yet photographed.
 *
 * @internal
 */
export async function drawCardFront(drawing: Drawing): Promise<Buffer> {
  const { portrait, pixels, tint, isMarked } = drawing;
  const content = [
    header(drawing),
    printedPicture(portrait, PORTRAIT),
    picture(await ghostOf(portrait, GHOST), GHOST, 0.42),
    fields(drawing),
    isMarked ? specimenMark({ x: 430, y: 640 }) : '',
  ];
  return sharp(Buffer.from(sheetSvg({ ...sizeOf('td1'), pixels, tint }, content.join(''))))
    .png()
    .toBuffer();
}

function header({ data, isMarked }: Drawing): string {
  const subtitle = isMarked ? 'Identity card  ·  Carte d’identité  ·  SPECIMEN' : 'Identity card  ·  Carte d’identité';
  return (
    '<rect width="1198" height="118" fill="#1f5a6b"/><rect y="118" width="1198" height="7" fill="#d8a93c"/>' +
    '<circle cx="98" cy="59" r="34" fill="none" stroke="#d8a93c" stroke-width="5"/>' +
    '<path d="M98 31l8 20h21l-17 13 6 21-18-12-18 12 6-21-17-13h21z" fill="#d8a93c"/>' +
    letter({ text: 'REPUBLIC OF UTOPIA', x: 160, y: 56, size: 36, font: 'bold', fill: '#fff', spacing: 3 }) +
    letter({ text: subtitle, x: 160, y: 93, size: 24, fill: '#dcecef' }) +
    letter({ text: data.issuer ?? 'UTO', x: 1070, y: 76, size: 46, font: 'bold', fill: '#fff' })
  );
}

function fields({ data, printDate }: Drawing): string {
  return [
    field('Surname · Nom', data.familyName.toUpperCase(), { x: 424, y: 196, size: sizeFor(data.familyName) }),
    field('Given names · Prénoms', data.givenName.toUpperCase(), { x: 424, y: 280, size: sizeFor(data.givenName) }),
    field('Date of birth · Naissance', printDate(data.birthDate), { x: 424, y: 364 }),
    field('Nationality', data.nationality ?? 'UTOPIAN', { x: 760, y: 364 }),
    field('Sex', data.sex ?? 'X', { x: 1004, y: 364 }),
    field('Document no.', data.documentNumber, { x: 424, y: 444 }),
    field('Expires · Expire', printDate(data.expiryDate), { x: 760, y: 444 }),
    field('Authority', 'UTOPIA DEMO OFFICE', { x: 424, y: 524, size: 26 }),
    letter({ text: `${data.givenName} ${data.familyName}`, x: 80, y: 668, size: 29, fill: '#24415a', opacity: 0.85 }),
    '<path d="M60 684h330" stroke="#51697a" stroke-width="1.5"/>',
    letter({ text: 'Holder’s signature', x: 60, y: 708, size: 17, fill: '#51697a' }),
  ].join('');
}

/** Long names are printed smaller. */
function sizeFor(name: string): number {
  return name.length <= 24 ? 38 : Math.max(20, Math.floor((38 * 24) / name.length));
}
