import type { DetectedFace, FaceDetector } from './face-detector.js';
import type { Region } from './geometry.js';
import { turnClockwise, type Picture } from './picture.js';

export type Detecting = Pick<FaceDetector, 'detect'>;

/** What a detector sees in a region of the picture; the same answer each time. */
export type Pass = (region: Region, minScore: number) => Promise<readonly DetectedFace[]>;

/** A picture in one of its four orientations, and what the detectors see in it. */
export interface TurnedPasses {
  picture: Picture;
  shortRange: Pass;
  fullRange: Pass;
}

/**
 * What the detectors see in one picture, in whichever orientation: each look is taken once, however many searches need it.
 * A picture without a face is searched in every orientation twice, and nothing in it has changed meanwhile.
 */
export class FacePasses {
  readonly #turned: TurnedPasses[];

  constructor(
    picture: Picture,
    private readonly detectors: { shortRange: Detecting; fullRange: Detecting },
  ) {
    this.#turned = [this.passesOver(picture)];
  }

  /** The picture turned clockwise by so many quarters. */
  turned(quarters: number): TurnedPasses {
    const known = this.#turned[quarters];
    if (known) return known;
    const made = this.passesOver(turnClockwise(this.turned(quarters - 1).picture));
    this.#turned[quarters] = made;
    return made;
  }

  private passesOver(picture: Picture): TurnedPasses {
    const { shortRange, fullRange } = this.detectors;
    return { picture, shortRange: rememberedPass(shortRange, picture), fullRange: rememberedPass(fullRange, picture) };
  }
}

function rememberedPass(detector: Detecting, picture: Picture): Pass {
  const seen = new Map<string, Promise<readonly DetectedFace[]>>();
  return (region, minScore) => {
    const { centre, side, angle } = region;
    const key = [centre.x, centre.y, side, angle, minScore].join(' ');
    const known = seen.get(key) ?? detector.detect(picture, region, minScore);
    seen.set(key, known);
    return known;
  };
}
