import { createRequire } from 'node:module';
import sharp, { type OutputInfo, type Sharp } from 'sharp';

const require = createRequire(import.meta.url);

/** A head in one of the sample photographs of `@vladmandic/face-api`, in pixels of the photograph at 1600 wide. */
export interface Head {
  sample: number;
  centreX: number;
  centreY: number;
  /** Turn that makes the eyes level, degrees clockwise. */
  turnDegrees: number;
  /** Width of the face, chin to brow being about as high. */
  face: number;
}

export interface PersonHeads {
  /** Enrolment and identity card: one photograph, as in life. */
  portrait: Head;
  selfie: Head;
  /** Somebody else's selfie. */
  other: Head;
}

/** People who are in two of the photographs. `cleo` looks down in one of them: about the worst that should still match. */
export const HEADS = {
  ana: {
    portrait: { sample: 3, centreX: 974, centreY: 310, turnDegrees: -11.5, face: 205 },
    selfie: { sample: 1, centreX: 1302, centreY: 280, turnDegrees: -45, face: 146 },
    other: { sample: 6, centreX: 625, centreY: 408, turnDegrees: 6.5, face: 226 },
  },
  bea: {
    portrait: { sample: 6, centreX: 1063, centreY: 379, turnDegrees: -3.5, face: 203 },
    selfie: { sample: 4, centreX: 612, centreY: 173, turnDegrees: -27, face: 140 },
    other: { sample: 3, centreX: 564, centreY: 392, turnDegrees: 0, face: 200 },
  },
  cleo: {
    portrait: { sample: 1, centreX: 781, centreY: 452, turnDegrees: 25, face: 146 },
    selfie: { sample: 4, centreX: 285, centreY: 263, turnDegrees: 22, face: 118 },
    other: { sample: 6, centreX: 625, centreY: 408, turnDegrees: 6.5, face: 226 },
  },
} as const satisfies Readonly<Record<string, PersonHeads>>;

export interface CropFrame {
  width: number;
  height: number;
  /** Width of the face in the crop, pixels. */
  faceWidth: number;
  /** How far the face's centre is below the middle, in face widths. */
  drop?: number;
}

/** A crop, turned upright, as a sharp pipeline without an output format. */
export async function cropHead(head: Head, frame: CropFrame): Promise<Sharp> {
  const scale = frame.faceWidth / head.face;
  const half = Math.ceil(
    (Math.hypot(frame.width, frame.height) / 2 + Math.abs(frame.drop ?? 0) * frame.faceWidth) / scale,
  );
  const side = Math.round(2 * half * scale);
  const square = await squareAround(head, half);
  const scaled = await square.resize(side, side).raw().toBuffer({ resolveWithObject: true });
  const turned = await sharp(scaled.data, { raw: scaled.info })
    .rotate(head.turnDegrees, { background: '#808080' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const left = Math.round((turned.info.width - frame.width) / 2);
  const top = Math.round((turned.info.height - frame.height) / 2 - (frame.drop ?? 0) * frame.faceWidth);
  return sharp(turned.data, { raw: turned.info }).extract({ left, top, width: frame.width, height: frame.height });
}

interface RawPicture {
  data: Buffer;
  info: OutputInfo;
}

/** Decoded once: several heads come from one photograph. */
const photographs = new Map<number, Promise<RawPicture>>();

function photographOf(sample: number): Promise<RawPicture> {
  const known = photographs.get(sample);
  if (known) return known;
  const file = require.resolve(`@vladmandic/face-api/demo/sample${sample}.jpg`);
  const decoded = sharp(file).resize({ width: 1600 }).raw().toBuffer({ resolveWithObject: true });
  photographs.set(sample, decoded);
  return decoded;
}

/** The square of side 2 x `half` around a head; what lies outside the photograph is its mirror image. */
async function squareAround({ sample, centreX, centreY }: Head, half: number): Promise<Sharp> {
  const photograph = await photographOf(sample);
  const { width, height } = photograph.info;
  const first = { x: Math.max(0, centreX - half), y: Math.max(0, centreY - half) };
  const last = { x: Math.min(width, centreX + half), y: Math.min(height, centreY + half) };
  const inside = await sharp(photograph.data, { raw: photograph.info })
    .extract({ left: first.x, top: first.y, width: last.x - first.x, height: last.y - first.y })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const extended = await sharp(inside.data, { raw: inside.info })
    .extend({
      left: first.x - (centreX - half),
      top: first.y - (centreY - half),
      right: centreX + half - last.x,
      bottom: centreY + half - last.y,
      extendWith: 'mirror',
    })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return sharp(extended.data, { raw: extended.info });
}
