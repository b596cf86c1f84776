import sharp from 'sharp';
import { sizeOf } from '../specimens/index.js';

/** Wide enough for the machine-readable zone to be read with a margin. */
export const CARD_PIXELS = 1400;
const CARD_HEIGHT = Math.round((CARD_PIXELS * sizeOf('td2').height) / sizeOf('td2').width);
const DESK = { width: 1640, height: 1170 };

/** The desk with the card's shadow, by turn, and the light over everything: each is drawn once. */
const desks = new Map<number, Promise<Buffer>>();
let light: Promise<Buffer> | undefined;

/** Lays a card (PNG) on a desk, slightly turned, with shadow and uneven light; JPEG of 1640 x 1170. */
export async function photographOnDesk(card: Buffer, turnDegrees: number): Promise<Uint8Array> {
  const desk = desks.get(turnDegrees) ?? rasterise(deskSvg(turnDegrees));
  desks.set(turnDegrees, desk);
  light ??= rasterise(lightSvg());
  const turned = await sharp(card)
    .rotate(turnDegrees, { background: { r: 0, g: 0, b: 0, alpha: 0 } })
    .png({ compressionLevel: 1 })
    .toBuffer({ resolveWithObject: true });
  const left = Math.round((DESK.width - turned.info.width) / 2);
  const top = Math.round((DESK.height - turned.info.height) / 2);
  return sharp(await desk)
    .composite([{ input: turned.data, left, top }, { input: await light }])
    .blur(0.6)
    .jpeg({ quality: 86 })
    .toBuffer();
}

function rasterise(svg: string): Promise<Buffer> {
  return sharp(Buffer.from(svg)).png({ compressionLevel: 1 }).toBuffer();
}

function deskSvg(turnDegrees: number): string {
  const { width, height } = DESK;
  const grain = Array.from({ length: 46 }, (_, line) => {
    const y = (line * height) / 45;
    const bend = 16 * Math.sin(line * 1.7);
    return `<path d="M0 ${y.toFixed(0)}C${width / 3} ${(y + bend).toFixed(0)} ${width / 1.6} ${(y - bend).toFixed(0)} ${width} ${(y + bend / 2).toFixed(0)}"/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <defs><linearGradient id="wood" x1="0" y1="0" x2="1" y2="0.4"><stop offset="0" stop-color="#80644b"/><stop offset="1" stop-color="#66503d"/></linearGradient>
    <filter id="soft" x="-10%" y="-10%" width="120%" height="130%"><feGaussianBlur stdDeviation="14"/></filter></defs>
    <rect width="${width}" height="${height}" fill="url(#wood)"/>
    <g fill="none" stroke="#4d3a2b" stroke-width="3" opacity=".35">${grain.join('')}</g>
    <g transform="rotate(${turnDegrees} ${width / 2} ${height / 2})" filter="url(#soft)">
      <rect x="${(width - CARD_PIXELS) / 2 + 10}" y="${(height - CARD_HEIGHT) / 2 + 16}" width="${CARD_PIXELS}" height="${CARD_HEIGHT}" rx="51" fill="#1c130c" opacity=".6"/>
    </g></svg>`;
}

function lightSvg(): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${DESK.width}" height="${DESK.height}">
    <defs><radialGradient id="lamp" cx=".7" cy=".15" r="1"><stop offset="0" stop-color="#fff" stop-opacity=".16"/><stop offset=".6" stop-color="#fff" stop-opacity="0"/><stop offset="1" stop-color="#000" stop-opacity=".22"/></radialGradient></defs>
    <rect width="100%" height="100%" fill="url(#lamp)"/></svg>`;
}
