import { describe, expect, it } from '@jest/globals';
import { storedFacts, storedFindings } from '../../../test/support/stored-decision.js';
import { replay } from '../../adjudication/explain/explain.js';
import { RULES_VERSION } from '../../adjudication/rules-version.js';
import { inProduction } from './evaluation-tally.js';

/** Not among the unit specs: a mutant of any rule would turn it red as well. */
describe('a decision that was stored before, read by the names that its members had', () => {
  it('comes out the same when it is taken again', () => {
    const again = replay({
      ...{ decisionId: 'dec_1', caseId: 'rc_1', attempt: 1, verdict: 'refer', bucket: 'needs_review' },
      findings: storedFindings(),
      facts: storedFacts(),
      consequences: {
        next: { name: 'refer', reason: 'reviewer_needed' },
        ...{ reviewersNeeded: 1, device: 'proven', holdSeconds: 0, rules: RULES_VERSION },
      },
      ...{ approvals: 0, sealed: true, decidedBy: 'policy', decidedUnder: 'pol_1@1' },
      decidedAt: new Date('2026-11-22T00:00:00Z'),
    });
    expect(again).toEqual({ outcome: 'same', differences: [], notStored: [] });
  });

  it('is counted by an evaluation as what it was', () => {
    const reasons = ['report: document_on_other_account'];
    expect(inProduction(storedFacts())).toMatchObject({ wouldHave: 'referred', reasons, approvable: false });
  });
});
