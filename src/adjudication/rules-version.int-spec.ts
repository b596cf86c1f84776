import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { CHECK_KINDS } from '../../providers/kit/index.js';
import { factsWith, failing, open, policyWith, withCheck } from '../../test/support/adjudication-facts.js';
import { decide } from './decide.js';
import { consequencesOf } from './decision.js';
import type { AdjudicationFacts } from './facts.js';
import { RULES_VERSION } from './rules-version.js';
import { settleFacts } from './settled-facts.js';

/**
 * What the rules of this version say of the cases below; another text takes another version. Not among the unit specs: a
 * mutant of any rule would turn it red as well.
 */
const SAID = { version: 5, digest: '21166467a009ea69' };

const BOTH = [false, true];
const lastTry = (facts: AdjudicationFacts): AdjudicationFacts => ({
  ...facts,
  recoveryCase: { ...facts.recoveryCase, attempt: facts.recoveryCase.attemptsAllowed },
});
const CHECKS: ((facts: AdjudicationFacts) => AdjudicationFacts)[] = [
  (facts) => facts,
  (facts) => withCheck(facts, open('face_match', 'faces_similar_unsure')),
  (facts) => withCheck(facts, failing('face_match', 'face_blurred')),
  (facts) => withCheck(facts, failing('document_authenticity', 'document_unreadable')),
  (facts) => withCheck(facts, open('presentation_attack', 'presentation_attack_suspected')),
  (facts) => withCheck(facts, open('data_match', 'partner_undecided')),
  (facts) => withCheck(facts, open('document_data_consistency', 'document_inconsistent', 'document_glare')),
  (facts) => lastTry(withCheck(facts, failing('presentation_attack', 'presentation_attack_suspected'))),
];
const POLICIES = [
  policyWith(),
  policyWith({ mode: 'evaluation' }),
  policyWith({ waivedChecks: ['presentation_attack'], review: { reviewable: CHECK_KINDS } }),
  policyWith({ hold: { seconds: 3_600 }, relay: { allowed: true }, review: { reviewersNeeded: 2, onFail: 'deny' } }),
  policyWith({ authorization: { privilegedNeedsSecondPerson: false }, matching: { unproofed: 'codes' } }),
];

function* cases(): Generator<AdjudicationFacts> {
  for (const change of CHECKS)
    for (const policy of POLICIES)
      for (const privileged of BOTH)
        for (const authorized of BOTH)
          for (const relayed of BOTH)
            for (const local of BOTH)
              for (const odd of BOTH)
                yield change({
                  ...factsWith({
                    policy,
                    withdrawn: odd && relayed,
                    documentStanding: odd && !relayed ? 'another_account' : 'new',
                    recoveryCase: {
                      authorized,
                      relayed,
                      callConfirmed: !odd,
                      ...(local && !odd && { byKey: true as const }),
                    },
                    subject: { privileged, nameUniqueInDirectory: !odd },
                    provider: local ? { id: 'local', local, role: odd ? 'fallback' : 'first' } : {},
                    device: {
                      returned: !odd,
                      overdue: local,
                      ...(odd && privileged && { nobodyToAsk: true as const }),
                    },
                  }),
                  ...(odd && local && { proofing: undefined }),
                });
}

describe('the version of the rules', () => {
  it('is raised whenever they say something else of the same facts, or decisions of before would differ every night', () => {
    const hash = createHash('sha256');
    for (const facts of cases()) {
      const decision = decide(settleFacts(facts));
      const { verdict, bucket, findings, approvableByReview } = decision;
      const { rules: _version, ...consequences } = consequencesOf(decision);
      hash.update(JSON.stringify([verdict, bucket, findings, approvableByReview, consequences]));
    }
    expect({ version: RULES_VERSION, digest: hash.digest('hex').slice(0, 16) }).toEqual(SAID);
  });
});
