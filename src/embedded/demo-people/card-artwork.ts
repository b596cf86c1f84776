import { letter } from './lettering.js';

/** ID-1 (ISO/IEC 7810): 85.60 x 53.98 mm, at 14 pixels per millimetre. */
export const CARD_WIDTH = 1198;
export const CARD_HEIGHT = 756;
const CORNER_RADIUS = 44;

/** A card's ground: pale gradient, waves of fine lines, rounded corners. `content` is SVG drawn over it. */
export function cardSvg(content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${CARD_WIDTH}" height="${CARD_HEIGHT}">
    <defs>
      <linearGradient id="ground" x1="0" y1="0" x2="1" y2="1">
        <stop offset="0" stop-color="#e8f1ee"/><stop offset=".55" stop-color="#dbe7f0"/><stop offset="1" stop-color="#efe6ea"/>
      </linearGradient>
      <clipPath id="card"><rect width="${CARD_WIDTH}" height="${CARD_HEIGHT}" rx="${CORNER_RADIUS}"/></clipPath>
    </defs>
    <g clip-path="url(#card)">
      <rect width="${CARD_WIDTH}" height="${CARD_HEIGHT}" fill="url(#ground)"/>
      ${waves({ top: 120, bottom: CARD_HEIGHT - 30, lines: 34, colour: '#2f7a78', opacity: 0.22 })}
      ${content}
    </g>
    <rect x="1" y="1" width="${CARD_WIDTH - 2}" height="${CARD_HEIGHT - 2}" rx="${CORNER_RADIUS}" fill="none" stroke="#9fb2bd" stroke-width="2"/>
  </svg>`;
}

export interface Waves {
  top: number;
  bottom: number;
  left?: number;
  right?: number;
  lines: number;
  colour: string;
  opacity: number;
}

/** Guilloche: sine lines whose phase drifts from one to the next. */
export function waves({ top, bottom, left = 0, right = CARD_WIDTH, lines, colour, opacity }: Waves): string {
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

/** Across every demo card, so that a picture of one is never taken for a document. */
export function specimenMark(): string {
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
  return `<g transform="translate(430 640) rotate(-24)">${word}</g>`;
}
