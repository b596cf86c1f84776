import sharp from 'sharp';

/** 8-bit RGB, interleaved, row by row from the top. */
export interface Picture {
  width: number;
  height: number;
  pixels: Uint8Array;
}

/** The bytes are not a picture that can be decoded. Carries no detail of the bytes. */
export class UnreadablePictureError extends Error {
  constructor() {
    super('The bytes are not a readable picture.');
    this.name = 'UnreadablePictureError';
  }
}

/** Larger pictures are refused before they are decoded. */
const MAX_PIXELS = 50_000_000;

/** Decodes, turns upright by EXIF and shrinks so that the longer side is at most `maxSide` pixels. */
export async function decodePicture(bytes: Uint8Array, maxSide: number): Promise<Picture> {
  try {
    const { data, info } = await sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error' })
      .rotate()
      .resize({ width: maxSide, height: maxSide, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: 'white' })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new UnreadablePictureError();
    return { width: info.width, height: info.height, pixels: data };
  } catch {
    throw new UnreadablePictureError();
  }
}

/** Quarter turn clockwise. */
export function turnClockwise({ width, height, pixels }: Picture): Picture {
  const turned = new Uint8Array(pixels.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const from = 3 * (y * width + x);
      turned.set(pixels.subarray(from, from + 3), 3 * (x * height + (height - 1 - y)));
    }
  return { width: height, height: width, pixels: turned };
}
