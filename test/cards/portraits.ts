import { cropHead, HEADS, type Head } from '../../src/embedded/demo-people/photographs.js';
import type { SeededRandom } from '../../scripts/harness/seeded-random.js';

export { HEADS };
export type FacePair = keyof typeof HEADS;
export const FACE_PAIRS = Object.keys(HEADS) as FacePair[];

/** A head as a card printer prints it: less colour, less contrast, slightly soft. PNG of 400 x 514. */
export async function printedPortrait(head: Head): Promise<Buffer> {
  const crop = await cropHead(head, { width: 400, height: 514, faceWidth: 225, drop: -0.08 });
  return crop.modulate({ saturation: 0.6 }).linear(0.9, 18).blur(0.5).png().toBuffer();
}

/** The same head as its owner photographs it at arm's length. JPEG of 720 x 900. */
export async function selfieOf(head: Head): Promise<Buffer> {
  const crop = await cropHead(head, { width: 720, height: 900, faceWidth: 350, drop: -0.05 });
  return crop.jpeg({ quality: 88 }).toBuffer();
}

const USUAL_HEADS: readonly Head[] = [HEADS.ana.portrait, HEADS.bea.portrait, HEADS.ana.other, HEADS.bea.other];

/** One of the heads that look at the camera, by lot. */
export function pickPortrait(random: SeededRandom): Promise<Buffer> {
  return printedPortrait(random.pick(USUAL_HEADS));
}
