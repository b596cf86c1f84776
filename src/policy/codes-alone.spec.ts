import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ASSURANCE_LEVELS } from '../directory/subject.js';
import { policyWith } from '../../test/support/adjudication-facts.js';
import { codesAloneRefusal, type CodesAloneAccount } from './codes-alone.js';
import { stricter } from './strictness.js';

const WITH = policyWith({ matching: { withoutDocument: 'codes', unproofed: 'codes' } });
const OWN_LINK = { relayed: false };
const STAFF: CodesAloneAccount = { privileged: false, assuranceLevel: 'AAL2', proofingLevel: 'IAL2' };

const refusal = (changes: Partial<CodesAloneAccount> = {}, policy = WITH, way = OWN_LINK) =>
  codesAloneRefusal(policy, { ...STAFF, ...changes }, way);

describe('codes alone (NIST SP 800-63B-4, 4.2.2.2)', () => {
  it.each<[string, Partial<CodesAloneAccount>]>([
    ['AAL1', { assuranceLevel: 'AAL1' }],
    ['AAL2', {}],
    ['IAL1', { proofingLevel: 'IAL1' }],
    ['no record, where codes stand in for one', { proofingLevel: undefined }],
  ])('may recover an account of %s', (_what, changes) => {
    expect(refusal(changes)).toBeUndefined();
  });

  it.each<[string, Partial<CodesAloneAccount>]>([
    ['AAL3', { assuranceLevel: 'AAL3' }],
    ['a strength nobody recorded', { assuranceLevel: undefined }],
    ['a strength nobody knows', { assuranceLevel: 'AAL9' }],
    ['IAL3', { proofingLevel: 'IAL3' }],
    ['a proofing level nobody knows', { proofingLevel: 'IAL9' }],
    ['privilege', { privileged: true }],
  ])('T61 never recover an account of %s', (_what, changes) => {
    expect(refusal(changes)).toBe('codes_alone_not_enough');
  });

  it('T61 recover nobody unless the policy says so, and nobody who was never proofed where codes do not stand in for that', () => {
    expect(refusal({}, policyWith())).toBe('codes_alone_not_allowed');
    const review = policyWith({ matching: { withoutDocument: 'codes', unproofed: 'review' } });
    expect(refusal({ proofingLevel: undefined }, review)).toBe('codes_alone_not_enough');
    expect(refusal({}, review)).toBeUndefined();
  });

  it('T61 recover nobody whose link was passed on', () => {
    expect(refusal({}, WITH, { relayed: true })).toBe('codes_alone_relayed');
  });

  it('are refused by the stricter of two policies as soon as one refuses', () => {
    for (const strict of [stricter(WITH, policyWith()), stricter(policyWith(), WITH)])
      expect(refusal({}, strict)).toBe('codes_alone_not_allowed');
  });

  it('T61 never recover more when less is known or the account is stronger', () => {
    const rank = (level: string | undefined): number =>
      ASSURANCE_LEVELS.some((known) => known === level) ? Number(level?.at(-1)) : 3;
    const levels = fc.constantFrom(...ASSURANCE_LEVELS, undefined, 'AAL9');
    fc.assert(
      fc.property(levels, levels, fc.boolean(), (one, other, privileged) => {
        const [weaker, stronger] = rank(one) <= rank(other) ? [one, other] : [other, one];
        const allowed = (assuranceLevel: string | undefined) => refusal({ assuranceLevel, privileged }) === undefined;
        expect(Number(allowed(stronger))).toBeLessThanOrEqual(Number(allowed(weaker)));
      }),
    );
  });
});
