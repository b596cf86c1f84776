import sharp from 'sharp';
import { field, machineReadableStrip, picture, printedPicture, sheetSvg, specimenMark } from './artwork.js';
import type { Drawing } from './drawing.js';
import { ghostOf } from './ghost-image.js';
import { letter } from './lettering.js';
import { sizeOf, type SpecimenKind } from './specimen.js';

/** Formats that have portrait, print and machine-readable zone on one side. */
export type PageKind = Exclude<SpecimenKind, 'td1'>;

const TITLES: Readonly<Record<PageKind, string>> = {
  td2: 'Identity card  ·  Carte d’identité',
  td3: 'Passport  ·  Passeport',
  mrv_a: 'Visa',
  mrv_b: 'Visa',
};

const HEADER_HEIGHT = 104;
const FOOT_HEIGHT = 290;
const MARGIN = 48;

/** A card, passport page or visa as PNG, printed but not yet photographed. */
export async function drawDataPage(kind: PageKind, drawing: Drawing): Promise<Buffer> {
  const { portrait, pixels, tint, isMarked } = drawing;
  const size = sizeOf(kind);
  const height = size.height - HEADER_HEIGHT - FOOT_HEIGHT - 2 * 24;
  const photograph = { x: MARGIN, y: HEADER_HEIGHT + 24, width: Math.round(height * 0.78), height };
  const ghost = {
    x: size.width - MARGIN - 150,
    y: photograph.y + height - 196,
    width: 150,
    height: 192,
  };
  const content = [
    header(kind, drawing),
    printedPicture(portrait, photograph),
    picture(await ghostOf(portrait, ghost), ghost, 0.42),
    fields(drawing, {
      x: photograph.x + photograph.width + 40,
      y: photograph.y + 18,
      right: size.width - MARGIN,
      height,
    }),
    isMarked ? specimenMark({ x: size.width * 0.38, y: size.height * 0.68 }) : '',
    machineReadableStrip(drawing.mrz, size),
  ];
  return sharp(Buffer.from(sheetSvg({ ...size, pixels, tint }, content.join(''))))
    .png()
    .toBuffer();
}

function header(kind: PageKind, { data, isMarked }: Drawing): string {
  const { width } = sizeOf(kind);
  const title = isMarked ? `${TITLES[kind]}  ·  SPECIMEN` : TITLES[kind];
  return (
    `<rect width="${width}" height="${HEADER_HEIGHT}" fill="#34406b"/>` +
    letter({ text: 'REPUBLIC OF UTOPIA', x: MARGIN, y: 48, size: 34, font: 'bold', fill: '#fff', spacing: 3 }) +
    letter({ text: title, x: MARGIN, y: 86, size: 25, fill: '#e4e7f4' }) +
    letter({ text: data.issuer ?? 'UTO', x: width - 150, y: 68, size: 44, font: 'bold', fill: '#fff' })
  );
}

interface Room {
  x: number;
  y: number;
  right: number;
  height: number;
}

function fields({ data, printDate }: Drawing, { x, y, right, height }: Room): string {
  const step = height / 5;
  const row = (index: number): number => y + index * step;
  const second = x + (right - x) * 0.5;
  const wide = (text: string): number => Math.min(38, ((right - x) / Math.max(1, text.length)) * 1.45);
  return [
    field('Surname · Nom', data.familyName.toUpperCase(), { x, y: row(0), size: wide(data.familyName) }),
    field('Given names · Prénoms', data.givenName.toUpperCase(), { x, y: row(1), size: wide(data.givenName) }),
    field('Nationality', data.nationality ?? 'UTOPIAN', { x, y: row(2) }),
    field('Sex', data.sex ?? 'X', { x: second, y: row(2) }),
    field('Date of birth', printDate(data.birthDate), { x, y: row(3) }),
    field('Document no.', data.documentNumber, { x: second, y: row(3) }),
    field('Date of expiry', printDate(data.expiryDate), { x, y: row(4) }),
  ].join('');
}
