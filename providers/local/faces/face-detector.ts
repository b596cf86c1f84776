import {
  applySimilarity,
  overlap,
  squareAround,
  type Box,
  type Point,
  type Region,
  type Similarity,
} from './geometry.js';
import { cutPatch, scaledValues } from './patch.js';
import type { Picture } from './picture.js';

/** BlazeFace's six points, good enough to know which way is up. Left and right are as seen in the picture. */
interface RoughPoints {
  leftEye: Point;
  rightEye: Point;
  nose: Point;
  mouth: Point;
  leftEar: Point;
  rightEar: Point;
}

export interface DetectedFace {
  /** 0..1. */
  score: number;
  box: Box;
  points: RoughPoints;
}

/** Runs one detector on a patch in value/127.5 - 1 and gives back its two raw outputs. */
export type DetectorRun = (input: Float32Array) => Promise<{ regressors: Float32Array; logits: Float32Array }>;

/** Grid cells of a model: side of the input and, per grid, its stride and anchors per cell. */
export interface DetectorLayout {
  inputSize: number;
  grids: readonly { stride: number; anchorsPerCell: number }[];
}

/** MediaPipe's anchor options (face_detection_short_range / full_range graph): unit boxes at the cell centres. */
export const SHORT_RANGE: DetectorLayout = {
  inputSize: 128,
  grids: [
    { stride: 8, anchorsPerCell: 2 },
    { stride: 16, anchorsPerCell: 6 },
  ],
};
export const FULL_RANGE: DetectorLayout = { inputSize: 192, grids: [{ stride: 4, anchorsPerCell: 1 }] };

const VALUES_PER_ANCHOR = 16;
const POINT_NAMES = ['leftEye', 'rightEye', 'nose', 'mouth', 'leftEar', 'rightEar'] as const;

/** Boxes that overlap more than this are one face; its values are the score-weighted mean (as in MediaPipe). */
const SAME_FACE_OVERLAP = 0.3;

/** Makes faces of what a detector gives back for a region of a picture. */
export class FaceDetector {
  private readonly anchors: Point[];

  constructor(
    private readonly layout: DetectorLayout,
    private readonly run: DetectorRun,
  ) {
    this.anchors = anchorCentres(layout);
  }

  /** Faces in a region of a picture, best first, in picture coordinates. Non-finite model output counts as no face. */
  async detect(picture: Picture, region: Region, minScore: number): Promise<DetectedFace[]> {
    const { inputSize } = this.layout;
    const toPicture = squareAround(region, inputSize);
    const patch = cutPatch(picture, toPicture, inputSize);
    const { regressors, logits } = await this.run(scaledValues(patch, 127.5, 127.5));
    const minLogit = Math.log(minScore / (1 - minScore));
    const faces: DetectedFace[] = [];
    this.anchors.forEach((anchor, index) => {
      const logit = logits[index] ?? NaN;
      if (!(logit >= minLogit)) return;
      const face = decodeFace(regressors.subarray(index * VALUES_PER_ANCHOR, (index + 1) * VALUES_PER_ANCHOR), anchor);
      if (face) faces.push({ score: 1 / (1 + Math.exp(-logit)), ...toPictureCoordinates(face, toPicture) });
    });
    return mergeFaces(faces);
  }
}

/** One anchor per cell and repetition, row by row, in input pixels. */
export function anchorCentres({ inputSize, grids }: DetectorLayout): Point[] {
  return grids.flatMap(({ stride, anchorsPerCell }) => {
    const side = Math.ceil(inputSize / stride);
    return Array.from({ length: side * side * anchorsPerCell }, (_, index) => {
      const cell = Math.floor(index / anchorsPerCell);
      return { x: ((cell % side) + 0.5) * stride, y: (Math.floor(cell / side) + 0.5) * stride };
    });
  });
}

type Geometry = Omit<DetectedFace, 'score'>;

function decodeFace(values: Float32Array, anchor: Point): Geometry | undefined {
  if (!values.every(Number.isFinite)) return undefined;
  const [x = 0, y = 0, width = 0, height = 0] = values;
  if (width <= 0 || height <= 0) return undefined;
  const pointAt = (index: number): Point => ({
    x: anchor.x + (values[4 + 2 * index] ?? 0),
    y: anchor.y + (values[5 + 2 * index] ?? 0),
  });
  return {
    box: { x: anchor.x + x - width / 2, y: anchor.y + y - height / 2, width, height },
    points: mapPoints((_, index) => pointAt(index)),
  };
}

/** A turned box becomes the upright box of the same size around its centre. */
function toPictureCoordinates({ box, points }: Geometry, toPicture: Similarity): Geometry {
  const scale = Math.hypot(toPicture.a, toPicture.b);
  const centre = applySimilarity(toPicture, { x: box.x + box.width / 2, y: box.y + box.height / 2 });
  const width = box.width * scale;
  const height = box.height * scale;
  return {
    box: { x: centre.x - width / 2, y: centre.y - height / 2, width, height },
    points: mapPoints((name) => applySimilarity(toPicture, points[name])),
  };
}

/** Joins detections of the same face. Best first. */
export function mergeFaces(faces: readonly DetectedFace[]): DetectedFace[] {
  return groupFaces(faces).map(({ mean }) => mean);
}

/** Detections of one face, best first, and their mean. */
export interface FaceGroup {
  mean: DetectedFace;
  members: readonly DetectedFace[];
}

/** Best first. */
export function groupFaces(faces: readonly DetectedFace[]): FaceGroup[] {
  let rest = [...faces].sort((one, other) => other.score - one.score);
  const groups: FaceGroup[] = [];
  while (rest[0]) {
    const best = rest[0];
    const members = rest.filter((face) => face === best || overlap(face.box, best.box) > SAME_FACE_OVERLAP);
    groups.push({ mean: members.length > 1 ? averageFaces(members) : best, members });
    rest = rest.filter((face) => !members.includes(face));
  }
  return groups;
}

/** Score-weighted mean of detections of one face; the score is the best one's. */
function averageFaces(faces: readonly DetectedFace[]): DetectedFace {
  const total = faces.reduce((sum, { score }) => sum + score, 0);
  const mean = (value: (face: DetectedFace) => number): number =>
    faces.reduce((sum, face) => sum + face.score * value(face), 0) / total;
  return {
    score: Math.max(...faces.map(({ score }) => score)),
    box: {
      x: mean(({ box }) => box.x),
      y: mean(({ box }) => box.y),
      width: mean(({ box }) => box.width),
      height: mean(({ box }) => box.height),
    },
    points: mapPoints((name) => ({ x: mean(({ points }) => points[name].x), y: mean(({ points }) => points[name].y) })),
  };
}

function mapPoints(value: (name: (typeof POINT_NAMES)[number], index: number) => Point): RoughPoints {
  return {
    leftEye: value('leftEye', 0),
    rightEye: value('rightEye', 1),
    nose: value('nose', 2),
    mouth: value('mouth', 3),
    leftEar: value('leftEar', 4),
    rightEar: value('rightEar', 5),
  };
}
