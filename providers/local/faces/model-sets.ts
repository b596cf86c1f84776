import type { ModelId } from '../model-manifest.js';
import { ARCFACE_TEMPLATE, DLIB_TEMPLATE } from './alignment.js';
import type { BandLimits } from './comparison-bands.js';
import type { RecogniserInput } from './recogniser.js';

/** Where the limits of a set come from. Its false match rates are worth what this says, and no more. */
export interface Calibration {
  /** Pictures and pairs. */
  source: string;
  /** What differs from how the limits are used here, and what else was seen. */
  conditions: string;
  limits: BandLimits;
}

/** Networks that decide together, and the limits that hold for exactly them. */
export interface ModelSet {
  name: string;
  /** One for each network. */
  inputs: readonly RecogniserInput[];
  /** The score of a pair from the cosine of each network, in the order of `inputs`. */
  score(cosines: readonly number[]): number;
  calibration: Calibration;
}

/** A set that comes with the product. */
export interface BuiltInSet extends ModelSet {
  /** The networks of `inputs` in the manifest. */
  models: readonly ModelId[];
  /** Whether the passive attack signal goes with it. */
  attackSignal: boolean;
}

const DLIB_INPUT: RecogniserInput = {
  template: DLIB_TEMPLATE,
  colourOrder: 'RGB',
  subtract: 0,
  divideBy: 1,
  length: 128,
};

/** The package itself feeds RGB, which is worse: 81.0 against 88.7 % true matches at one false match in a thousand. */
const MOBILE_FACE_NET_INPUT: RecogniserInput = {
  template: ARCFACE_TEMPLATE,
  colourOrder: 'BGR',
  subtract: 127,
  divideBy: 128,
  length: 512,
};

/**
 * Both networks; the default. Each cosine is counted in standard deviations from what two strangers have, and the two
 * are added: they err on different pairs.
 */
const FUSED: BuiltInSet = {
  name: 'fused',
  models: ['embedder', 'descriptor'],
  inputs: [MOBILE_FACE_NET_INPUT, DLIB_INPUT],
  score: ([mobileFaceNet = NaN, dlib = NaN]) => ((mobileFaceNet - 0.006) / 0.095 + (dlib - 0.842) / 0.03) / 20,
  calibration: {
    source:
      'Labeled Faces in the Wild, 7,417 grey pictures of 350 pixels; 1.5 million random pairs of different people',
    conditions:
      'Measured with another landmark model: 0.358, 0.299 and 0.224 gave 0.01, 0.1 and 1 % false matches. On 391 ' +
      'colour pictures of 41 other people the same limits gave 0.010, 0.087 and 0.77 % of 71,282 pairs.',
    limits: {
      strong: { from: 0.36, falseMatchRate: 0.0001 },
      match: { from: 0.3, falseMatchRate: 0.001 },
      unsure: { from: 0.22 },
    },
  },
  attackSignal: true,
};

/** Only models whose makers and licences are beyond doubt. It knows fewer people again. */
const CLEAN: BuiltInSet = {
  name: 'clean',
  models: ['descriptor'],
  inputs: [DLIB_INPUT],
  score: ([dlib = NaN]) => dlib,
  calibration: {
    source: '391 colour pictures of 41 people, these landmarks; 71,282 pairs of different people',
    conditions:
      '0.923 gave 0.1 % false matches. 0.943 is the limit for 0.01 % on Labeled Faces in the Wild with another ' +
      'landmark model, where 0.911 is the one for 1 %.',
    limits: {
      strong: { from: 0.943, falseMatchRate: 0.0001 },
      match: { from: 0.923, falseMatchRate: 0.001 },
      unsure: { from: 0.9 },
    },
  },
  attackSignal: false,
};

export const BUILT_IN_SETS = { fused: FUSED, clean: CLEAN } as const;
export type BuiltInSetName = keyof typeof BUILT_IN_SETS;

/** The models that find faces, for every set. */
export const FINDING_MODELS = ['detectorShort', 'detectorFull', 'landmarks'] as const satisfies readonly ModelId[];
