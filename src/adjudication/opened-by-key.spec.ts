import { describe, expect, it } from '@jest/globals';
import { factsWith, open, withCheck } from '../../test/support/adjudication-facts.js';
import { adjudicate } from './decide.js';

describe('a case that a machine’s key opened or helped on (T49)', () => {
  const byKey = { recoveryCase: { byKey: true as const } };
  const unsure = open('face_match', 'faces_similar_unsure');

  it('takes two reviewers, who are told why', () => {
    const decision = adjudicate(withCheck(factsWith(byKey), unsure));
    expect(decision).toMatchObject({ verdict: 'refer', approvableByReview: true, reviewersNeeded: 2 });
    expect(decision.findings).toContainEqual({
      about: 'channel',
      result: 'objects',
      reasonCodes: ['opened_or_helped_by_key'],
      method: 'settled_by_reviewers',
    });
  });

  it('asks nobody where nothing is open', () => {
    const decision = adjudicate(factsWith(byKey));
    expect(decision.verdict).toBe('approve');
    expect(decision.findings.filter(({ about }) => about === 'channel')).toEqual([]);
  });
});
