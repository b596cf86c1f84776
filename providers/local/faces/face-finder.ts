import { groupFaces, type DetectedFace, type FaceGroup } from './face-detector.js';
import { meshRegion, type FaceMesh, type LocatedFace, type SeenLight } from './face-mesh.js';
import { overlap, type Region } from './geometry.js';
import { MODELS } from '../model-manifest.js';
import { FacePasses, type Detecting, type Pass, type TurnedPasses } from './face-passes.js';
import type { Picture } from './picture.js';

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

/** Below this its points may lie anywhere, and it is worth looking wider and closer for a surer one. */
const SURE_PRESENCE = MODELS.landmarks.thresholds.sure.value;

/** Logarithm of about 20: one picture in twenty comes turned. If the mesh is unsure both ways, the face counts as upright. */
const UPRIGHT_ODDS = 3;

/** A face this clear and this large in the picture leaves nothing for a wider look to find. */
const CLEAR_SCORE = 0.8;
const CLEAR_SHARE = 0.25;
/** A rival of a face this large cannot escape the short-range model. */
const DOMINANT_SHARE = 0.35;

const MAX_CANDIDATES = 8;
/** How many detections of one face are tried, besides their mean: a picture without a face is full of detections. */
const MAX_STARTS = 2;

/** Shares of the longer side of a document's picture. The small tiles show a face that is a twenty-fifth of it. */
const LARGE_TILE_SHARE = 1 / 2;
const SMALL_TILE_SHARE = 1 / 3;

/** Looks at one face; a second one always steadies the points. */
const MAX_LOOKS = 5;
/** Radians (about six degrees), and shares of the side, by which two looks may differ. */
const SETTLED_TURN = 0.1;
const SETTLED_SHARE = 0.08;

/**
 * Finds faces. BlazeFace says roughly where they are (its short-range model in selfies, its full-range one for small
 * portraits). FaceMesh says exactly where, and whether it really is a face; pale print gets its contrast back first.
 */
export class FaceFinder {
  constructor(
    private readonly shortRange: Detecting,
    private readonly fullRange: Detecting,
    private readonly mesh: Pick<FaceMesh, 'locate'>,
  ) {}

  private passesOver(picture: Picture): FacePasses {
    return new FacePasses(picture, { shortRange: this.shortRange, fullRange: this.fullRange });
  }

  /** All faces of a photograph taken at arm's length, largest first, in whichever of four orientations it was sent. */
  async findInSelfie(picture: Picture): Promise<FoundFace[]> {
    const passes = this.passesOver(picture);
    const found = await inBestOrientation(passes, async (turned) =>
      this.confirm(turned.picture, await closeCandidates(turned)),
    );
    return this.unlessSure(found, passes, async (turned) => [
      ...(await closeCandidates(turned)),
      ...(await widerCandidates(turned)),
    ]);
  }

  /** The portrait on a photographed document, and whatever smaller faces were seen on the way to it. */
  async findInDocument(picture: Picture): Promise<FoundFace[]> {
    const passes = this.passesOver(picture);
    const found = await inBestOrientation(passes, (turned) => this.portraits(turned));
    return this.unlessSure(found, passes, doubtfulPortraits);
  }

  /** A second search, which takes its time, where the first found nothing that is sure; the surer of the two counts. */
  private async unlessSure(
    found: FoundFace[],
    passes: FacePasses,
    candidates: (turned: TurnedPasses) => Promise<DetectedFace[]>,
  ): Promise<FoundFace[]> {
    if (presenceOf(found) >= SURE_PRESENCE) return found;
    const again = await inBestOrientation(passes, async (turned) =>
      this.searchHard(turned.picture, await candidates(turned)),
    );
    return trustIn(again) > trustIn(found) ? again : found;
  }

  private async portraits(turned: TurnedPasses): Promise<FoundFace[]> {
    const seen = await turned.fullRange(wholeOf(turned.picture), CANDIDATE_SCORE);
    const found = await this.confirm(turned.picture, seen);
    if (found[0] && found[0].face.presence >= CERTAIN_PRESENCE) return found;
    return this.confirm(turned.picture, [
      ...seen,
      ...(await inTiles(turned.fullRange, turned.picture, LARGE_TILE_SHARE)),
    ]);
  }

  private async confirm(picture: Picture, candidates: readonly DetectedFace[]): Promise<FoundFace[]> {
    const means = largestOf(candidates).map(({ mean }) => ({ mean, members: [mean] }));
    return apart(await this.locateEach(picture, means, 'as_is')).map((face) => ({ face, picture }));
  }

  /** From every detection, and with the contrast restored where that leaves anything uncertain; the surest count. */
  private async searchHard(picture: Picture, candidates: readonly DetectedFace[]): Promise<FoundFace[]> {
    const groups = largestOf(candidates);
    const seen = await this.locateEach(picture, groups, 'as_is');
    // Only where nothing is certain: what is in the background must not become a second face.
    if (!seen.some(isCertain)) seen.push(...(await this.locateEach(picture, groups, 'even')));
    seen.sort((one, other) => other.presence - one.presence);
    return apart(seen).map((face) => ({ face, picture }));
  }

  private async locateEach(picture: Picture, groups: readonly FaceGroup[], light: SeenLight): Promise<LocatedFace[]> {
    const faces: LocatedFace[] = [];
    for (const { mean, members } of groups) {
      const face = await this.locateSurest(picture, {
        starts: members.length > 1 ? [mean, ...surestOf(members)] : members,
        light,
      });
      if (face) faces.push(face);
    }
    return faces;
  }

  /** From one start after the other until the mesh is certain: the mean of several detections may be like none of them. */
  private async locateSurest(picture: Picture, { starts, light }: Starts): Promise<LocatedFace | undefined> {
    let surest: LocatedFace | undefined;
    for (const start of starts) {
      const face = await this.locate(picture, meshRegion(start.box, rollOf(start)), light);
      if (face && face.presence > (surest?.presence ?? -Infinity)) surest = face;
      if (surest && isCertain(surest)) break;
    }
    return surest;
  }

  /** Looks until the face stands upright in the middle: the points of a face seen askew are wrong, however sure the mesh is. */
  private async locate(picture: Picture, start: Region, light: SeenLight): Promise<LocatedFace | undefined> {
    let region = start;
    for (let look = 1; look <= MAX_LOOKS; look++) {
      const face = await this.mesh.locate(picture, region, light);
      if (!face || !(face.presence >= FACE_PRESENCE)) return undefined;
      if (look > 1 && isSettled(region, face.region)) return face;
      region = face.region;
    }
    return undefined;
  }
}

async function closeCandidates({ picture, shortRange, fullRange }: TurnedPasses): Promise<DetectedFace[]> {
  const whole = wholeOf(picture);
  const candidates = [...(await shortRange(whole, CANDIDATE_SCORE))];
  const share = (): number => Math.max(0, ...candidates.map(({ box }) => box.width)) / whole.side;
  if (!candidates.some(({ score }) => score >= CLEAR_SCORE) || share() < CLEAR_SHARE) {
    // The wider square makes frame-filling faces small enough to be seen.
    candidates.push(...(await shortRange({ ...whole, side: 1.6 * whole.side }, CANDIDATE_SCORE)));
  }
  if (share() < DOMINANT_SHARE) candidates.push(...(await fullRange(whole, CANDIDATE_SCORE)));
  return candidates;
}

/** The more room around a face, the surer the models are of one that fills the picture, or is little of it. */
async function widerCandidates({ picture, shortRange, fullRange }: TurnedPasses): Promise<DetectedFace[]> {
  const whole = wholeOf(picture);
  return [
    ...(await shortRange({ ...whole, side: 2.4 * whole.side }, CANDIDATE_SCORE)),
    ...(await fullRange({ ...whole, side: 1.6 * whole.side }, CANDIDATE_SCORE)),
  ];
}

/** The short-range model sees coarse print that the other one doubts, that one what is smaller. */
async function doubtfulPortraits(turned: TurnedPasses): Promise<DetectedFace[]> {
  const { picture, shortRange, fullRange } = turned;
  return [
    ...(await widerCandidates(turned)),
    ...(await fullRange(wholeOf(picture), CANDIDATE_SCORE)),
    ...(await inTiles(fullRange, picture, LARGE_TILE_SHARE)),
    ...(await inTiles(shortRange, picture, LARGE_TILE_SHARE)),
    ...(await inTiles(fullRange, picture, SMALL_TILE_SHARE)),
  ];
}

async function inTiles(pass: Pass, picture: Picture, share: number): Promise<DetectedFace[]> {
  const seen: DetectedFace[] = [];
  for (const tile of tilesOf(picture, share)) seen.push(...(await pass(tile, CANDIDATE_SCORE)));
  return seen;
}

function largestOf(candidates: readonly DetectedFace[]): FaceGroup[] {
  return groupFaces(candidates)
    .sort((one, other) => other.mean.box.width - one.mean.box.width)
    .slice(0, MAX_CANDIDATES);
}

const surestOf = (members: readonly DetectedFace[]): DetectedFace[] =>
  [...members].sort((one, other) => other.score - one.score).slice(0, MAX_STARTS);

/** One face for each place, the first that was found there; largest first. */
function apart(faces: readonly LocatedFace[]): LocatedFace[] {
  const confirmed: LocatedFace[] = [];
  for (const face of faces) if (!confirmed.some(({ box }) => overlap(box, face.box) > 0.3)) confirmed.push(face);
  return confirmed.sort((one, other) => other.box.width - one.box.width);
}

interface Starts {
  starts: readonly DetectedFace[];
  light: SeenLight;
}

function isCertain({ presence }: LocatedFace): boolean {
  return presence >= CERTAIN_PRESENCE;
}

function isSettled(before: Region, after: Region): boolean {
  const turn = Math.abs(Math.sin((after.angle - before.angle) / 2)) * 2;
  const shift = Math.hypot(after.centre.x - before.centre.x, after.centre.y - before.centre.y) / before.side;
  const growth = Math.abs(after.side / before.side - 1);
  return turn <= SETTLED_TURN && shift <= SETTLED_SHARE && growth <= SETTLED_SHARE;
}

/** Tries quarter turns until the largest face is certain, and otherwise keeps the orientation in which it is surest. */
async function inBestOrientation(
  passes: FacePasses,
  find: (turned: TurnedPasses) => Promise<FoundFace[]>,
): Promise<FoundFace[]> {
  let best: FoundFace[] = [];
  for (let quarter = 0; quarter < 4; quarter++) {
    const found = (await find(passes.turned(quarter))).map((face) => ({ ...face, quarters: quarter }));
    if (trustIn(found) > trustIn(best)) best = found;
    if (presenceOf(best) >= CERTAIN_PRESENCE) break;
  }
  return best;
}

function presenceOf([largest]: readonly FoundFace[]): number {
  return largest?.face.presence ?? -Infinity;
}

/**
 * How far the largest face is to be believed as it was found. Both are logarithms of odds, so they are added; but a face
 * that is sure without them never gives way to one that is not, or whoever turns a picture could choose its points (T73).
 */
function trustIn(found: readonly FoundFace[]): number {
  const [largest] = found;
  if (!largest) return -Infinity;
  const { face, quarters = 0 } = largest;
  const turned = ((face.pose.roll - 90 * quarters) * Math.PI) / 180;
  const isUpright = Math.cos(turned) > Math.SQRT1_2;
  if (!isUpright || face.presence >= SURE_PRESENCE) return face.presence;
  return Math.min(face.presence + UPRIGHT_ODDS, SURE_PRESENCE);
}

function rollOf({ points: { leftEye, rightEye } }: DetectedFace): number {
  return Math.atan2(rightEye.y - leftEye.y, rightEye.x - leftEye.x);
}

function wholeOf({ width, height }: Picture): Region {
  return { centre: { x: width / 2, y: height / 2 }, side: Math.max(width, height), angle: 0 };
}

/** Tiles of that share of the longer side that overlap by half, for portraits too small to see at once. */
function tilesOf({ width, height }: Picture, share: number): Region[] {
  const side = Math.max(width, height) * share;
  return tileCentres(height, side).flatMap((y) =>
    tileCentres(width, side).map((x) => ({ centre: { x, y }, side, angle: 0 })),
  );
}

function tileCentres(length: number, tile: number): number[] {
  if (length <= tile) return [length / 2];
  const count = Math.ceil((length - tile) / (tile / 2)) + 1;
  return Array.from({ length: count }, (_, index) => tile / 2 + (index * (length - tile)) / (count - 1));
}
