import { createHash } from 'node:crypto';

/**
 * What an organisation says of a face model of its own (`LOCAL_OWN_MODEL_CALIBRATION`): whole, and with enough pairs for
 * its rates.
 */
export const ownModelCalibration = (model: string | Uint8Array) => ({
  name: 'bank-2026',
  sha256: createHash('sha256').update(model).digest('hex'),
  input: { template: 'arcface', sizePixels: 112, colourOrder: 'RGB', subtract: 127.5, divideBy: 127.5 },
  descriptorLength: 512,
  calibration: {
    landmarks: 'facemesh',
    source: 'customers who agreed, 2026',
    conditions: 'selfies against passport portraits',
    genuinePairs: 900,
    impostorPairs: 60_000,
    limits: {
      strong: { from: 0.5, falseMatchRate: 0.0001 },
      match: { from: 0.4, falseMatchRate: 0.001 },
      unsure: { from: 0.3 },
    },
  },
});
