import sharp from 'sharp';
import {
  field,
  letter,
  picture,
  printedPicture,
  sheetSvg,
  sizeOf,
  specimenMark,
  TINTS,
  UNITS_PER_MM,
} from '../../src/embedded/specimens/index.js';
import type { Licence } from './licence-text.js';

const PORTRAIT = { x: 52, y: 160, width: 330, height: 424 };

/** Width of a module: inside what the standard allows for a PDF417 symbol (DL/ID Card Design Standard 2020, D.3). */
const MODULE_MM = 0.28;

/** Front of a licence as PNG. */
export async function drawLicenceFront(
  { holder, jurisdiction }: Licence,
  { portrait, pixels }: { portrait: Buffer; pixels: number },
): Promise<Buffer> {
  const content = [
    banner(`${jurisdiction.name.toUpperCase()}  ·  SPECIMEN`),
    printedPicture(portrait, PORTRAIT),
    field('1 Family name', holder.familyName, { x: 424, y: 170 }),
    field('2 Given names', `${holder.firstName} ${holder.middleName}`, { x: 424, y: 258 }),
    field('3 Date of birth', printed(holder.birthDate), { x: 424, y: 346 }),
    field('15 Sex', holder.sex, { x: 800, y: 346 }),
    field('4a Issued', printed(holder.issueDate), { x: 424, y: 434 }),
    field('4b Expires', printed(holder.expiryDate), { x: 800, y: 434 }),
    field('4d Licence number', holder.licenceNumber, { x: 424, y: 522 }),
    field('8 Address', '2300 SPECIMEN STREET, AMAUROT', { x: 424, y: 610, size: 26 }),
    specimenMark({ x: 430, y: 640 }),
  ];
  return rasterise(content.join(''), pixels);
}

/** Back of a licence as PNG: its PDF417 symbol on a white ground. */
export async function drawLicenceBack(
  { jurisdiction }: Licence,
  { symbol, pixels }: { symbol: { png: Buffer; width: number; height: number }; pixels: number },
): Promise<Buffer> {
  const module = MODULE_MM * UNITS_PER_MM;
  const area = { x: 0, y: 190, width: symbol.width * module, height: symbol.height * module };
  area.x = (sizeOf('td1').width - area.width) / 2;
  const quiet = 2 * module;
  // Drawn large with hard edges first: the renderer would smooth single modules.
  const sharpEdged = await sharp(symbol.png)
    .resize({ width: symbol.width * 6, height: symbol.height * 6, kernel: 'nearest' })
    .png()
    .toBuffer();
  const content = [
    banner(`${jurisdiction.name.toUpperCase()}  ·  NOT A DOCUMENT`),
    `<rect x="${area.x - quiet}" y="${area.y - quiet}" width="${area.width + 2 * quiet}" height="${area.height + 2 * quiet}" fill="#fdfdfb"/>`,
    picture(sharpEdged, area, 1),
    letter({ text: 'Class: any   ·   Restrictions: none', x: 52, y: 690, size: 24, fill: '#24415a' }),
  ];
  return rasterise(content.join(''), pixels);
}

function rasterise(content: string, pixels: number): Promise<Buffer> {
  return sharp(Buffer.from(sheetSvg({ ...sizeOf('td1'), pixels, tint: TINTS[0] }, content)))
    .png()
    .toBuffer();
}

function banner(text: string): string {
  return (
    '<rect width="1198" height="110" fill="#6b2f3f"/>' +
    letter({ text, x: 52, y: 70, size: 40, font: 'bold', fill: '#fff', spacing: 3 })
  );
}

function printed(iso: string): string {
  const [year, month, day] = iso.split('-');
  return `${month}/${day}/${year}`;
}
