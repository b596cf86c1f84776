import { alignFace, type AlignmentTemplate } from './alignment.js';
import { normaliseDescriptor, type Descriptor } from './descriptor.js';
import type { FoundFace } from './face-finder.js';
import { cutPatch, type Patch } from './patch.js';

/** What a recognition network wants to see, and how many numbers it answers with. */
export interface RecogniserInput {
  template: AlignmentTemplate;
  colourOrder: 'RGB' | 'BGR';
  /** The network sees (value - subtract) / divideBy, value being 0..255. */
  subtract: number;
  divideBy: number;
  /** Length of the descriptor. */
  length: number;
}

/** Runs a network on one prepared input (planar, one after the other colour) and gives back its numbers as they are. */
export type RecogniserRun = (input: Float32Array) => Promise<Float32Array>;

/** One recognition network with its alignment. */
export class Recogniser {
  constructor(
    private readonly input: RecogniserInput,
    private readonly run: RecogniserRun,
  ) {}

  /** Undefined when the network answers with zeros, NaN or another length: it has not seen a face. */
  async describe({ face, picture }: FoundFace): Promise<Descriptor | undefined> {
    const { template, length } = this.input;
    const aligned = cutPatch(picture, alignFace(face.points, template), template.size);
    return normaliseDescriptor(await this.run(prepareInput(aligned, this.input)), length);
  }
}

/** The patch in the colour order and scale that a network wants. */
export function prepareInput(
  { size, values }: Patch,
  { colourOrder, subtract, divideBy }: Pick<RecogniserInput, 'colourOrder' | 'subtract' | 'divideBy'>,
): Float32Array {
  const area = size * size;
  const input = new Float32Array(values.length);
  for (let channel = 0; channel < 3; channel++) {
    const from = area * (colourOrder === 'RGB' ? channel : 2 - channel);
    for (let at = 0; at < area; at++) input[channel * area + at] = ((values[from + at] ?? 0) - subtract) / divideBy;
  }
  return input;
}
