import { z } from 'zod';
import { assertJpegOf, readChildAnswer } from './child-answer.js';
import { DEFAULT_IMAGE_LIMITS } from './image-limits.js';
import { SanitiserUnavailableError } from './image-sanitiser.errors.js';
import { PictureProcesses, type PictureProcessesOptions } from './picture-processes.js';
import { ADDRESS_SPACE_MEBIBYTES } from './sanitise-process.js';
import { textTile, type TextTile } from './watermark/text-tile.js';

/** Copies of a sanitised JPEG for people to look at; the picture that is kept stays as it is. */
export interface ReviewCopies {
  /**
   * A JPEG with these texts all over it, burnt into its pixels: a part cut out of it, larger than about half of its
   * shorter edge, still holds all of them. @throws SanitiserUnavailableError
   */
  marked(jpeg: Uint8Array, texts: readonly string[]): Promise<Uint8Array>;
  /** A JPEG of twelve by twelve soft colours, at most 240 pixels long. @throws SanitiserUnavailableError */
  blurred(jpeg: Uint8Array): Promise<Uint8Array>;
  /** Ends the child processes; pictures still waiting fail with `closed`. */
  close(): Promise<void>;
}

const DEFAULTS: PictureProcessesOptions = {
  timeoutMs: 15_000,
  addressSpaceMebibytes: ADDRESS_SPACE_MEBIBYTES,
  maxWaiting: 16,
  // Reviewers are few, and a quarter of a second is no wait for them.
  keepsSpare: false,
  onProcess: () => undefined,
};

const Outcome = z.object({
  outcome: z.literal('copied'),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
});

/** Copies are made where pictures are decoded: in a child process for each, never here. */
export function createReviewCopies(options: Partial<PictureProcessesOptions> = {}): ReviewCopies {
  return new SandboxedCopies(new PictureProcesses({ ...DEFAULTS, ...options }));
}

class SandboxedCopies implements ReviewCopies {
  constructor(private readonly processes: PictureProcesses) {}

  marked(jpeg: Uint8Array, texts: readonly string[]): Promise<Uint8Array> {
    return this.copy({ task: 'mark', tile: textTile(texts) }, jpeg);
  }

  blurred(jpeg: Uint8Array): Promise<Uint8Array> {
    return this.copy({ task: 'blur' }, jpeg);
  }

  close(): Promise<void> {
    return this.processes.close();
  }

  private async copy(job: { task: string; tile?: TextTile }, jpeg: Uint8Array): Promise<Uint8Array> {
    const output = await this.processes.run({ ...job, type: 'jpeg', ...DEFAULT_IMAGE_LIMITS }, jpeg);
    const answer = readChildAnswer(output);
    const parsed = Outcome.safeParse(answer.facts);
    if (!parsed.success) throw new SanitiserUnavailableError('crashed');
    assertJpegOf(answer.jpeg, { ...parsed.data, longest: DEFAULT_IMAGE_LIMITS.outputLongEdgePixels });
    return answer.jpeg;
  }
}
