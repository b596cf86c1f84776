import { stretchPatch } from './contrast.js';
import type { FaceDetector } from './face-detector.js';
import { meshRegion, type FaceMesh } from './face-mesh.js';
import type { FoundFace } from './face-finder.js';
import { overlap, squareAround, type Box, type Point, type Region } from './geometry.js';
import { normaliseLocally } from './local-contrast.js';
import { luminanceOf } from './luminance.js';
import { cutPatch } from './patch.js';
import type { Picture } from './picture.js';

/** A ghost image is printed so pale that the mesh doubts it even with its contrast restored. */
const GHOST_PRESENCE = -10;
const GHOST_SCORE = 0.55;
/** Nothing surer is to be expected: the other tiles are left out. */
const CERTAIN_GHOST_SCORE = 0.7;

/** Width of the ghost's face against the portrait's. */
const SMALLEST_SHARE = 0.25;
const LARGEST_SHARE = 0.75;

/** In widths of the portrait's face. A ghost fills a seventh of a tile, which the short-range detector still sees. */
const TILE = 3.2;
const TILE_STEP = 2;
/** A card reaches six widths to either side. */
const REACH_ALONG = 6;
const REACH_ACROSS = 2;

const TILE_PIXELS = 128;
/** Half a portrait's face: the contrast inside the ghost counts, not that of the text beside it. */
const TILE_CONTRAST = { reach: 20, floor: 6 };
const CONTRAST_GAIN = 50;

const MAX_FACE_PIXELS = 320;
const LOOKS = 3;

/** Looks for the small, pale second portrait that many documents carry. */
export class GhostFinder {
  constructor(
    private readonly detector: Pick<FaceDetector, 'detect'>,
    private readonly mesh: Pick<FaceMesh, 'locate'>,
  ) {}

  /** Undefined when the document shows none that can be made out. */
  async find(portrait: FoundFace): Promise<FoundFace | undefined> {
    const { picture } = portrait;
    let best: { score: number; box: Box } | undefined;
    for (const tile of tilesAround(portrait)) {
      if (best && best.score >= CERTAIN_GHOST_SCORE) break;
      const plain = evenContrast(picture, tile);
      for (const { score, box } of await this.detector.detect(plain, wholeOf(plain), GHOST_SCORE)) {
        const inPicture = toPicture(box, tile);
        if (isGhostLike(inPicture, portrait.face.box) && score > (best?.score ?? 0)) best = { score, box: inPicture };
      }
    }
    return best && this.confirm(picture, meshRegion(best.box, portrait.face.region.angle));
  }

  private async confirm(picture: Picture, around: Region): Promise<FoundFace | undefined> {
    const wide = { ...around, side: 1.5 * around.side };
    const plain = stretchContrast(picture, wide, Math.min(MAX_FACE_PIXELS, Math.round(wide.side)));
    let region: Region = { ...wholeOf(plain), side: plain.width / 1.5 };
    for (let look = 1; look <= LOOKS; look++) {
      const face = await this.mesh.locate(plain, region);
      if (!face || !(face.presence >= GHOST_PRESENCE)) return undefined;
      if (look === LOOKS) return { face, picture: plain };
      region = face.region;
    }
    return undefined;
  }
}

function isGhostLike(box: Box, portrait: Box): boolean {
  const share = box.width / portrait.width;
  return share >= SMALLEST_SHARE && share <= LARGEST_SHARE && overlap(box, portrait) === 0;
}

/** Squares turned like the portrait, those outside the picture left out. */
function tilesAround({ face, picture }: FoundFace): Region[] {
  const { centre, angle } = face.region;
  const unit = face.box.width;
  const tiles: Region[] = [];
  for (let across = -REACH_ACROSS; across <= REACH_ACROSS; across += TILE_STEP)
    for (let along = -REACH_ALONG; along <= REACH_ALONG; along += TILE_STEP) {
      const x = centre.x + unit * (along * Math.cos(angle) - across * Math.sin(angle));
      const y = centre.y + unit * (along * Math.sin(angle) + across * Math.cos(angle));
      if (x < 0 || y < 0 || x > picture.width || y > picture.height) continue;
      tiles.push({ centre: { x, y }, side: TILE * unit, angle });
    }
  return tiles;
}

/** A box of the straightened tile as the upright box around it in the picture. */
function toPicture(box: Box, { centre, side, angle }: Region): Box {
  const scale = side / TILE_PIXELS;
  const fromMiddle: Point = {
    x: (box.x + box.width / 2 - TILE_PIXELS / 2) * scale,
    y: (box.y + box.height / 2 - TILE_PIXELS / 2) * scale,
  };
  const x = centre.x + fromMiddle.x * Math.cos(angle) - fromMiddle.y * Math.sin(angle);
  const y = centre.y + fromMiddle.x * Math.sin(angle) + fromMiddle.y * Math.cos(angle);
  const width = box.width * scale;
  const height = box.height * scale;
  return { x: x - width / 2, y: y - height / 2, width, height };
}

function wholeOf({ width }: Picture): Region {
  return { centre: { x: width / 2, y: width / 2 }, side: width, angle: 0 };
}

/** A tile, straightened, grey, with the same contrast everywhere. */
function evenContrast(picture: Picture, tile: Region): Picture {
  const luminance = luminanceOf(cutPatch(picture, squareAround(tile, TILE_PIXELS), TILE_PIXELS));
  const even = normaliseLocally(luminance, TILE_PIXELS, TILE_CONTRAST);
  const pixels = new Uint8ClampedArray(3 * even.length);
  for (let at = 0; at < even.length; at++) {
    const value = 128 + CONTRAST_GAIN * (even[at] ?? 0);
    for (let channel = 0; channel < 3; channel++) pixels[3 * at + channel] = value;
  }
  return { width: TILE_PIXELS, height: TILE_PIXELS, pixels: new Uint8Array(pixels.buffer) };
}

/** A region, straightened, with its contrast restored. */
function stretchContrast(picture: Picture, region: Region, size: number): Picture {
  const { values } = stretchPatch(cutPatch(picture, squareAround(region, size), size));
  const area = size * size;
  const pixels = new Uint8ClampedArray(3 * area);
  for (let at = 0; at < area; at++)
    for (let channel = 0; channel < 3; channel++) pixels[3 * at + channel] = values[at + channel * area] ?? 0;
  return { width: size, height: size, pixels: new Uint8Array(pixels.buffer) };
}
