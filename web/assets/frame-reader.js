/* Reads a playing video into the numbers that frames are judged by. Nothing of it is kept or sent. */
import { brightness, cardSize, detailed, hasGlare, lumaOf, motion, outlineIn, sharpness } from './frame-measures.js';

/** The whole frame is looked at this small; focus is not to be seen there, so its richest spots are looked at as they are. */
const LONG_EDGE = 320;
const SPOT = 200;
const SPOTS = 3;

export class FrameReader {
  #video;
  #shape;
  #small = pencil();
  #spots = pencil();
  #before;
  #detector = null;

  /** `shape`: a name of SHAPES. */
  constructor(video, shape) {
    this.#video = video;
    this.#shape = shape;
    if (shape === 'face' && 'FaceDetector' in globalThis)
      this.#detector = new globalThis.FaceDetector({ fastMode: true, maxDetectedFaces: 3 });
  }

  /** Measures of the frame that shows now; undefined before there is one. */
  async look() {
    const { videoWidth, videoHeight } = this.#video;
    if (!videoWidth || !videoHeight) return undefined;
    const scale = Math.min(1, LONG_EDGE / Math.max(videoWidth, videoHeight));
    const frame = this.#draw(Math.round(videoWidth * scale), Math.round(videoHeight * scale));
    const outline = outlineIn(frame, this.#shape);
    const before = this.#before;
    this.#before = frame;
    return {
      brightness: brightness(frame, outline),
      glare: hasGlare(frame, outline),
      size: this.#shape === 'face' ? null : cardSize(frame, outline),
      motion: motion(frame, before, outline),
      sharpness: this.#focus(frame, outline),
      faces: await this.#faces(),
    };
  }

  #draw(width, height) {
    const { canvas, context } = this.#small;
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
    context.drawImage(this.#video, 0, 0, width, height);
    return { luma: lumaOf(context.getImageData(0, 0, width, height).data), width, height };
  }

  /** The sharpest of the spots: one may lie on something that moves, or that is blurred of itself. */
  #focus(frame, outline) {
    const scale = this.#video.videoWidth / frame.width;
    const cells = detailed(frame, outline, SPOTS);
    const size = Math.round(Math.min(SPOT, cells[0].width * scale, cells[0].height * scale));
    const { canvas, context } = this.#spots;
    if (canvas.width !== size * SPOTS) [canvas.width, canvas.height] = [size * SPOTS, size];
    cells.forEach(({ x, y, width, height }, index) => {
      const [left, top] = [(x + width / 2) * scale - size / 2, (y + height / 2) * scale - size / 2];
      context.drawImage(this.#video, left, top, size, size, index * size, 0, size, size);
    });
    const all = { luma: lumaOf(context.getImageData(0, 0, canvas.width, size).data), width: canvas.width };
    return Math.max(...cells.map((_, index) => sharpness(all, { x: index * size, y: 0, width: size, height: size })));
  }

  /** Faces in parts of the frame, where the browser has a detector of its own; null where it has none that works. */
  async #faces() {
    if (!this.#detector) return null;
    const { videoWidth, videoHeight } = this.#video;
    try {
      const found = await this.#detector.detect(this.#video);
      return found.map(({ boundingBox: { x, y, width, height } }) => ({
        x: x / videoWidth,
        y: y / videoHeight,
        width: width / videoWidth,
        height: height / videoHeight,
      }));
    } catch {
      this.#detector = null;
      return null;
    }
  }
}

function pencil() {
  const canvas = document.createElement('canvas');
  return { canvas, context: canvas.getContext('2d', { willReadFrequently: true }) };
}
