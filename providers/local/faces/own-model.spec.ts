import { describe, expect, it } from '@jest/globals';
import { ownModelCalibration } from '../../../test/support/own-model-calibration.js';
import { ARCFACE_TEMPLATE } from './alignment.js';
import { bandOf } from './comparison-bands.js';
import { OwnModelRefusedError, readOwnModel } from './own-model.js';

const MODEL = new TextEncoder().encode('the bytes of a model');
const CALIBRATION = ownModelCalibration(MODEL);

describe('readOwnModel', () => {
  it('makes a set of a model and the calibration that was made with it', () => {
    const set = readOwnModel(MODEL, JSON.stringify(CALIBRATION));
    expect(set).toMatchObject({ name: 'own:bank-2026', inputs: [{ colourOrder: 'RGB', length: 512 }] });
    expect(set.inputs[0]?.template).toEqual(ARCFACE_TEMPLATE);
    expect(bandOf(set.score([0.45]), set.calibration.limits)).toBe('match');
    expect(bandOf(set.score([NaN]), set.calibration.limits)).toBe('different');
  });

  it('refuses a model that differs in one byte from the calibrated one (T77)', () => {
    const altered = MODEL.map((byte, at) => (at === 3 ? byte ^ 1 : byte));
    expect(() => readOwnModel(altered, JSON.stringify(CALIBRATION))).toThrow(OwnModelRefusedError);
  });

  it.each([
    ['nothing', undefined, 'not valid at name'],
    ['no limits', withCalibration({ limits: undefined }), 'not valid at calibration.limits'],
    ['other landmarks', withCalibration({ landmarks: 'dlib-68' }), 'not valid at calibration.landmarks'],
    ['too few people', withCalibration({ genuinePairs: 12 }), 'not valid at calibration.genuinePairs'],
    ['fewer pairs than its rates need', withCalibration({ impostorPairs: 29_000 }), 'too few pairs'],
    ['limits out of order', withLimits({ match: { from: 0.6, falseMatchRate: 0.001 } }), 'not in order'],
    [
      'a pass for one stranger in a hundred',
      withLimits({ match: { from: 0.4, falseMatchRate: 0.01 } }),
      'falseMatchRate',
    ],
    ['a member that nobody reads', { ...CALIBRATION, threshold: 0.1 }, 'not valid at its root'],
  ])('refuses a calibration with %s and says why', (_, file, reason) => {
    expect(() => readOwnModel(MODEL, JSON.stringify(file ?? {}))).toThrow(OwnModelRefusedError);
    expect(() => readOwnModel(MODEL, JSON.stringify(file ?? {}))).toThrow(reason);
  });

  it('refuses a calibration that is not JSON', () => {
    expect(() => readOwnModel(MODEL, '{')).toThrow('not JSON');
  });
});

function withCalibration(change: object): object {
  return { ...CALIBRATION, calibration: { ...CALIBRATION.calibration, ...change } };
}

function withLimits(change: object): object {
  return withCalibration({ limits: { ...CALIBRATION.calibration.limits, ...change } });
}
