import { mergeFaces, type DetectedFace, type FaceDetector } from './face-detector.js';
import { meshRegion, type FaceMesh, type LocatedFace } from './face-mesh.js';
import { overlap, type Region } from './geometry.js';
import { MODELS } from '../model-manifest.js';
import { turnClockwise, type Picture } from './picture.js';

/** A face and the picture (as turned for it) that its coordinates belong to. */
export interface FoundFace {
  face: LocatedFace;
  picture: Picture;
  /** By how many quarters the picture was turned clockwise for it; not at all when absent. */
  quarters?: number;
}

const CANDIDATE_SCORE = MODELS.detectorShort.thresholds.candidate.value;

/** From here on the mesh says that a face is there (a probability of one half). */
const FACE_PRESENCE = MODELS.landmarks.thresholds.presence.value;

/** A face as sure as this stands upright; below it the other three orientations are tried as well. */
const CERTAIN_PRESENCE = MODELS.landmarks.thresholds.upright.value;

/** A face this clear and this large in the picture leaves nothing for a wider look to find. */
const CLEAR_SCORE = 0.8;
const CLEAR_SHARE = 0.25;
/** A rival of a face this large cannot escape the short-range model. */
const DOMINANT_SHARE = 0.35;

const MAX_CANDIDATES = 8;

/** Looks at one face; a second one always steadies the points. */
const MAX_LOOKS = 5;
/** Radians (about six degrees), and shares of the side, by which two looks may differ. */
const SETTLED_TURN = 0.1;
const SETTLED_SHARE = 0.08;

type Detecting = Pick<FaceDetector, 'detect'>;

/**
 * Finds faces: BlazeFace says roughly where (its short-range model for selfies, its full-range one for small portraits),
 * FaceMesh says exactly where and whether it really is one.
 */
export class FaceFinder {
  constructor(
    private readonly shortRange: Detecting,
    private readonly fullRange: Detecting,
    private readonly mesh: Pick<FaceMesh, 'locate'>,
  ) {}

  /** All faces of a photograph taken at arm's length, largest first, in whichever of four orientations it was sent. */
  findInSelfie(picture: Picture): Promise<FoundFace[]> {
    return inBestOrientation(picture, async (turned) => this.confirm(turned, await this.closeCandidates(turned)));
  }

  /** The portrait on a photographed document, and whatever smaller faces were seen on the way to it. */
  findInDocument(picture: Picture): Promise<FoundFace[]> {
    return inBestOrientation(picture, (turned) => this.portraits(turned));
  }

  private async closeCandidates(picture: Picture): Promise<DetectedFace[]> {
    const whole = wholeOf(picture);
    const candidates = await this.shortRange.detect(picture, whole, CANDIDATE_SCORE);
    const share = (): number => Math.max(0, ...candidates.map(({ box }) => box.width)) / whole.side;
    if (!candidates.some(({ score }) => score >= CLEAR_SCORE) || share() < CLEAR_SHARE) {
      // The wider square makes frame-filling faces small enough to be seen.
      candidates.push(
        ...(await this.shortRange.detect(picture, { ...whole, side: 1.6 * whole.side }, CANDIDATE_SCORE)),
      );
    }
    if (share() < DOMINANT_SHARE) candidates.push(...(await this.fullRange.detect(picture, whole, CANDIDATE_SCORE)));
    return candidates;
  }

  private async portraits(picture: Picture): Promise<FoundFace[]> {
    const whole = wholeOf(picture);
    const seen = await this.fullRange.detect(picture, whole, CANDIDATE_SCORE);
    const found = await this.confirm(picture, seen);
    if (found[0] && found[0].face.presence >= CERTAIN_PRESENCE) return found;
    for (const tile of tilesOf(picture)) seen.push(...(await this.fullRange.detect(picture, tile, CANDIDATE_SCORE)));
    return this.confirm(picture, seen);
  }

  private async confirm(picture: Picture, candidates: readonly DetectedFace[]): Promise<FoundFace[]> {
    const largest = mergeFaces(candidates)
      .sort((one, other) => other.box.width - one.box.width)
      .slice(0, MAX_CANDIDATES);
    const confirmed: LocatedFace[] = [];
    for (const candidate of largest) {
      const face = await this.locate(picture, meshRegion(candidate.box, rollOf(candidate)));
      if (face && !confirmed.some(({ box }) => overlap(box, face.box) > 0.3)) confirmed.push(face);
    }
    return confirmed.sort((one, other) => other.box.width - one.box.width).map((face) => ({ face, picture }));
  }

  /** Looks until the face stands upright in the middle: the points of a face seen askew are wrong, however sure the mesh is. */
  private async locate(picture: Picture, start: Region): Promise<LocatedFace | undefined> {
    let region = start;
    for (let look = 1; look <= MAX_LOOKS; look++) {
      const face = await this.mesh.locate(picture, region);
      if (!face || !(face.presence >= FACE_PRESENCE)) return undefined;
      if (look > 1 && isSettled(region, face.region)) return face;
      region = face.region;
    }
    return undefined;
  }
}

function isSettled(before: Region, after: Region): boolean {
  const turn = Math.abs(Math.sin((after.angle - before.angle) / 2)) * 2;
  const shift = Math.hypot(after.centre.x - before.centre.x, after.centre.y - before.centre.y) / before.side;
  const growth = Math.abs(after.side / before.side - 1);
  return turn <= SETTLED_TURN && shift <= SETTLED_SHARE && growth <= SETTLED_SHARE;
}

/** Tries quarter turns until the largest face is certain, and otherwise keeps the orientation in which it is surest. */
async function inBestOrientation(
  picture: Picture,
  find: (turned: Picture) => Promise<FoundFace[]>,
): Promise<FoundFace[]> {
  let best: FoundFace[] = [];
  let turned = picture;
  for (let quarter = 0; quarter < 4; quarter++) {
    if (quarter > 0) turned = turnClockwise(turned);
    const found = await find(turned);
    if (presenceOf(found) > presenceOf(best)) best = found.map((face) => ({ ...face, quarters: quarter }));
    if (presenceOf(best) >= CERTAIN_PRESENCE) break;
  }
  return best;
}

function presenceOf([largest]: readonly FoundFace[]): number {
  return largest?.face.presence ?? -Infinity;
}

function rollOf({ points: { leftEye, rightEye } }: DetectedFace): number {
  return Math.atan2(rightEye.y - leftEye.y, rightEye.x - leftEye.x);
}

function wholeOf({ width, height }: Picture): Region {
  return { centre: { x: width / 2, y: height / 2 }, side: Math.max(width, height), angle: 0 };
}

/** Tiles of half the longer side that overlap by half, for portraits too small to see at once. */
function tilesOf({ width, height }: Picture): Region[] {
  const side = Math.max(width, height) / 2;
  return tileCentres(height, side).flatMap((y) =>
    tileCentres(width, side).map((x) => ({ centre: { x, y }, side, angle: 0 })),
  );
}

function tileCentres(length: number, tile: number): number[] {
  if (length <= tile) return [length / 2];
  const count = Math.ceil((length - tile) / (tile / 2)) + 1;
  return Array.from({ length: count }, (_, index) => tile / 2 + (index * (length - tile)) / (count - 1));
}
