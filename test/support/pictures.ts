import sharp, { type Sharp } from 'sharp';

/** A picture without any symmetry: every corner has its own colour, and there is an edge in it. */
export function drawPicture(width = 240, height = 320): Sharp {
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 3;
      const isInside = x > width / 4 && x < width / 2 && y > height / 8 && y < height / 3;
      pixels[at] = Math.round((x / width) * 255);
      pixels[at + 1] = Math.round((y / height) * 255);
      pixels[at + 2] = isInside ? 255 : 40;
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

export async function pixelsOf(file: Uint8Array): Promise<{ data: Buffer; width: number; height: number }> {
  const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** As little loss as the format can. */
export const BEST_ENCODING = { jpeg: { quality: 100, chromaSubsampling: '4:4:4' }, png: {}, webp: { lossless: true } };

/** Where the upright pixel lies that is stored at (x, y), by tag value (CIPA DC-008, 4.6.5, Orientation). */
const UPRIGHT_POSITION: ((x: number, y: number, right: number, bottom: number) => [number, number])[] = [
  (x, y) => [x, y],
  (x, y, right) => [right - x, y],
  (x, y, right, bottom) => [right - x, bottom - y],
  (x, y, _right, bottom) => [x, bottom - y],
  (x, y) => [y, x],
  (x, y, right) => [right - y, x],
  (x, y, right, bottom) => [right - y, bottom - x],
  (x, y, _right, bottom) => [y, bottom - x],
];

/** The same picture as `drawPicture()`, stored turned or mirrored, with the tag that turns it back. */
export async function storeWithOrientation(orientation: number, format: 'jpeg' | 'png' | 'webp'): Promise<Buffer> {
  const [uprightWidth, uprightHeight] = [240, 320];
  const upright = await drawPicture(uprightWidth, uprightHeight).raw().toBuffer();
  const isTurned = orientation >= 5;
  const [width, height] = isTurned ? [uprightHeight, uprightWidth] : [uprightWidth, uprightHeight];
  const positionOf = UPRIGHT_POSITION[orientation - 1];
  const stored = Buffer.alloc(upright.length);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [fromX, fromY] = positionOf?.(x, y, uprightWidth - 1, uprightHeight - 1) ?? [0, 0];
      upright.copy(
        stored,
        (y * width + x) * 3,
        (fromY * uprightWidth + fromX) * 3,
        (fromY * uprightWidth + fromX) * 3 + 3,
      );
    }
  }
  return sharp(stored, { raw: { width, height, channels: 3 } })
    .withMetadata({ orientation })
    .toFormat(format, BEST_ENCODING[format])
    .toBuffer();
}
