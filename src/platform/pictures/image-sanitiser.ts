import { z } from 'zod';
import { readImageHeader } from './image-header.js';
import { DEFAULT_IMAGE_LIMITS, type ImageLimits } from './image-limits.js';
import { IMAGE_REFUSALS, ImageRefusedError, SanitiserUnavailableError } from './image-sanitiser.errors.js';
import { type ImageType, sniffImageType } from './image-type.js';
import { SanitiseProcess, type SanitiseProcessLimits } from './sanitise-process.js';

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

export interface ImageSanitiserOptions extends SanitiseProcessLimits {
  limits: ImageLimits;
  /** Pictures that may wait for their turn; more are turned away as `busy`. */
  maxWaiting: number;
  /** Tells of every child process started. */
  onProcess: (pid: number | undefined) => void;
}

const DEFAULTS: ImageSanitiserOptions = {
  limits: DEFAULT_IMAGE_LIMITS,
  timeoutMs: 15_000,
  addressSpaceMebibytes: 2_048,
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
  #spare: SanitiseProcess | undefined;
  #running: SanitiseProcess | undefined;
  #lastTurn: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #closed = false;

  constructor(private readonly options: ImageSanitiserOptions) {}

  async sanitise(bytes: Uint8Array): Promise<SanitisedImage> {
    const type = assertAcceptable(bytes, this.options.limits);
    if (this.#closed) throw new SanitiserUnavailableError('closed');
    if (this.#waiting > this.options.maxWaiting) throw new SanitiserUnavailableError('busy');
    this.#waiting += 1;
    const turn = this.#lastTurn.then(() => this.#runInChild(bytes, type)).finally(() => (this.#waiting -= 1));
    this.#lastTurn = turn.catch(() => undefined);
    return turn;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const children = [this.#spare, this.#running].filter((child) => child !== undefined);
    for (const child of children) child.kill();
    await Promise.all([this.#lastTurn, ...children.map(({ ended }) => ended)]);
  }

  async #runInChild(bytes: Uint8Array, type: ImageType): Promise<SanitisedImage> {
    if (this.#closed) throw new SanitiserUnavailableError('closed');
    const { limits, timeoutMs } = this.options;
    const child = this.#spare ?? this.#start();
    this.#running = child;
    this.#spare = this.#startSpare();
    try {
      return readOutcome(await child.run({ type, timeoutMs, ...limits }, bytes), limits);
    } catch (error) {
      throw this.#closed ? new SanitiserUnavailableError('closed') : error;
    } finally {
      this.#running = undefined;
    }
  }

  #start(): SanitiseProcess {
    const child = new SanitiseProcess(this.options);
    this.options.onProcess(child.pid);
    return child;
  }

  /** Failing to start one ahead of need is no failure yet. */
  #startSpare(): SanitiseProcess | undefined {
    try {
      const spare = this.#start();
      void spare.ended.then(() => {
        if (this.#spare === spare) this.#spare = undefined;
      });
      return spare;
    } catch {
      return undefined;
    }
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
  const lineEnd = output.indexOf('\n');
  const parsed = Outcome.safeParse(parseJson(output.toString('utf8', 0, Math.max(0, lineEnd))));
  if (!parsed.success) throw new SanitiserUnavailableError('crashed');
  if (parsed.data.outcome === 'refused') throw new ImageRefusedError(parsed.data.reason);

  const { outcome: _outcome, ...facts } = parsed.data;
  const jpeg = new Uint8Array(output.subarray(lineEnd + 1));
  const header = sniffImageType(jpeg) === 'jpeg' ? readImageHeader(jpeg, 'jpeg') : undefined;
  const isWhatItSays = header?.width === facts.width && header.height === facts.height;
  const isWithinLimit = Math.max(facts.width, facts.height) <= limits.outputLongEdgePixels;
  if (!isWhatItSays || !isWithinLimit) throw new SanitiserUnavailableError('crashed');
  return { ...facts, jpeg };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
