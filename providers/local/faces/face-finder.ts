import { averageFaces, mergeFaces, type DetectedFace, type FaceDetector } from './face-detector.js';
import { boxCentre, overlap, squareAround, type Point } from './geometry.js';
import { PicturePyramid } from './patch.js';
import { turnClockwise, type Picture } from './picture.js';

/** A face and the picture (as turned for it) that its coordinates belong to. */
export interface FoundFace {
  face: DetectedFace;
  pyramid: PicturePyramid;
}

const CANDIDATE_SCORE = 0.5;
const CONFIRMED_SCORE = 0.5;

/** A document found upright with this score is not tried in the other three orientations. */
const CERTAIN_SCORE = 0.9;

/** The short-range model sees faces that fill about a fifth to a half of its input: margins are multiples of the box. */
const REFINING_MARGINS = [1.6, 2, 2.4];
const REFINING_ROUNDS = 2;

/** Finds faces with two BlazeFace models: the short-range one for selfies, the full-range one for small portraits. */
export class FaceFinder {
  constructor(
    private readonly shortRange: FaceDetector,
    private readonly fullRange: FaceDetector,
  ) {}

  /** All faces of a photograph taken at arm's length, largest first. */
  async findInSelfie(picture: Picture): Promise<FoundFace[]> {
    const pyramid = new PicturePyramid(picture);
    const centre = { x: picture.width / 2, y: picture.height / 2 };
    const side = Math.max(picture.width, picture.height);
    const candidates: DetectedFace[] = [];
    // The wider square makes frame-filling faces small enough to be seen.
    for (const margin of [1, 1.6]) {
      candidates.push(...(await this.detectIn(this.shortRange, pyramid, { centre, side: side * margin })));
    }
    candidates.push(...(await this.detectIn(this.fullRange, pyramid, { centre, side })));
    return this.confirm(pyramid, candidates);
  }

  /** The portrait on a photographed document, in whichever of four orientations it stands upright. */
  async findInDocument(picture: Picture): Promise<FoundFace | undefined> {
    let best: FoundFace | undefined;
    let turned = picture;
    for (let quarter = 0; quarter < 4; quarter++) {
      if (quarter > 0) turned = turnClockwise(turned);
      const found = await this.findPortrait(turned);
      if (found && found.face.score > (best?.face.score ?? 0)) best = found;
      if (best && best.face.score >= CERTAIN_SCORE) break;
    }
    return best;
  }

  /** The largest confirmed face: the second image of a card is smaller than its portrait. */
  private async findPortrait(picture: Picture): Promise<FoundFace | undefined> {
    const pyramid = new PicturePyramid(picture);
    const { whole, tiles } = documentRegions(picture);
    const [large] = await this.confirm(pyramid, await this.detectIn(this.fullRange, pyramid, whole));
    if (large && large.face.score >= CERTAIN_SCORE) return large;
    const candidates = large ? [large.face] : [];
    for (const tile of tiles) candidates.push(...(await this.detectIn(this.fullRange, pyramid, tile)));
    return (await this.confirm(pyramid, candidates))[0];
  }

  private async confirm(pyramid: PicturePyramid, candidates: readonly DetectedFace[]): Promise<FoundFace[]> {
    const confirmed: DetectedFace[] = [];
    for (const candidate of mergeFaces(candidates)) {
      const refined = await this.refine(pyramid, candidate);
      if (refined) confirmed.push(refined);
    }
    return mergeFaces(confirmed)
      .sort((one, other) => other.box.width - one.box.width)
      .map((face) => ({ face, pyramid }));
  }

  /** Looks again, closer and turned upright, at several margins; the mean steadies the points. */
  private async refine(pyramid: PicturePyramid, candidate: DetectedFace): Promise<DetectedFace | undefined> {
    let current = candidate;
    for (let round = 0; round < REFINING_ROUNDS; round++) {
      const seen: DetectedFace[] = [];
      for (const margin of REFINING_MARGINS) {
        const region = { centre: boxCentre(current.box), side: current.box.width * margin, angle: rollOf(current) };
        const [closest] = await this.detectIn(this.shortRange, pyramid, region);
        if (closest && overlap(closest.box, current.box) > 0.2) seen.push(closest);
      }
      if (seen.length === 0) return undefined;
      current = averageFaces(seen);
    }
    return current.score >= CONFIRMED_SCORE ? current : undefined;
  }

  private detectIn(detector: FaceDetector, pyramid: PicturePyramid, region: Region): Promise<DetectedFace[]> {
    const { centre, side, angle = 0 } = region;
    const toPicture = squareAround(centre, { side, angle, size: detector.inputSize });
    return detector.detect(pyramid.cut(toPicture, detector.inputSize), toPicture, CANDIDATE_SCORE);
  }
}

interface Region {
  centre: Point;
  side: number;
  /** Radians. */
  angle?: number;
}

/** Turn of the line through the eyes, in radians; 0 is level. */
export function rollOf({ points: { leftEye, rightEye } }: DetectedFace): number {
  return Math.atan2(rightEye.y - leftEye.y, rightEye.x - leftEye.x);
}

/** The whole picture, and tiles of half its longer side that overlap by half, for portraits too small to see at once. */
function documentRegions({ width, height }: Picture): { whole: Region; tiles: Region[] } {
  const longer = Math.max(width, height);
  const side = longer / 2;
  const tiles = tileCentres(height, side).flatMap((y) =>
    tileCentres(width, side).map((x) => ({ centre: { x, y }, side })),
  );
  return { whole: { centre: { x: width / 2, y: height / 2 }, side: longer }, tiles };
}

function tileCentres(length: number, tile: number): number[] {
  if (length <= tile) return [length / 2];
  const count = Math.ceil((length - tile) / (tile / 2)) + 1;
  return Array.from({ length: count }, (_, index) => tile / 2 + (index * (length - tile)) / (count - 1));
}
