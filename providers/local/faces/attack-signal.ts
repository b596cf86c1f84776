import { MODELS } from '../model-manifest.js';
import type { FoundFace } from './face-finder.js';
import type { Box } from './geometry.js';
import type { Picture } from './picture.js';

/** Runs the network on one prepared input and gives back its logits. */
export type AttackSignalRun = (input: Float32Array, size: number) => Promise<Float32Array>;

/** What the passive look at one picture says. `nothing_seen` is not evidence that a person was there. */
export interface AttackFinding {
  state: 'suspected' | 'nothing_seen';
  /** The network's own probability that the picture shows a person and not a picture, 0..1. */
  live: number;
}

const INPUT_SIZE = 128;

/** The network was trained on faces with this much around them. */
const CONTEXT = 2.7;
const LIVE_LIMIT = MODELS.attackSignal.thresholds.live.value;

/**
 * A passive look for photographs of photographs. It can only raise a suspicion: it misses most screens and half of all
 * prints (README, "The attack signal"), and it cannot see injected pictures at all.
 */
export class AttackSignal {
  constructor(private readonly run: AttackSignalRun) {}

  /** An answer that is not a number is a suspicion. */
  async look({ face, picture }: FoundFace): Promise<AttackFinding> {
    const logits = await this.run(cutStretched(picture, contextOf(face.box, picture)), INPUT_SIZE);
    const live = firstProbability(logits);
    return live >= LIVE_LIMIT ? { state: 'nothing_seen', live } : { state: 'suspected', live: live || 0 };
  }
}

function firstProbability(logits: Float32Array): number {
  const highest = Math.max(...logits);
  const weights = [...logits].map((logit) => Math.exp(logit - highest));
  return (weights[0] ?? NaN) / weights.reduce((sum, weight) => sum + weight, 0);
}

/** The box grown around its centre, as far as the picture allows, then pushed inside. */
function contextOf(box: Box, picture: Picture): Box {
  const grow = Math.min(CONTEXT, picture.width / box.width, picture.height / box.height);
  const width = box.width * grow;
  const height = box.height * grow;
  const inside = (start: number, length: number, limit: number): number =>
    Math.min(Math.max(start, 0), Math.max(limit - length, 0));
  return {
    x: inside(box.x + (box.width - width) / 2, width, picture.width),
    y: inside(box.y + (box.height - height) / 2, height, picture.height),
    width,
    height,
  };
}

/** Planar BGR 0..255; the box is stretched to a square, as in training. Mean of four samples per pixel. */
function cutStretched({ width, height, pixels }: Picture, box: Box): Float32Array {
  const area = INPUT_SIZE * INPUT_SIZE;
  const values = new Float32Array(3 * area);
  const steps = 2 * INPUT_SIZE;
  for (let row = 0; row < steps; row++)
    for (let column = 0; column < steps; column++) {
      const x = Math.min(width - 1, Math.floor(box.x + ((column + 0.5) * box.width) / steps));
      const y = Math.min(height - 1, Math.floor(box.y + ((row + 0.5) * box.height) / steps));
      const from = 3 * (y * width + x);
      const at = (row >> 1) * INPUT_SIZE + (column >> 1);
      for (let channel = 0; channel < 3; channel++) {
        const target = channel * area + at;
        values[target] = (values[target] ?? 0) + (pixels[from + 2 - channel] ?? 0) / 4;
      }
    }
  return values;
}
