import { describe, expect, it } from '@jest/globals';
import { PROVIDER_ERROR_CODES, ProviderError, type ProviderErrorCode } from '../errors.js';
import { healthOf, unlessUnknown } from './call-outcomes.js';

const CODES = Object.keys(PROVIDER_ERROR_CODES) as ProviderErrorCode[];
const failing = async (error: Error) => Promise.reject(error);
const defect = new TypeError('a fault of our own');

describe('the health of a partner', () => {
  it('is good after a call, and otherwise the code of its failure, of any', async () => {
    expect(await healthOf(Promise.resolve('answer'))).toEqual({ ok: true });
    for (const code of CODES)
      expect(await healthOf(failing(new ProviderError(code, 'words')))).toEqual({ ok: false, detail: code });
  });

  it('is not said by a defect of ours', async () => {
    await expect(healthOf(failing(defect))).rejects.toBe(defect);
  });
});

describe('an erasure', () => {
  it('is done when the partner did it or knows the session no more, and fails with every other failure', async () => {
    expect(await unlessUnknown(Promise.resolve('answer'))).toBeUndefined();
    for (const error of [...CODES.map((code) => new ProviderError(code, 'words')), defect]) {
      const erased = unlessUnknown(failing(error));
      if (error instanceof ProviderError && error.code === 'session_unknown') expect(await erased).toBeUndefined();
      else await expect(erased).rejects.toBe(error);
    }
  });
});
