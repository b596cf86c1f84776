import { describe, expect, it } from '@jest/globals';
import { failing, factsWith, open, policyWith, withCheck } from '../../test/support/adjudication-facts.js';
import { adjudicate } from './decide.js';
import { VERDICTS } from './decision.js';
import type { AdjudicationFacts } from './facts.js';

const HOLD = { seconds: 10, fairEvidenceSeconds: 100, weakEvidenceSeconds: 1_000 };
const fromFile = { selfieFromFile: true as const };
const factsUnder = (selfieFiles?: string): AdjudicationFacts =>
  factsWith({ policy: policyWith({ hold: HOLD, ...(selfieFiles && { capture: { selfieFiles } }) }) });

describe('a selfie that came as a file (T71)', () => {
  it('is taken where the profile says nothing, as weak evidence, and the decision says so', () => {
    const [camera, file] = [adjudicate(factsUnder()), adjudicate({ ...factsUnder(), ...fromFile })];
    expect([camera.verdict, file.verdict]).toEqual(['approve', 'approve']);
    expect([camera.holdSeconds, file.holdSeconds]).toEqual([10, 1_000]);
    expect(file.findings).toContainEqual({
      about: 'device',
      result: 'not_run',
      reasonCodes: ['selfie_from_file', 'waived_by_policy'],
      method: 'rule',
    });
    expect(JSON.stringify(camera.findings)).not.toContain('selfie_from_file');
  });

  it.each(['review', 'refuse'])('is looked at by people under `%s`, who may settle it', (selfieFiles) => {
    const decision = adjudicate({ ...factsUnder(selfieFiles), ...fromFile });
    expect(decision).toMatchObject({ verdict: 'refer', approvableByReview: true, holdSeconds: 1_000 });
    expect(decision.findings).toContainEqual({
      about: 'device',
      result: 'objects',
      reasonCodes: ['selfie_from_file'],
      method: 'settled_by_reviewers',
    });
    expect(adjudicate(factsUnder(selfieFiles)).verdict).toBe('approve');
  });

  it('never makes anything better, whatever else is known', () => {
    const others: ((facts: AdjudicationFacts) => AdjudicationFacts)[] = [
      (facts) => facts,
      (facts) => withCheck(facts, open('face_match', 'faces_similar_unsure')),
      (facts) => withCheck(facts, failing('face_match', 'faces_differ')),
      (facts) => withCheck(facts, failing('document_authenticity', 'document_unreadable')),
      (facts) => ({ ...facts, withdrawn: true }),
      (facts) => ({ ...facts, provider: { ...facts.provider, local: true } }),
    ];
    for (const selfieFiles of ['accept', 'review', 'refuse'])
      for (const change of others) {
        const facts = change(factsUnder(selfieFiles));
        const [before, after] = [adjudicate(facts), adjudicate({ ...facts, ...fromFile })];
        expect(VERDICTS.indexOf(after.verdict)).toBeGreaterThanOrEqual(VERDICTS.indexOf(before.verdict));
        expect(after.holdSeconds).toBeGreaterThanOrEqual(before.holdSeconds);
      }
  });

  it('says nothing of a session without an answer', () => {
    const cancelled = factsWith({ ...fromFile, report: { status: 'cancelled' } });
    expect(JSON.stringify(adjudicate(cancelled).findings)).not.toContain('selfie_from_file');
  });
});
