import { z } from 'zod';
import { assertJpegOf, readChildAnswer } from './child-answer.js';
import { readImageHeader } from './image-header.js';
import { DEFAULT_IMAGE_LIMITS, type ImageLimits } from './image-limits.js';
import { IMAGE_REFUSALS, ImageRefusedError, SanitiserUnavailableError } from './image-sanitiser.errors.js';
import { type ImageType, sniffImageType } from './image-type.js';
import { PictureProcesses, type PictureProcessesOptions } from './picture-processes.js';
import { ADDRESS_SPACE_MEBIBYTES } from './sanitise-process.js';

export { ImageRefusedError, SanitiserUnavailableError } from './image-sanitiser.errors.js';

/** A picture that holds nothing but pixels: upright, sRGB, no metadata, not one byte of the original file. */
export interface SanitisedImage {
  jpeg: Uint8Array;
  width: number;
  height: number;
  /** Variance of the Laplacian on a grey copy of 512 pixels: the lower, the more blurred. */
  sharpness: number;
  /** 0 (black) to 255 (white). */
  meanLuminance: number;
  /** 64-bit difference hash as 16 hex digits: near-copies differ in few bits. */
  perceptualHash: string;
}

export interface ImageSanitiser {
  /** @throws ImageRefusedError, SanitiserUnavailableError */
  sanitise(bytes: Uint8Array): Promise<SanitisedImage>;
  /** Ends the child processes; pictures still waiting fail with `closed`. */
  close(): Promise<void>;
}

export interface ImageSanitiserOptions extends Omit<PictureProcessesOptions, 'keepsSpare'> {
  limits: ImageLimits;
}

const DEFAULTS: ImageSanitiserOptions = {
  limits: DEFAULT_IMAGE_LIMITS,
  timeoutMs: 15_000,
  addressSpaceMebibytes: ADDRESS_SPACE_MEBIBYTES,
  maxWaiting: 16,
  onProcess: () => undefined,
};

const Outcome = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('refused'), reason: z.enum(IMAGE_REFUSALS) }),
  z.object({
    outcome: z.literal('sanitised'),
    width: z.number().int().positive(),
    height: z.number().int().positive(),
    sharpness: z.number().nonnegative(),
    meanLuminance: z.number().min(0).max(255),
    perceptualHash: z.string().regex(/^[0-9a-f]{16}$/),
  }),
]);

/**
 * Turns an untrusted JPEG, PNG or WebP file into a clean JPEG. Size, type and claimed dimensions are checked here,
 * without a decoder; decoding happens one picture at a time in a child process that sees one picture and ends.
 */
export function createImageSanitiser(options: Partial<ImageSanitiserOptions> = {}): ImageSanitiser {
  return new SandboxedSanitiser({ ...DEFAULTS, ...options });
}

class SandboxedSanitiser implements ImageSanitiser {
  readonly #processes: PictureProcesses;

  constructor(private readonly options: ImageSanitiserOptions) {
    this.#processes = new PictureProcesses({ ...options, keepsSpare: true });
  }

  async sanitise(bytes: Uint8Array): Promise<SanitisedImage> {
    const { limits } = this.options;
    const type = assertAcceptable(bytes, limits);
    return readOutcome(await this.#processes.run({ task: 'sanitise', type, ...limits }, bytes), limits);
  }

  close(): Promise<void> {
    return this.#processes.close();
  }
}

function assertAcceptable(bytes: Uint8Array, limits: ImageLimits): ImageType {
  if (bytes.length > limits.maxBytes) throw new ImageRefusedError('too_large');
  const type = sniffImageType(bytes);
  if (type === undefined) throw new ImageRefusedError('unsupported_format');
  const header = readImageHeader(bytes, type);
  if (header === undefined) throw new ImageRefusedError('undecodable');
  const { width, height, animated } = header;
  if (animated) throw new ImageRefusedError('animated');
  const isHuge = width * height > limits.maxPixels || Math.max(width, height) > limits.maxSidePixels;
  if (isHuge) throw new ImageRefusedError('too_many_pixels');
  if (Math.min(width, height) < limits.minSidePixels) throw new ImageRefusedError('too_small');
  return type;
}

/** The child has handled hostile bytes, so what it says is checked like any other outside input. */
function readOutcome(output: Buffer, limits: ImageLimits): SanitisedImage {
  const answer = readChildAnswer(output);
  const parsed = Outcome.safeParse(answer.facts);
  if (!parsed.success) throw new SanitiserUnavailableError('crashed');
  if (parsed.data.outcome === 'refused') throw new ImageRefusedError(parsed.data.reason);

  const { outcome: _outcome, ...facts } = parsed.data;
  assertJpegOf(answer.jpeg, { ...facts, longest: limits.outputLongEdgePixels });
  return { ...facts, jpeg: answer.jpeg };
}
