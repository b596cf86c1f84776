import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ARCFACE_TEMPLATE, DLIB_TEMPLATE, scaleTemplate } from './alignment.js';
import type { ModelSet } from './model-sets.js';

/** An organisation's own model may not be used, and why. Carries no path. */
export class OwnModelRefusedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'OwnModelRefusedError';
  }
}

const TEMPLATES = { arcface: ARCFACE_TEMPLATE, dlib: DLIB_TEMPLATE } as const;

/** A pass may be given to a stranger at most this often. */
const MAX_FALSE_MATCH_RATE = 0.001;

/**
 * Pairs that a false match rate must at least have been measured on: with none wrong among 3/p, p is an upper bound at
 * 95 % confidence (the rule of three, ISO/IEC 19795-1, B.1.1).
 */
const PAIRS_PER_RATE = 3;
const MIN_GENUINE_PAIRS = 100;

const cosine = z.number().gt(-1).lt(1);
const decidingLimit = z.strictObject({ from: cosine, falseMatchRate: z.number().positive().max(MAX_FALSE_MATCH_RATE) });

/** The calibration file of an organisation's own model (README, "A model of your own"). */
const calibrationFile = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be lower-case letters, digits and hyphens'),
  /** Of the model file, lower-case hexadecimal. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  input: z.strictObject({
    template: z.enum(['arcface', 'dlib']),
    sizePixels: z.number().int().min(64).max(256),
    colourOrder: z.enum(['RGB', 'BGR']),
    subtract: z.number(),
    divideBy: z.number().positive(),
  }),
  descriptorLength: z.number().int().min(32).max(4096),
  calibration: z.strictObject({
    /** Alignment by other landmarks moves every score. */
    landmarks: z.literal('facemesh'),
    source: z.string().min(10).max(500),
    conditions: z.string().min(10).max(500),
    genuinePairs: z.number().int().min(MIN_GENUINE_PAIRS),
    impostorPairs: z.number().int().positive(),
    limits: z.strictObject({ strong: decidingLimit, match: decidingLimit, unsure: z.strictObject({ from: cosine }) }),
  }),
});

/**
 * The set of an organisation's own model, from the bytes of its two files. Without a calibration that says how often it
 * is wrong a model decides nothing.
 *
 * @throws OwnModelRefusedError
 */
export function readOwnModel(model: Uint8Array, calibrationJson: string): ModelSet {
  const file = parseCalibration(calibrationJson);
  const { calibration, input } = file;
  const { strong, match, unsure } = calibration.limits;
  if (createHash('sha256').update(model).digest('hex') !== file.sha256) {
    throw new OwnModelRefusedError('The own model is not the file that its calibration was made with.');
  }
  if (!(strong.from > match.from && match.from > unsure.from && strong.falseMatchRate <= match.falseMatchRate)) {
    throw new OwnModelRefusedError('The limits of the own model’s calibration are not in order.');
  }
  if (calibration.impostorPairs * strong.falseMatchRate < PAIRS_PER_RATE) {
    throw new OwnModelRefusedError('The own model’s calibration has too few pairs for the rates that it states.');
  }
  return {
    name: `own:${file.name}`,
    inputs: [
      {
        template: scaleTemplate(TEMPLATES[input.template], input.sizePixels),
        colourOrder: input.colourOrder,
        subtract: input.subtract,
        divideBy: input.divideBy,
        length: file.descriptorLength,
      },
    ],
    score: ([similarity = NaN]) => similarity,
    calibration: { source: calibration.source, conditions: calibration.conditions, limits: calibration.limits },
  };
}

function parseCalibration(json: string): z.infer<typeof calibrationFile> {
  const parsed = calibrationFile.safeParse(jsonOf(json));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new OwnModelRefusedError(
    `The own model’s calibration is not valid at ${issue?.path.join('.') || 'its root'}: ${issue?.message ?? ''}`,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new OwnModelRefusedError('The own model’s calibration is not JSON.');
  }
}
