import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CHECK_KINDS } from '../../providers/kit/index.js';
import { ASSURANCE_LEVELS } from '../directory/subject.js';
import { checksForStrength, levelOf, needsOnSiteProofing } from './account-strength.js';

const policy = {
  requiredChecks: ['face_match' as const],
  strength: { aal2Checks: ['document_authenticity' as const], aal3Checks: ['injection_attack' as const] },
};

describe('what an account’s strength asks for (T61)', () => {
  it.each([
    ['AAL1', ['face_match']],
    ['AAL2', ['face_match', 'document_authenticity']],
    ['AAL3', ['face_match', 'document_authenticity', 'injection_attack']],
    [undefined, ['face_match', 'document_authenticity', 'injection_attack']],
    ['aal1', ['face_match', 'document_authenticity', 'injection_attack']],
  ])('T61 an account with %s is asked for %j', (assuranceLevel, checks) => {
    expect(checksForStrength(policy, { assuranceLevel })).toEqual(checks);
  });

  it('T61 missing data means the strongest', () => {
    expect(levelOf({})).toBe('AAL3');
    fc.assert(
      fc.property(fc.string(), (word) =>
        expect(levelOf({ assuranceLevel: word })).toBe(ASSURANCE_LEVELS.find((level) => level === word) ?? 'AAL3'),
      ),
    );
  });

  it('T61 a stronger account is never asked for less', () => {
    const kinds = fc.uniqueArray(fc.constantFrom(...CHECK_KINDS));
    fc.assert(
      fc.property(kinds, kinds, kinds, (requiredChecks, aal2Checks, aal3Checks) => {
        const asked = ASSURANCE_LEVELS.map((assuranceLevel) =>
          checksForStrength({ requiredChecks, strength: { aal2Checks, aal3Checks } }, { assuranceLevel }),
        );
        expect(asked[1]).toEqual(expect.arrayContaining(asked[0] ?? []));
        expect(asked[2]).toEqual(expect.arrayContaining(asked[1] ?? []));
      }),
    );
  });

  it.each([
    ['AAL3', 'IAL3', true],
    [undefined, 'IAL3', true],
    ['AAL3', 'a word of tomorrow', true],
    ['AAL2', 'IAL3', false],
    ['AAL3', 'IAL2', false],
    ['AAL3', undefined, false],
  ])('T61 %s proofed at %s needs an attended comparison on site: %s', (assuranceLevel, proofingLevel, needed) => {
    expect(needsOnSiteProofing({ assuranceLevel, proofingLevel })).toBe(needed);
  });
});
