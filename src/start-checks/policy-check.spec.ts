import { describe, expect, it } from '@jest/globals';
import { PolicyDocument } from '../policy/policy.js';
import { policyFindings } from './policy-check.js';

const STRONG = { aal3Checks: ['document_authenticity', 'face_match', 'presentation_attack'] };
const stored = (changes: Record<string, unknown>) => ({
  id: 'pol_1',
  document: PolicyDocument.parse({
    ...{ name: 'P', providers: ['local'], requiredChecks: ['face_match', 'presentation_attack'], strength: STRONG },
    ...changes,
  }),
});

describe('what a start says of stored profiles', () => {
  it('warns of one that sends people to reviewers who could not approve them, and keeps nobody from starting', () => {
    expect(policyFindings([stored({})], ['local'])).toMatchObject([
      { subject: 'policy pol_1', verdict: 'warning', detail: expect.stringContaining('presentation_attack') },
    ]);
    const review = { reviewable: ['data_match', 'presentation_attack'] };
    expect(policyFindings([stored({ review })], ['local'])).toMatchObject([{ verdict: 'ok' }]);
  });

  it('refuses one that asks for what production refuses, and says nothing else of it', () => {
    expect(policyFindings([stored({ allowSpecimens: true })], ['local'])).toMatchObject([{ verdict: 'fault' }]);
  });
});
