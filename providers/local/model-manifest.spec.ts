import { describe, expect, it } from '@jest/globals';
import { MODELS, type ModelRecord } from './model-manifest.js';

describe('the manifest of models', () => {
  it('names for every limit what is known of it', () => {
    const records: ModelRecord[] = Object.values(MODELS);
    const limits = records.flatMap(({ file, thresholds = {} }) =>
      Object.entries(thresholds).map(([name, { value, calibration }]) => ({
        at: `${file} ${name}`,
        value,
        calibration,
      })),
    );
    expect(limits.length).toBeGreaterThan(7);
    expect(limits.filter(({ value, calibration }) => !Number.isFinite(value) || calibration.length < 20)).toEqual([]);
  });
});
